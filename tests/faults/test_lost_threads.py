"""Threads that are lost while an alert is on its way into them: it comes all the same, once, and stops nobody."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import Lanes
from bot.ports import Absent, Ambiguous, Delivery, Finding, Receipt, Retry, Sent
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


class Marked(Doubtful):
    """A wall that takes a message once, however often it comes to the same place, and says nothing the first time."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__(loop, [])
        self.places: list[tuple[int, str]] = []

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        if alert.kind == "thread":
            return Sent("thread")
        if (delivery.id, delivery.thread) in self.places:
            return Sent(str(delivery.id))
        self.places.append((delivery.id, delivery.thread))
        return Ambiguous("no answer")

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        return Absent("it is taken once", unseen=True)


@pytest.mark.parametrize("edit", [True, False])
def test_what_may_stand_in_a_thread_goes_there_again_whatever_its_channel_wants_by_now(edit: bool) -> None:
    """A nonce is of a place: in the channel itself it came a second time."""

    async def life(loop: VirtualLoop) -> list[tuple[int, str]]:
        clock, wall, stop = Clock(loop, T0), Marked(loop), asyncio.Event()
        store = open_store("memory:", clock=clock)
        channel = await store.channel("console", "", "desk")
        await store.subscribe(channel, "topic:chips", "Chips", {"thread": "topic"}, T0)
        await opened(store)
        serving = asyncio.create_task(Lanes(loop.watched(store), {"console": wall}, clock, LANES).run(stop))
        await asyncio.sleep(2)
        assert wall.places
        await store.subscribe(channel, "topic:chips", "Chips", {} if edit else {"thread": "topic"}, T0)
        await asyncio.sleep(60)
        stop.set()
        await serving
        stats = await store.stats()
        await store.close()
        assert stats["deliveries_sent"] == 2
        return wall.places

    assert played(life) == [(1, "thread")]


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
