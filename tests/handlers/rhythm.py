"""News that comes over hours to a channel with a rhythm: a real store, real lanes, and a platform before its fake."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.model import Channel
from bot.lanes import LaneOptions, Lanes
from bot.ports import Platform, Store
from bot.store import open_store
from tests.store.build import MINUTE, T0, Clock, hit, outcome, saving, told


@dataclass
class Newsroom:
    """One channel that subscribes to one topic. `at` is minutes since the start, two o'clock at night in UTC."""

    platform: Platform
    scope: str
    ref: str
    clock: Clock = field(default_factory=lambda: Clock(T0 - T0 % 86_400_000 + 120 * MINUTE))

    async def __aenter__(self) -> Newsroom:
        self.start = self.clock.now
        self.store: Store = open_store("memory:", clock=self.clock)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.store.close()

    async def subscribe(self, options: Mapping[str, str]) -> Channel:
        channel = await self.store.channel(self.platform.name, self.scope, self.ref)
        await self.store.subscribe(channel, "topic:chips", "Chips", options, self.clock.now)
        return channel

    async def news(self, at: int, title: str, severity: str = "normal", story: int | None = None, **fields: str) -> int:
        """A report, and whatever is due then."""
        self.clock.now = now = self.start + at * MINUTE
        kind = "new" if story is None else "update"
        said = {"news": title} if story else None
        url = f"https://reuters.example/{title.replace(' ', '-')}"
        one = outcome(title, story, hits=[hit()], placed=said, severity=severity, first_seen=now, url=url, **fields)
        (saved,) = await self.store.transact(saving(one))
        await told(self.store, kind, saved.story_id, ["topic:chips"], now)
        await self.until(at)
        return saved.story_id

    async def until(self, at: int) -> None:
        """Let time pass to `at`, and everything be sent that is due then."""
        self.clock.now = self.start + at * MINUTE
        await self.store.turn(self.clock.now)
        lanes = Lanes(self.store, {self.platform.name: self.platform}, self.clock, LaneOptions(poll_ms=5))
        stop = asyncio.Event()
        serving = asyncio.create_task(lanes.run(stop))
        async with asyncio.timeout(60):
            while (await self.store.stats()).get("deliveries_queued", 0):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        stop.set()
        await serving
