"""`tocsin webhook` as its users type it."""

from __future__ import annotations

from bot.cli.webhook import requoted
from tests.cli.conftest import Run


def test_a_webhook_is_added_subscribed_listed_and_removed(run: Run) -> None:
    added = run("webhook", "add", "https://hooks.example/T0/s3cr3t", "--kind", "slack", "--name", "desk")
    assert added.exit_code == 0, added.output
    assert "s3cr3t" not in added.output
    assert "desk  slack  hooks.example/…cr3t" in run("webhook", "list").output
    assert "webhook desk now gets alerts" in run("webhook", "do", "desk", "subscribe", "export-controls").output
    assert "Chip export controls" in run("webhook", "do", "desk", "subscriptions").output
    assert run("webhook", "do", "desk", "subscribe", "(((").exit_code == 2
    assert "Removed desk" in run("webhook", "remove", "desk").output
    assert "no webhooks" in run("webhook", "list").output


def test_the_secret_of_signed_json_is_shown_once(run: Run) -> None:
    assert "signed with this secret" in run("webhook", "add", "https://in.example/abcdef").output
    assert "in-example  json  in.example/…cdef" in run("webhook", "list").output


def test_quotes_that_the_shell_took_are_put_back() -> None:
    words = ["template", "what=chips", "set=*{title}* [({outlets})]", "NOT", "a=b"]
    assert [requoted(word) for word in words] == [
        "template", "what=chips", 'set="*{title}* [({outlets})]"', "NOT", "a=b"
    ]  # fmt: skip
