"""Weeks in the life of the whole program but its sockets: recorded rhythms as feeds, a wall as the platform.

Poller, pipeline, store, lanes and upkeep are the real ones, as `bot.runtime` runs them; time is virtual.
"""

from __future__ import annotations

import asyncio
import bisect
import gc
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest import mock

from bot.clock import SteadyClock
from bot.core.message import Alert
from bot.core.model import Channel, FeedInfo, ParsedEntry, ParsedFeed
from bot.core.polling.silence import AFTER_MS
from bot.lanes import LaneOptions
from bot.parts import Parts
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions
from bot.ports import (
    Absent,
    Delivery,
    Feed,
    FeedSpec,
    Finding,
    Growth,
    Pace,
    Platform,
    Polled,
    Receipt,
    Sent,
    Source,
    Store,
)
from bot.rules.rulebook import Rulebook
from bot.runtime import Runtime
from bot.store import open_store
from bot.translations import Words
from tests.fakes.manners import Anyhow
from tests.faults.news import KEYWORDS, Writer, tokens
from tests.faults.scaled import scaled
from tests.faults.virtual import Clock, VirtualLoop

T0 = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp() * 1000)
"""Before the clocks are set back in Europe and America."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
JITTER = 7
_PROFILE = (1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 9, 8, 8, 9, 10, 9, 8, 6, 4, 3, 2, 2, 1, 1)
"""How a newsroom's posts spread over the hours of a day (UTC), out of 120; a third of it at weekends."""


