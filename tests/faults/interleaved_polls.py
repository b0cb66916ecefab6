"""Programs that poll the same feeds, their steps in any order: each item is stored and told, once.

`python -m tests.faults.interleaved_polls [--worlds 300] [--seed 1]`

As `tests.faults.interleaved`, of the other loop: poller, pipeline, folding and store are the program's own. Half of the
items stand in both feeds.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from unittest import mock

from bot.core.errors import FetchError
from bot.core.matching.match import TOPIC
from bot.core.matching.topics import load_topics
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.pipeline import Pipeline, PipelineOptions
from bot.poller import Poller, PollOptions
from bot.ports import Feed, FeedSpec, Polled, Store
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.fakes.manners import Anyhow
from tests.faults.interleaved import tried
from tests.faults.news import KEYWORDS, Writer, tokens
from tests.faults.steps import OneByOne, Steps, lived
from tests.faults.virtual import Clock, VirtualLoop, played
from tests.store.build import HOUR, MINUTE, T0

FEEDS = ("https://a.example/feed", "https://b.example/feed")
SHOWN = 60
"""Items that a feed shows at once: more than come while both programs stand still."""
RULES = {"t.toml": {"topic": [{"id": "news", "title": {"en": "News"}, "any": [KEYWORDS[0]]}]}}
POLLS = PollOptions(workers=2, floor_s=5, ceiling_s=5, lease_ms=MINUTE, idle_ms=3_000, grace_s=0.0)


@dataclass
class Newsrooms:
    """What the feeds show. `owed` are the tokens of items that came when their feeds had their baseline."""

    loop: VirtualLoop
    store: Store
    die: random.Random
    items: dict[str, list[ParsedEntry]] = field(default_factory=lambda: {url: [] for url in FEEDS})
    owed: list[str] = field(default_factory=list)
    exempt: set[str] = field(default_factory=set)

    async def work(self, until_s: float) -> None:
        """Every few seconds something is published, in one feed or in both."""
        writer = Writer(self.die.randrange(1_000_000), 3_000)
        while self.loop.now < until_s:
            await asyncio.sleep(self.die.choice((1.0, 5.0, 20.0)))
            ready = {feed.url for feed in await self.store.feeds() if feed.baselined}
            mark, title, summary = writer.write(KEYWORDS)
            shown = [self.die.choice(FEEDS)] if self.die.random() < 0.5 else list(FEEDS)
            at = datetime.fromtimestamp((T0 + self.loop.now * 1000) / 1000, UTC)
            for url in shown:
                item = ParsedEntry(f"{url}/{mark}", f"{url}/{mark}", title, summary, "", at)
                self.items[url] = [item, *self.items[url]][:SHOWN]
            (self.owed.append if ready.issuperset(shown) else self.exempt.add)(mark)


@dataclass
class Source:
    """One program's way to the feeds. An answer is as old as its request took."""

    rooms: Newsrooms
    steps: Steps

    async def poll(self, feed: Feed, now: int) -> Polled:
        if self.steps.busy and self.steps.die.random() < 0.1:
            raise FetchError("status", f"{feed.url}: 503")
        shown = tuple(self.rooms.items[feed.url])
        await asyncio.sleep(self.steps.die.choice((0.0, 0.1, 2.0, 25.0)) if self.steps.busy else 0.0)
        etag = shown[0].id if shown else ""
        if shown and feed.etag == etag:
            return Polled(304, etag=etag)
        return Polled(200, ParsedFeed(FeedInfo(feed.url), shown), etag=etag)


def poller(steps: Steps, rooms: Newsrooms, clock: Clock, owner: str) -> Poller:
    """A program's poller with its own pipeline, that remembers nothing of lives before."""
    rules = Rulebook(load_topics(RULES).topics)
    pipeline = Pipeline(cast("Store", steps), rules, PipelineOptions(burst=0))
    options = replace(POLLS, owner=owner)
    return Poller(
        cast("Store", steps),
        {"feed": cast("Any", Source(rooms, steps))},
        pipeline.ingest,
        clock=clock,
        manners=cast("Any", Anyhow()),
        options=options,
        random=random.Random(owner),
    )


async def world(loop: VirtualLoop, seed: int, busy_s: float = 400.0) -> list[str]:
    """Some minutes of trouble, then half an hour of peace: what was lost or doubled."""
    die, clock, end_s = random.Random(seed), Clock(loop, T0), busy_s + HOUR / 2000
    memory = open_store("memory:", clock=clock)
    store = cast("Store", OneByOne(loop.watched(memory)))
    await store.add_feeds([FeedSpec(url) for url in FEEDS], clock())
    channel = await store.configure(await store.channel("console", "", "desk"), {"burst": "0"})
    await store.subscribe(channel, f"{TOPIC}news", "News", {}, clock())
    rooms = Newsrooms(loop, store, die)

    async def program(name: str) -> None:
        await lived(loop, store, name, lambda steps, stop: poller(steps, rooms, clock, name).run(stop), busy_s, end_s)

    def ticks() -> int:
        return round(loop.now * 1000)

    with mock.patch("bot.poller._ticks", ticks):
        await asyncio.gather(rooms.work(busy_s), *(program(f"{seed} {name}") for name in ("one", "two")))
    told = await _told(store, clock() + HOUR)
    stored = Counter(tokens(entry.title)[0] for entry in await store.newest(10_000))
    copies = Counter(tokens(item.title)[0] for items in rooms.items.values() for item in items)
    await memory.close()
    return [*wrong(rooms, told), *(f"{mark} is stored {n} times" for mark, n in stored.items() if n > copies[mark])]


async def _told(store: Store, now: int) -> list[str]:
    """The titles of all that waits in the outbox."""
    (lease,) = await store.lease_channels(now, 9, MINUTE, "end", ["console"])
    alerts = [await store.alert(row) for row in await store.next_deliveries(lease, 10_000, now) if row.kind == "new"]
    return [alert.title for alert in alerts if alert]


def wrong(rooms: Newsrooms, told: list[str]) -> Iterator[str]:
    """What was owed and is not told, and what is told twice."""
    counted = Counter(mark for title in told for mark in tokens(title))
    yield from (f"{mark} is lost" for mark in rooms.owed if not counted[mark])
    yield from (f"{mark} is told {n} times" for mark, n in counted.items() if n > 1)


def found(seed: int) -> list[str]:
    """What went wrong in one world."""
    return played(lambda loop: world(loop, seed))


if __name__ == "__main__":
    sys.exit(tried(__doc__, found))
