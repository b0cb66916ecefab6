"""Rules tried over what is stored: queries, topics, and topics as changed."""

from __future__ import annotations

import pytest

from bot.commands.desk import Desk
from bot.commands.preview import changed
from bot.commands.talk import Talk
from bot.core.matching.match import Engine
from bot.core.matching.topics import Topic, load_topics
from bot.core.model import Entry
from bot.rules.rulebook import Rulebook
from tests.commands.test_commands import HOUR, NOW, OWNER, TOPICS, House, house
from tests.wording import WORDS

__all__ = ["house"]


def a_topic(name: str, *words: str) -> Topic:
    row = {"id": name, "title": {"en": name.title()}, "any": list(words)}
    return load_topics({"t.toml": {"topic": [row]}}).topics[0]


async def tried(house: House, topic: Topic) -> tuple[str, list[str]]:
    reply = await changed(Talk(Desk(house.store, house.rules, WORDS, lambda: NOW, {}), OWNER), topic)
    return reply.text, [item.title for item in reply.items]


@pytest.mark.parametrize(
    ("line", "said", "titles"),
    [
        ("preview rain", "“Rain” would have matched 1 story", ["Rain floods vineyards near Porto"]),
        ("preview vineyards", "“vineyards” would have matched 1 story", ["Rain floods vineyards near Porto"]),
        ("preview vineyrds", "“vineyrds” matches none", []),
    ],
)
async def test_a_topic_or_query_is_tried_and_nothing_changes(
    house: House, line: str, said: str, titles: list[str]
) -> None:
    reply = await house.commands.type(OWNER, line)
    assert reply.ok
    assert reply.text.startswith(said)
    assert [item.title for item in reply.items] == titles
    assert [button.action for button in reply.buttons] in ([], ["preview"])
    assert await house.store.subscriptions() == []
    assert house.rules.queries == {}


async def test_a_query_that_asks_for_a_topic_is_tried_and_counted_as_it_would_match(house: House) -> None:
    reply = await house.commands.type(OWNER, "preview topic:chips AND dresden")
    assert reply.text.startswith("“topic:chips dresden” would have matched 1 story"), reply.text
    assert [item.title for item in reply.items] == ["New chip plant opens in Dresden"]
    assert ": 1 report in 7 days" in (await house.commands.type(OWNER, "trend topic:chips AND dresden")).text
    assert ": 0 reports in 7 days" in (await house.commands.type(OWNER, "trend topic:rain AND dresden")).text


async def test_a_changed_topic_says_what_it_gains_and_loses(house: House) -> None:
    text, titles = await tried(house, a_topic("chips", "chip", "revenue"))
    assert text == "chips, as changed, would have gained 1 and lost 1 report in the last 30 days; 1 stay."
    assert titles == ["+ SMIC reports higher quarterly revenue", "− 中芯国际四季度营收增长"]


async def test_a_topic_that_is_not_loaded_is_shown_as_it_would_be(house: House) -> None:
    text, titles = await tried(house, a_topic("wine", "vineyard"))
    assert text.startswith("“Wine” would have matched 1 story")
    assert titles == ["Rain floods vineyards near Porto"]


async def test_queries_are_filed_by_what_the_store_holds(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    learned: list[Entry] = []
    monkeypatch.setattr(Engine, "learn", lambda _, entries: learned.extend(entries))
    seen = NOW - HOUR
    await house.pipeline.replay([Entry("late", "", "Late news", published=seen, first_seen=seen)])
    await Rulebook(TOPICS).learn(house.store)
    assert len(learned) == 5