def rhythm(die: random.Random, per_day: float, days: float) -> list[int]:
    """Times of posts, ms since T0, in order."""
    times: list[int] = []
    for hour in range(int(days * 24)):
        weekend = (hour // 24 + datetime.fromtimestamp(T0 / 1000, UTC).weekday()) % 7 >= 5
        expected = per_day * _PROFILE[hour % 24] / 120 * (0.3 if weekend else 1.0)
        while die.random() < expected:
            times.append(hour * HOUR + die.randrange(HOUR))
            expected -= 1
    return sorted(times)


class Newsrooms:
    """A source that holds every feed: what was posted by now, as a list of twenty, or 304. `down` answers nothing."""

    def __init__(self, clock: Clock, posts: dict[str, list[int]], seed: int = 1) -> None:
        self._clock = clock
        self.posts = posts
        writer = Writer(seed, 3_000)
        self._entries = {url: [self._entry(writer, url, at) for at in times] for url, times in posts.items()}
        self.polls = self.unchanged = 0
        self.hours: Counter[int] = Counter()
        self.busy = self.most_busy = 0

    def news(self) -> list[str]:
        """The tokens of all that was posted by now; a feed's first post is its baseline, and no news."""
        return [tokens(entry.title)[0] for url in self.posts for entry in self._entries[url][1 : self._by_now(url)]]

    def hush(self, url: str, since: int, until: int) -> None:
        """Take back what a feed posts between two times (ms since T0)."""
        kept = [n for n, at in enumerate(self.posts[url]) if not since <= at < until]
        self.posts[url] = [self.posts[url][n] for n in kept]
        self._entries[url] = [self._entries[url][n] for n in kept]

    def _by_now(self, url: str) -> int:
        return bisect.bisect_right(self.posts[url], self._clock.true_ms - T0)

    def _entry(self, writer: Writer, url: str, at: int) -> ParsedEntry:
        mark, title, summary = writer.write(KEYWORDS)
        return ParsedEntry(mark, f"{url}/{mark}", title, summary, "", datetime.fromtimestamp((T0 + at) / 1000, UTC))

    async def poll(self, feed: Feed, now: int) -> Polled:
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        await asyncio.sleep(0.2)
        self.busy -= 1
        self.polls += 1
        self.hours[(self._clock.true_ms - T0) // HOUR] += 1
        n = self._by_now(feed.url)
        if feed.etag == f'"{n}"':
            self.unchanged += 1
            return Polled(304, etag=feed.etag)
        listed = tuple(reversed(self._entries[feed.url][max(0, n - 20) : n]))
        return Polled(200, ParsedFeed(FeedInfo(feed.url), listed), etag=f'"{n}"')


class Wall:
    """A platform that keeps what it was sent, and when."""

    name = "wall"
    unable = frozenset[str]()

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.came: Counter[str] = Counter()
        self.late_ms: dict[str, int] = {}
        self.notices: list[str] = []
        self.texts: list[str] = []

    def paces(self, channel: Channel) -> list[Pace]:
        return [Pace(f"wall:{channel.ref}", 1_000, 5)]

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        await asyncio.sleep(0.1)
        if alert.kind == "notice":
            self.notices.append(alert.title)
            self.texts.append(f"{alert.title}\n{alert.summary}")
            return Sent(str(delivery.id))
        mark = tokens(alert.title)[0]
        self.came[mark] += 1
        self.late_ms[mark] = self._clock.true_ms - alert.published
        return Sent(str(delivery.id))

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        return Absent("nothing is ever in doubt here")

    async def grows(self, channel: Channel) -> Growth:
        return "edited"

    async def start(self) -> None: ...
    async def check(self, channel: Channel) -> str:
        return ""

    async def close(self) -> None: ...


@dataclass
class World:
    """One database and what is around it; `running` runs the program over it for a while."""

    loop: VirtualLoop
    clock: Clock
    store: Store
    rooms: Newsrooms
    wall: Wall
    idle_ms: int = 5 * MINUTE
    look_s: float = 60.0
    rules: Rulebook = field(default_factory=Rulebook)
    words: Words = field(default_factory=Words)
    notice_after_ms: int = AFTER_MS
    source: Source | None = None

    def ticks(self) -> int:
        """ms that nobody sets."""
        return round(self.loop.now * 1000)

    @asynccontextmanager
    async def running(self, *others: Platform) -> AsyncIterator[Runtime]:
        """The program, until the end of the block; then stopped in order. `others` are platforms beside the wall."""
        runtime = Runtime(
            Parts(
                store=self.loop.watched(self.store),
                rules=self.rules,
                sources={"feed": self.source or self.rooms},
                words=self.words,
                notice_after_ms=self.notice_after_ms,
                platforms={"wall": self.wall} | {other.name: other for other in others},
                clock=SteadyClock(lambda: self.clock() * 1_000_000, lambda: self.ticks() * 1_000_000),
                manners=Anyhow(),
                poller=PollOptions(idle_ms=self.idle_ms, workers=8, floor_s=60, ceiling_s=3600),
                pipeline=PipelineOptions(burst=0),
                lanes=LaneOptions(poll_ms=self.idle_ms),
                keep_ms=7 * DAY,
                seen_ms=14 * DAY,
            )
        )
        with (
            mock.patch("bot.poller._ticks", self.ticks),
            mock.patch("bot.presence._BEAT_S", self.look_s),
            mock.patch("bot.chores._LOOK_S", 3600.0),
            mock.patch("bot.chores._TURN_S", self.look_s),
            mock.patch("bot.chores._ALONE_S", self.look_s),
            mock.patch("bot.poller.Random", partial(random.Random, JITTER)),  # the same each time
        ):
            task = asyncio.create_task(runtime.run())
            try:
                yield runtime
            finally:
                runtime.stop.set()
                await task

    async def passes(self, ms: int) -> None:
        """Let so much time go by."""
        await asyncio.sleep(ms / 1000)


async def world(loop: VirtualLoop, feeds: int, per_day: float, days: float, seed: int = 1, **options: Any) -> World:
    """A database in memory with feeds that post so often, and one channel that hears of everything."""
    die = random.Random(seed)
    clock = Clock(loop, T0)
    urls = [f"https://room{n}.example/feed" for n in range(feeds)]
    rooms = Newsrooms(clock, {url: [0, *rhythm(die, per_day, days)] for url in urls}, seed)
    store = open_store("memory:", clock=clock)
    made = World(loop, clock, store, rooms, Wall(clock), **options)
    await store.add_feeds([FeedSpec(url) for url in urls], T0)
    channel = await store.channel("wall", "", "all")
    number = await store.query(KEYWORDS[0])
    await store.subscribe(channel, f"query:{number}", KEYWORDS[0], {}, T0)
    await made.rules.load_queries(store)
    return made


@dataclass
class Soaked:
    """What weeks came to. `blocks` are Python's allocated blocks of memory at the end of each day."""

    days: int
    posted: int
    polls: int
    idle_polls: int
    idle_unchanged: int
    lost: int
    doubled: int
    blocks: list[int]

    @property
    def growth(self) -> float:
        """Memory at the end, over that of the second day."""
        return self.blocks[-1] / self.blocks[1]

    def line(self) -> str:
        """One line for people."""
        return (
            f"{self.days} days: {self.posted} posts, {self.polls} polls, lost: {self.lost}, doubled: {self.doubled}, "
            f"memory on the last day: {self.growth:.3f} of the second, an idle week's polls answered unchanged: "
            f"{self.idle_unchanged / max(self.idle_polls, 1):.1%}"
        )


async def soak(loop: VirtualLoop, days: int, feeds: int, per_day: float, idle_ms: int = 15 * MINUTE) -> Soaked:
    """Days of news, then a week without any."""
    with scaled():
        return await _soak(await world(loop, feeds, per_day, days, idle_ms=idle_ms, look_s=idle_ms // 1000), days)


async def _soak(made: World, days: int) -> Soaked:
    blocks = []
    async with made.running():
        for _ in range(days):
            await made.passes(DAY)
            gc.collect()
            blocks.append(sys.getallocatedblocks())
        await made.passes(2 * HOUR)
        polls, unchanged = made.rooms.polls, made.rooms.unchanged
        await made.passes(7 * DAY)
    await made.store.close()
    owed = Counter(made.rooms.news())
    came = made.wall.came
    return Soaked(
        days,
        owed.total(),
        polls,
        made.rooms.polls - polls,
        made.rooms.unchanged - unchanged,
        (owed - came).total(),
        (came - owed).total(),
        blocks,
    )
