"""docs/rhythm.md: what it says is typed and answered, and comes when it says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.commands.cadence import cadence_of, next_end, parse_mode
from bot.core.commands.line import parse_line
from bot.core.commands.options import CHECKS, SETTINGS, parse_options
from bot.core.matching.topics import load_topics
from bot.ports import Asker
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.wording import WORDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rhythm.md").read_text(encoding="utf-8")
TYPED = re.findall(r"^\| `(subscribe .+?)` \| (.+?) \|$", PAGE, re.MULTILINE)
OPTIONS = re.findall(r"^\| `([a-z-]+=.+?)` \| .+ \|$", PAGE, re.MULTILINE)
TIMES = re.findall(r"^\| `(.+?)` \| (\w+/\w+) \| ([\d :-]+?) \| ([\d :-]+?) \|$", PAGE, re.MULTILINE)
TOPIC = {"id": "chips", "title": {"en": "Chips"}, "any": ["chip"], "description": "Chips."}
NOW = 1_767_870_000_000


@pytest.fixture
async def commands() -> AsyncIterator[CommandDesk]:
    store = open_store("memory:", clock=lambda: NOW)
    rules = Rulebook(load_topics({"t.toml": {"topic": [TOPIC]}}).topics)
    yield CommandDesk(Desk(store, rules, WORDS, lambda: NOW, {}))
    await store.close()


def test_the_page_has_its_examples() -> None:
    assert (len(TYPED), len(OPTIONS), len(TIMES)) == (10, 5, 8)


@pytest.mark.parametrize(("line", "answer"), TYPED)
async def test_what_is_typed_is_answered_so(line: str, answer: str, commands: CommandDesk) -> None:
    parsed = parse_line(line)
    reply = await commands.run(Asker("console", "local", "terminal", "owner"), parsed.name, parsed.args)
    assert answer in "\n".join((reply.text, *reply.lines))


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_is_one(option: str) -> None:
    args = parse_line(f"subscribe chips {option}").args
    del args["what"]
    assert list(parse_options(args)) == list(args)


def test_every_option_and_setting_is_on_the_page() -> None:
    for name in (*CHECKS, *SETTINGS):
        assert f"{name}=" in PAGE or name == "language", name


@pytest.mark.parametrize(("mode", "zone", "at", "told"), TIMES)
def test_a_digest_comes_when_the_page_says(mode: str, zone: str, at: str, told: str) -> None:
    here = ZoneInfo(zone)
    now = round(datetime.fromisoformat(at).replace(tzinfo=here).timestamp() * 1000)
    end = next_end(cadence_of({"mode": parse_mode(mode)}), here, now)
    assert f"{datetime.fromtimestamp(end / 1000, here):%Y-%m-%d %H:%M}" == told
