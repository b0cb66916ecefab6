"""`tocsin webhook` as its users type it."""

from __future__ import annotations

from collections.abc import Callable

from bot.cli.webhook import requoted
from tests.cli.conftest import Run

Fails = Callable[..., tuple[int, str]]


def test_a_webhook_is_added_subscribed_listed_and_removed(run: Run) -> None:
    added = run("webhook", "add", "https://hooks.example/T0/s3cr3t", "--kind", "slack", "--name", "desk")
    assert added.exit_code == 0, added.output
    assert "s3cr3t" not in added.output
    assert "desk  slack    hooks.example/…cr3t" in run("webhook", "list").output
    assert "Webhook desk now gets alerts" in run("webhook", "do", "desk", "subscribe", "export-controls").output
    assert "Chip export controls" in run("webhook", "do", "desk", "subscriptions").output
    assert run("webhook", "do", "desk", "subscribe", "(((").exit_code == 2
    added = run("subscribe", "h20", "NEAR/7", "ban", "--channel", "webhook:desk", "--mode", "daily 07:30")
    assert "Webhook desk now gets alerts" in added.output, added.output
    listed = run("subscriptions", "--channel", "webhook:desk").output
    assert "h20 NEAR/7 ban" in listed
    assert "07:30" in listed
    assert run("subscriptions").output.startswith("Nothing is subscribed")
    removed = run("webhook", "remove", "desk").output
    assert removed.startswith(
        "Removed desk. Its subscriptions (2) are paused: add it again, then tocsin webhook do desk"
    )
    assert "there is no webhook desk" not in run("doctor").output, "what was taken away on purpose is no fault"
    assert "no webhooks" in run("webhook", "list").output


def test_what_undoes_is_typed_for_the_webhook(run: Run) -> None:
    run("webhook", "add", "https://hooks.example/T0/abcd", "--kind", "slack", "--name", "desk")
    for typed in (["webhook", "do", "desk", "subscribe", "chips"], ["subscribe", "gpus", "--channel", "webhook:desk"]):
        said = run(*typed).output
        program, *undo = said.partition("To undo: ")[2].strip(" .\n").split()
        assert (program, undo[:4]) == ("tocsin", ["webhook", "do", "desk", "unsubscribe"]), said
        assert "no longer gets alerts" in run(*undo).output


def test_a_misspelt_topic_is_asked_about_for_a_webhook_too(run: Run) -> None:
    run("webhook", "add", "https://hooks.example/T0/abcd", "--kind", "slack", "--name", "desk")
    asked = run("webhook", "do", "desk", "subscribe", "exprot-controls")
    assert (asked.exit_code, "Its id is export-controls" in " ".join(asked.output.split())) == (2, True)
    assert "Nothing is subscribed" in run("webhook", "do", "desk", "subscriptions").output
    assert run("webhook", "do", "desk", "subscribe", "gallium", "--mode", "hourly").exit_code == 2
    assert "could not be tried" in run("webhook", "do", "desk", "subscribe", "gallium").output


def test_the_secret_of_signed_json_is_shown_once(run: Run) -> None:
    assert "signed with this secret" in run("webhook", "add", "https://in.example/abcdef").output
    run("webhook", "add", "https://hooks.example/T0/abcd", "--kind", "slack", "--name", "desk")
    assert "desk        slack    hooks.example/" in run("webhook", "list").output, "in columns"
    assert "in-example  json     in.example/…cdef" in run("webhook", "list").output


def test_quotes_that_the_shell_took_are_put_back() -> None:
    words = ["template", "what=chips", "set=*{title}* [({outlets})]", "NOT", "a=b"]
    assert [requoted(word) for word in words] == [
        "template", "what=chips", 'set="*{title}* [({outlets})]"', "NOT", "a=b"
    ]  # fmt: skip


def test_the_terminal_reaches_webhooks_only(fails: Fails) -> None:
    assert fails("subscribe", "h20", "--channel", "#news")[1].startswith("tocsin: --channel takes webhook:NAME")
    assert "there is no webhook desk" in fails("subscribe", "h20", "--channel", "webhook:desk")[1]


def test_a_sample_to_a_webhook_at_a_port_that_is_not_allowed(run: Run) -> None:
    run("webhook", "add", "http://127.0.0.1:1/s3cr3t", "--kind", "slack", "--name", "shut")
    tested = run("webhook", "test", "shut")
    assert tested.exit_code == 2
    assert "could not be posted: its address is not public" in tested.output
