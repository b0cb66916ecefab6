"""Two programs over one store whose clocks differ, or of which one stands still: each alert comes once all the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import Lanes
from bot.ports import Delivery, Lease, Outbox, Receipt, Sent, Store
from bot.store import open_store
from tests.faults.test_doubt import LANES, Doubtful
from tests.faults.virtual import Clock, VirtualLoop, played
from tests.store.build import T0, hit, outcome, tell

pytestmark = pytest.mark.usefixtures("untraced")
STORIES = 12


class Unhurried(Doubtful):
    """A wall that shows a message before it answers who sent it."""

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        asyncio.get_running_loop().call_later(0.2, self.wall.append, (channel.ref, delivery.id))
        await asyncio.sleep(0.3)
        return Sent(str(delivery.id))


class StandsStill:
    """The store of a program that stands still for 90 s after its first `begin`, longer than a lease."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._left_s = 90.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def begin(self, lease: Lease, delivery: Delivery, now: int) -> bool:
        kept: bool = await self._store.begin(lease, delivery, now)
        left_s, self._left_s = self._left_s, 0.0
        await asyncio.sleep(left_s)
        return kept


async def tells(store: Store, n: int) -> None:
    for _ in range(n):
        await store.transact(lambda tx: tell(tx, tx.save(0, outcome("Chips", hits=[hit()])).story_id, burst=0))
        await asyncio.sleep(1.7)


def told(apart_ms: int, *, stands_still: bool = False) -> list[int]:
    """What stands on the wall after some news and two programs, of whom the second has a clock so far ahead."""

    async def life(loop: VirtualLoop) -> list[int]:
        clocks = [Clock(loop, T0), Clock(loop, T0 + apart_ms)]
        store, wall, stop = open_store("memory:", clock=clocks[0]), Unhurried(loop, []), asyncio.Event()
        await store.subscribe(await store.channel("console", "", "desk"), "topic:chips", "Chips", {}, T0)
        seen: Any = loop.watched(store)
        boxes: list[Outbox] = [StandsStill(seen) if stands_still else seen, seen]  # type: ignore[list-item]
        programs = []
        for box, clock, poll_ms in zip(boxes, clocks, (70, 90), strict=True):
            options = replace(LANES, owner=str(poll_ms), poll_ms=poll_ms)
            programs.append(asyncio.create_task(Lanes(box, {"console": wall}, clock, options).run(stop)))
        await tells(seen, STORIES)
        await asyncio.sleep(300)
        stop.set()
        await asyncio.gather(*programs)
        await store.close()
        return [number for _, number in wall.wall]

    return played(life)


@pytest.mark.parametrize("apart_ms", [50, -50, 2_000, -2_000, 40_000, -40_000])
def test_clocks_that_differ_double_nothing(apart_ms: int) -> None:
    """A lease of the one ends later than any that the other could make: it is no clock's that was put back."""
    assert told(apart_ms) == list(range(1, STORIES + 1))


def test_who_stood_still_longer_than_its_lease_sends_nothing_when_it_goes_on() -> None:
    assert sorted(told(0, stands_still=True)) == list(range(1, STORIES + 1))
