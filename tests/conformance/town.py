"""What the conformance suite asks about: some of the shipped topics, and a store of fifty stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.matching.query import parse
from bot.core.model import Entry, Hit, Placement
from bot.core.units import HOUR_MS
from bot.ports import FeedSpec, IngestTx, Outcome, Store
from bot.store import open_store
from tests.shipped import topics

NOW = int(datetime(2026, 1, 8, 12, tzinfo=UTC).timestamp() * 1000)
RULES = ("topic:export-controls", "topic:open-models", "topic:chipmaking")
TOPICS = [
    replace(topic, tree=parse("h20 OR 芯片"))
    for n, topic in enumerate(topics().topics)
    if n < 12 or f"topic:{topic.id}" in RULES
]
"""Those that the examples name, and enough to fill two pages; what each is about is soon compiled, for every stage."""
HOSTILE = "@everyone <!channel> <@1> [x](https://evil.example) `code` *b* _i_ ||s|| \u202egnp.exe\u0000 & <b>"


def _outcome(number: int) -> Outcome:
    titles = {42: "US widens H20 export ban to subsidiaries", 43: HOSTILE, 44: "中芯国际扩产 H20 芯片", 45: "长" * 600}
    title = titles.get(number, f"H20 chip story number {number} by Outlet")
    at = NOW - (60 - number) * HOUR_MS
    entry = Entry(
        f"e{number}",
        f"https://outlet{number % 7}.example/{number}?a=1&b=2",
        title,
        f"Report {number} tells of the h20 ban OR licence and form S-1.",
        source=f"Outlet {number % 7}",
        lang="zh" if number == 44 else "en",
        published=at,
        first_seen=at,
    )
    hits = (Hit(RULES[number % 3], ("H20",)),)
    return Outcome(entry, (number * 7919,), Placement("new", None), hits, entry.summary)


async def filled_store() -> Store:
    """Fifty stories, numbered 1 to 50, and thirty feeds."""
    store = open_store("memory:", clock=lambda: NOW)

    def save(tx: IngestTx) -> None:
        for number in range(1, 51):
            assert tx.save(0, _outcome(number)).story_id == number

    await store.transact(save)
    await store.add_feeds([FeedSpec(f"https://f{n}.example/feed", source=f"Feed {n}") for n in range(30)], NOW)
    return store
