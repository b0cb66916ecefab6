"""A story becomes graver as outlets report it: that is told as a follow-up, and `why` names the rule."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.matching.topics import load_topics
from bot.core.model import Entry
from bot.pipeline import Pipeline
from bot.ports import Asker, Store
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.store.build import MINUTE, T0, lane
from tests.wording import WORDS

TOPIC = {"id": "chips", "title": {"en": "Chips", "zh-CN": "芯片"}, "any": ["chip"]}
OWNER = Asker("console", "local", "terminal", "owner")
TITLES = {
    "a": "Globalfoundries opens chip plant in Dresden after a delay of two years",
    "b": "Globalfoundries' Dresden chip plant opens after delay of two years",
    "d": "Globalfoundries chip plant in Dresden opens after two years of delay",
    "e": "Dresden: Globalfoundries opens its chip plant after two years of delay",
}
SEVERITY = {"breaking": ["ban"], "outlets": {"notable": 3}}


class Newsroom:
    """A store, the pipeline before it and the commands behind; one channel gets chips."""

    def __init__(self) -> None:
        self.store: Store = open_store("memory:", clock=lambda: T0)
        self.rules = Rulebook(load_topics({"t.toml": {"topic": [TOPIC | {"severity": SEVERITY}]}}).topics)
        self.pipeline = Pipeline(self.store, self.rules)
        self.commands = CommandDesk(Desk(self.store, self.rules, WORDS, lambda: T0, {}))

    async def report(self, outlet: str, minute: int, title: str = "") -> None:
        title = title or TITLES[outlet]
        at = T0 + minute * MINUTE
        url = f"https://{outlet}.example/{minute}"
        await self.pipeline.replay([Entry(url, url, title, source=outlet, lang="en", published=at, first_seen=at)])

    async def why(self, locale: str = "en") -> str:
        return "\n".join((await self.commands.type(replace(OWNER, locale=locale), "why 1")).lines)


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    made = Newsroom()
    await made.commands.type(OWNER, "subscribe chips")
    yield made
    await made.store.close()


async def test_outlets_within_an_hour_make_a_story_graver_which_is_told_and_explained(newsroom: Newsroom) -> None:
    await newsroom.report("a", 0)
    ((_, first),) = await lane(newsroom.store, T0)
    assert first is not None
    assert first.severity == "normal"
    assert "because" not in await newsroom.why()
    await newsroom.report("b", 10)
    await newsroom.report("d", 20)
    *_, (_, follow_up) = await lane(newsroom.store, T0 + 60 * MINUTE)
    assert follow_up is not None
    assert (follow_up.kind, follow_up.severity, follow_up.risen) == ("update", "notable", True)
    assert "now notable" in follow_up.said
    assert "Notable because 3 outlets reported it within an hour: a rule of Chips." in await newsroom.why()
    assert "重要：一小时内有 3 家媒体报道（主题“芯片”的规则）。" in await newsroom.why("zh-CN")


async def test_outlets_over_hours_do_not(newsroom: Newsroom) -> None:
    for n, outlet in enumerate("abde"):
        await newsroom.report(outlet, n * 40)
    story = await newsroom.store.story(1)
    assert story is not None
    assert (len(story.outlets), story.severity) == (4, "normal")


async def test_copies_make_no_story_graver(newsroom: Newsroom) -> None:
    for minute, outlet in enumerate("abd"):
        await newsroom.report(outlet, minute, "Chip makers of Dresden close their plants after the storm")
    story = await newsroom.store.story(1)
    assert story is not None
    assert (len(story.outlets), story.severity) == (3, "normal")


async def test_a_report_that_comes_late_is_judged_by_what_was_known_at_its_time(newsroom: Newsroom) -> None:
    for outlet, minute in (("a", 100), ("b", 110), ("d", 0)):
        await newsroom.report(outlet, minute)
    story = await newsroom.store.story(1)
    assert story is not None
    assert (len(story.outlets), story.severity) == (3, "normal")


async def test_a_rule_that_is_no_more_is_said_to_be(newsroom: Newsroom) -> None:
    await newsroom.report("a", 0, "Chip ban widens to Dresden plants")
    assert "Breaking because a says “ban”: a rule of Chips." in await newsroom.why()
    newsroom.rules.put_topics(load_topics({"t.toml": {"topic": [TOPIC]}}).topics)
    assert "Breaking by a rule or a report that no longer exists" in await newsroom.why()
