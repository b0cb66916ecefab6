"""A busy machine: sends that come too late for their place do not bunch with the others. In virtual time."""

from __future__ import annotations

import asyncio
import itertools
from functools import partial
from typing import Any

import pytest

from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import LaneOptions, Lanes
from bot.ports import Delivery, Pace, Receipt, Sent, Store
from bot.store import open_store
from tests.faults.test_doubt import Doubtful
from tests.faults.virtual import Clock, VirtualLoop, played
from tests.store.build import HOUR, MINUTE, T0, hit, outcome, tell

CHANNELS, EVERY_MS = 60, 100


class Paced(Doubtful):
    """A wall of one bot that may send ten times a second; `at` is when it did."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__(loop, [])
        self.at: list[float] = []

    def paces(self, channel: Channel) -> list[Pace]:
        return [Pace("bot", EVERY_MS, 1)]

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        self.at.append(self._loop.now)
        return Sent(str(delivery.id))


class Slow:
    """A store of which every fourth `begin` takes 400 ms, and every fifth place comes 150 ms late."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._turns = itertools.count(1)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def begin(self, *given: Any) -> bool:
        await asyncio.sleep(0.4 if next(self._turns) % 4 == 0 else 0.01)
        return bool(await self._store.begin(*given))

    async def reserve(self, *given: Any) -> int:
        wait = int(await self._store.reserve(*given))
        await asyncio.sleep(0.15 if next(self._turns) % 5 == 0 else 0.005)
        return wait


async def _told(store: Store) -> None:
    for number in range(CHANNELS):
        channel = await store.channel("console", "", f"desk {number}")
        await store.subscribe(channel, "topic:chips", "Chips", {}, T0)

    def work(tx: Any) -> None:
        saved = tx.save(0, outcome("Story", hits=[hit()]))
        tell(tx, saved.story_id)

    await store.transact(work)


async def _served(loop: VirtualLoop, taken_at: int = 0) -> list[float]:
    """When each alert was sent; `taken_at` is when another program took a place in the line, if one did."""
    wall = Paced(loop)
    clock = Clock(loop, T0)
    store = open_store("memory:", clock=clock)
    await _told(store)
    if taken_at:
        await store.reserve("bot", taken_at, EVERY_MS, 1)
    stop = asyncio.Event()
    options = LaneOptions(workers=12, lease_ms=MINUTE, deadline_ms=4_000)
    serving = asyncio.create_task(Lanes(Slow(loop.watched(store)), {"console": wall}, clock, options).run(stop))
    await asyncio.sleep(30)
    stop.set()
    await serving
    await store.close()
    return wall.at


def test_a_restart_by_a_clock_put_back_waits_for_no_place_of_before() -> None:
    at = played(partial(_served, taken_at=T0 + HOUR // 2))
    assert len(at) == CHANNELS


@pytest.mark.usefixtures("untraced")
def test_late_sends_take_another_place() -> None:
    at = played(_served)
    assert len(at) == CHANNELS
    worst = max(sum(begin <= other < begin + 1.0 for other in at) for begin in at)
    assert worst <= 1000 // EVERY_MS + 1
