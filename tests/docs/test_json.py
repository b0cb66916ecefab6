"""docs/json.md: what it says of each command's JSON is what is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.cli.lazy import PLACES, listed, load
from bot.cli.replyjson import reply_json
from bot.core.message import Button, Item, Reply
from tests.cli.conftest import Run, feeds, lines, run, some_topics

pytestmark = pytest.mark.usefixtures("untraced")

__all__ = ["feeds", "run", "some_topics"]
PAGE = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")


def fields(heading: str) -> list[str]:
    """The names in the first column of the table below a heading."""
    section = re.split(rf"^#+ {heading}$", PAGE, flags=re.MULTILINE)[1].split("\n#")[0]
    return [name for row in re.findall(r"^\| (`.+?) \|", section, re.MULTILINE) for name in re.findall("`(.+?)`", row)]


def holds(found: dict[str, Any], heading: str) -> None:
    assert list(found) == fields(heading), heading


def test_a_reply_with_its_items_and_buttons(run: Run) -> None:
    assert run("subscribe", "export-controls", "--json").exit_code == 0
    held = json.loads(run("subscriptions", "--json").output)
    holds(held, "A reply")
    holds(held["items"][0], "An item")
    holds(held["items"][0]["buttons"][0], "A button")
    assert held["items"][0]["buttons"][1]["action"] == "unsubscribe"
    refused = run("mute", "999", "--json")
    assert (json.loads(refused.output)["ok"], refused.exit_code) == (False, 2)


def test_the_sample_of_a_template_is_what_webhooks_get(run: Run) -> None:
    run("subscribe", "export-controls")
    held = json.loads(run("template", "export-controls", "--try", "{title} now", "--json").output)
    schema = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
    required = json.loads(re.findall(r"```json\n(\{\n  \"\$schema.*?)```", schema, re.DOTALL)[0])["properties"]
    assert held["alert"].keys() == required.keys()
    assert held["alert"]["shaped"].endswith(" now")


def test_every_value_of_a_reply_is_plain_json() -> None:
    button = Button("Why", "why", "7")
    reply = Reply("t", ("l",), (Item("i", bold=("b",), buttons=(button,)),), (button,), picture=b"png")
    assert json.loads(json.dumps(reply_json(reply))) == reply_json(reply)


@pytest.mark.holds_loop  # doctor reads all topics first
def test_feeds_checks_and_findings(run: Run, feeds: str) -> None:
    run("feeds", "add", f"{feeds}/harbour-wire.rss", "--yes")
    (feed,) = json.loads(run("feeds", "list", "--json").output)
    holds(feed, "A feed")
    (checked,) = lines(run("feeds", "check", "--json").output)
    holds(checked, "A check")
    for finding in lines(run("doctor", "--offline", "--json").output):
        holds(finding, "A finding")


@pytest.mark.parametrize("name", [name for names in PLACES.values() for name in names])
def test_every_command_that_takes_json_is_on_the_page(name: str) -> None:
    command = load(next(one for one in listed().values() if one.name == name))
    groups = getattr(command, "commands", {"": command})
    takes = [sub for sub, one in groups.items() if "as_json" in {param.name for param in one.params}]
    for sub in takes:
        assert f"`{name} {sub} --json`" in PAGE or f"`{name}`" in PAGE or f"`{name} --json`" in PAGE, (name, sub)
