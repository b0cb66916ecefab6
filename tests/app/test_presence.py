"""Programs over one store know of each other: that one stops is no stop while another reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.errors import StoreError
from bot.core.polling.pulse import reading_since
from bot.ports import READING, STOPPED, Store
from bot.presence import Presence, forget
from bot.store import open_store

NOW = 1_795_536_000_000


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    made = open_store("memory:", clock=lambda: NOW)
    yield made
    await made.close()


async def reading(store: Store, now: int = NOW) -> tuple[Presence, asyncio.Event, asyncio.Task[None]]:
    said = len(await store.recall_all(READING))
    program, stop = Presence(store, lambda: now, f"here:{said}"), asyncio.Event()
    running = asyncio.create_task(program.run(stop))
    async with asyncio.timeout(60):
        while len(await store.recall_all(READING)) <= said:  # noqa: ASYNC110 - a row of a store is no event
            await asyncio.sleep(0.01)
    return program, stop, running


async def test_the_last_of_two_programs_says_that_it_stopped(store: Store) -> None:
    programs = [await reading(store), await reading(store)]
    for said, (program, stop, running) in zip(("", str(NOW)), programs, strict=True):
        stop.set()
        await running
        await program.leave(alone=True)
        assert await store.recall(STOPPED) == said
    assert not await store.recall_all(READING)


async def test_who_leaves_others_to_do_the_rest_tells_of_no_stop(store: Store) -> None:
    program, stop, running = await reading(store)
    stop.set()
    await running
    await program.leave(alone=False)
    assert not await store.recall(STOPPED)


async def test_who_died_is_forgotten_by_the_next(store: Store) -> None:
    await store.keep(f"{READING}dead", f"{NOW - 900_000} {NOW - 800_000}")
    program = Presence(store, lambda: NOW, "here:1")
    stop = asyncio.Event()
    running = asyncio.create_task(program.run(stop))
    async with asyncio.timeout(60):
        while reading_since((await store.recall_all(READING)).values(), NOW) != NOW:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)
    assert len(await store.recall_all(READING)) == 1
    stop.set()
    await running


async def test_who_was_killed_is_forgotten_at_the_next_start_and_others_are_not(store: Store) -> None:
    for owner in ("here:1", "here:2", "there:1"):
        await store.keep(READING + owner, f"{NOW} {NOW}")
    await forget(store, lambda owner: owner == "here:1")
    assert set(await store.recall_all(READING)) == {f"{READING}here:2", f"{READING}there:1"}


async def test_a_store_that_is_away_ends_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.Event()

    async def away(*_: str) -> dict[str, str]:
        asked.set()
        raise StoreError("t.db was replaced while in use", "replaced")

    monkeypatch.setattr(store, "recall_all", away)
    stop = asyncio.Event()
    running = asyncio.create_task(Presence(store, lambda: NOW, "here:1").run(stop))
    async with asyncio.timeout(60):
        await asked.wait()
    stop.set()
    await running
