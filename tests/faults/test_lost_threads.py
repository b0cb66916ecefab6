"""Threads that are lost while an alert is on its way into them: it comes all the same, once, and stops nobody."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import Lanes
from bot.ports import Delivery, Receipt, Retry, Sent
from bot.store import open_store
from tests.faults.test_doubt import LANES, Doubtful
from tests.faults.virtual import Clock, VirtualLoop, played
from tests.store.build import T0, opened

pytestmark = pytest.mark.usefixtures("untraced")


class Threaded(Doubtful):
    """A wall whose first thread is deleted before anything came into it. `places` are where messages stand."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__(loop, [])
        self.places: list[tuple[int, str]] = []

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        if alert.kind == "thread":
            return Sent(f"thread {delivery.id}")
        if delivery.thread == "thread 2":
            return Retry(1.0, "the thread is gone", lost=True)
        self.places.append((delivery.id, delivery.thread))
        return Sent(str(delivery.id))


def test_who_wants_no_thread_any_more_is_told_in_the_channel() -> None:
    """Once such an alert was sent into the lost thread for ever, and all others waited behind it."""

    async def life(loop: VirtualLoop) -> list[tuple[int, str]]:
        clock, wall, stop = Clock(loop, T0), Threaded(loop), asyncio.Event()
        store = open_store("memory:", clock=clock)
        channel = await store.channel("console", "", "desk")
        await store.subscribe(channel, "topic:chips", "Chips", {"thread": "topic"}, T0)
        await opened(store)
        serving = asyncio.create_task(Lanes(loop.watched(store), {"console": wall}, clock, LANES).run(stop))
        await asyncio.sleep(2)
        await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
        await opened(store, "Another")
        await asyncio.sleep(600)
        stop.set()
        await serving
        await store.close()
        return wall.places

    assert played(life) == [(1, ""), (3, "")]
