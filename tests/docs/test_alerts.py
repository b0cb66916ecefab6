"""docs/alerts.md: what it says is typed is answered so, and it names every placeholder."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.alerts.template import NAMES, ROOM
from tests.commands.test_commands import OWNER, House, house

__all__ = ["house"]
PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
TYPED = re.findall(r"^\| `((?:feedback|follow|unfollow|pause|resume|template) ?.*?)` \| (.+?) \|$", PAGE, re.MULTILINE)


async def test_what_is_typed_is_answered_so(house: House) -> None:
    await house.fill()
    await house.commands.run(OWNER, "subscribe", {"what": "chips"})
    story = (await house.store.latest("topic:chips", 1))[0].id
    for line, answer in TYPED:
        reply = await house.commands.type(OWNER, re.sub(r"\b1\b", str(story), line))
        assert answer in reply.text, line


def test_the_page_has_its_examples_and_every_placeholder() -> None:
    assert len(TYPED) == 12
    assert re.findall(r"^\| `\{([a-z]+)\}` \|", PAGE, re.MULTILINE) == list(NAMES)
    assert f"{ROOM:,} characters" in PAGE


@pytest.mark.parametrize("button", ["sources", "why", "mute", "follow", "less", "more"])
def test_every_button_is_on_the_page(button: str) -> None:
    words = (Path(__file__).parents[2] / "config" / "words" / "en.toml").read_text(encoding="utf-8")
    label = re.search(rf'^"button\.{button}" = "(.+)"$', words, re.MULTILINE)
    assert label is not None
    assert f"| {label[1]} |" in PAGE
