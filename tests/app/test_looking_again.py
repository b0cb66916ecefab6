"""The hourly upkeep of a running program takes apart what turned out to be two, and tells nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.lanes import LaneOptions
from bot.parts import Parts
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions
from bot.ports import Store
from bot.rules.rulebook import Rulebook
from bot.runtime import Runtime
from bot.store import open_store
from handlers.console import ConsolePlatform
from tests.fakes.manners import Anyhow
from tests.store.build import MINUTE, Clock
from tests.stories.twins import twins


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = open_store(str(tmp_path / "tocsin.db"), clock=Clock())
    yield opened
    await opened.close()


async def apart(store: Store) -> None:
    if await store.story(2) is None:
        await asyncio.sleep(0.05)
        await apart(store)


async def test_a_running_program_looks_again_at_stories_that_grew(store: Store) -> None:
    entries = [entry for entry, _ in twins()]
    parts = Parts(
        store=store,
        rules=Rulebook(),
        sources={},
        platforms={"console": ConsolePlatform()},
        clock=Clock(entries[-1].at + MINUTE),
        manners=Anyhow(),
        poller=PollOptions(),
        pipeline=PipelineOptions(),
        lanes=LaneOptions(poll_ms=10),
        roles=("ingest",),
    )
    runtime = Runtime(parts)
    report = await runtime.pipeline.replay(entries)
    assert {placed.story_id for placed in report.placed} == {1}
    running = asyncio.create_task(runtime.run())
    async with asyncio.timeout(30):
        await apart(store)
    runtime.stop.set()
    async with asyncio.timeout(30):
        await running
    assert {entry.title for entry, _ in await store.timeline(2)} == {entry.title for entry in entries[1::2]}
