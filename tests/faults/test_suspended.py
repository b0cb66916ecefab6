"""A machine that was suspended: the wall clock has gone on, and timers have not."""

from __future__ import annotations

import asyncio

from bot.chores import Chores
from bot.lanes import LaneOptions
from bot.parts import Parts
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions
from bot.rules.rulebook import Rulebook
from bot.runtime import Runtime
from bot.store import open_store
from handlers.console import ConsolePlatform
from tests.fakes.manners import Anyhow
from tests.faults.virtual import Clock, VirtualLoop, played
from tests.store.build import HOUR, T0, opened, subscribed


def test_what_fell_due_in_its_sleep_is_told_seconds_after_it() -> None:
    async def work(loop: VirtualLoop) -> float:
        clock, wake, stop = Clock(loop, T0), asyncio.Event(), asyncio.Event()
        store = loop.watched(open_store("memory:", clock=clock))
        await subscribed(store, mode="hourly")
        await opened(store)
        parts = Parts(
            store=store,
            rules=Rulebook(),
            sources={},
            platforms={"console": ConsolePlatform()},
            clock=clock,
            manners=Anyhow(),
            poller=PollOptions(),
            pipeline=PipelineOptions(),
            lanes=LaneOptions(),
        )
        turning = asyncio.create_task(Chores(parts, Runtime(parts).pipeline, wake).turn(stop))
        await asyncio.sleep(1)
        clock.offset_ms += HOUR
        woken = loop.time()
        await wake.wait()
        stop.set()
        await turning
        await store.close()
        return loop.time() - woken

    assert played(work) < 11
