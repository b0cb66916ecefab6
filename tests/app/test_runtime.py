"""The runtime keeps its loops going, starts platforms that fail again, and stops in order."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.errors import ConfigError, StoreError
from bot.core.units import DAY_MS
from bot.fading import DAYS, dated
from bot.lanes import LaneOptions
from bot.parts import Parts
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions
from bot.rules.rulebook import Rulebook
from bot.runtime import Runtime
from bot.store import open_store
from handlers.console import ConsolePlatform
from tests.fakes.manners import Anyhow


class Stubborn(ConsolePlatform):
    """A platform that refuses to start a number of times."""

    def __init__(self, refusals: int) -> None:
        super().__init__()
        self.refusals = refusals
        self.started = asyncio.Event()
        self.closed = False

    async def start(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise ConfigError("the token is refused")
        self.started.set()

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
async def parts() -> AsyncIterator[Parts]:
    store = open_store("memory:", clock=lambda: 0)
    yield Parts(
        store=store,
        rules=Rulebook(),
        sources={},
        platforms={"console": ConsolePlatform()},
        clock=lambda: 0,
        manners=Anyhow(),
        poller=PollOptions(),
        pipeline=PipelineOptions(),
        lanes=LaneOptions(poll_ms=10),
    )
    await store.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_it_in_order(parts: Parts, number: signal.Signals) -> None:
    platform = Stubborn(0)
    runtime = Runtime(replace(parts, platforms={"console": platform}))
    running = asyncio.create_task(runtime.run())
    await platform.started.wait()
    os.kill(os.getpid(), number)
    async with asyncio.timeout(60):
        await running
    assert platform.closed


async def test_under_nohup_the_closing_of_a_terminal_stops_nothing(parts: Parts) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        runtime = Runtime(parts)
        running = asyncio.create_task(runtime.run())
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        async with asyncio.timeout(60):
            await running
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_a_stop_without_a_store_is_one_line(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(*_: str) -> None:
        raise StoreError("t.db was replaced while in use", "replaced")

    monkeypatch.setattr(parts.store, "keep", away)
    runtime = Runtime(parts)
    runtime.stop.set()
    async with asyncio.timeout(60):
        await runtime.run()
    (record,) = [record for record in caplog.records if "ended badly" in record.message]
    assert record.message == "stop ended badly: t.db was replaced while in use"
    assert not record.exc_info


async def test_a_platform_that_can_not_start_stops_no_other(parts: Parts) -> None:
    bad, good = Stubborn(99), Stubborn(0)
    runtime = Runtime(replace(parts, platforms={"bad": bad, "good": good}))
    running = asyncio.create_task(runtime.run())
    await good.started.wait()
    async with asyncio.timeout(60):
        while "bad" not in runtime.failed:  # noqa: ASYNC110 - health is a value, no event
            await asyncio.sleep(0.01)
    assert runtime.failed["bad"] == "the token is refused"
    runtime.stop.set()
    async with asyncio.timeout(60):
        await running
    assert bad.closed
    assert good.closed


async def test_a_loop_that_failed_and_goes_on_is_well_again(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not ready for ever after: upkeep met a store that was away once an hour, and goes on for hours."""

    async def away(*_: int) -> int:
        raise StoreError("the database is away", "away")

    monkeypatch.setattr("bot.runtime._RESTART_S", 0.2)
    monkeypatch.setattr("bot.runtime._WELL_S", 0.2)
    monkeypatch.setattr(parts.store, "retain", away)
    runtime = Runtime(replace(parts, clock=lambda: DAY_MS))
    running = asyncio.create_task(runtime.run())
    async with asyncio.timeout(60):
        while not runtime.troubles():  # noqa: ASYNC110 - troubles are a value, no event
            await asyncio.sleep(0.01)
        assert runtime.troubles() == ["upkeep: the database is away"]
        while runtime.troubles():  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
        runtime.stop.set()
        await running


async def test_upkeep_forgets_what_fades_and_nothing_else(parts: Parts) -> None:
    store = parts.store
    for key in ("fades.old", "stays.old"):
        await store.keep(key, dated("x", 1))
    now = DAYS * DAY_MS + 1
    runtime = Runtime(replace(parts, fading=("fades.",), clock=lambda: now))
    running = asyncio.create_task(runtime.run())
    async with asyncio.timeout(60):
        while await store.recall("fades.old"):  # noqa: ASYNC110 - forgetting is no event
            await asyncio.sleep(0.01)
    runtime.stop.set()
    async with asyncio.timeout(60):
        await running
    assert await store.recall("stays.old") == dated("x", 1)
