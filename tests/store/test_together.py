"""Asks that come together are one; each has its own answer, or its own failure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.core.errors import StoreError
from bot.store.together import Together


class Work:
    """Doubles numbers; 13 is refused, 99 is a broken store."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    async def __call__(self, some: Sequence[int]) -> list[int]:
        self.asked.append(list(some))
        await asyncio.sleep(0)
        if 13 in some:
            raise ValueError("13")
        if 99 in some:
            raise StoreError("away", "io")
        return [2 * one for one in some]


async def test_what_comes_at_once_is_one_ask_and_what_comes_meanwhile_the_next() -> None:
    work = Work()
    together = Together(work)
    assert await asyncio.gather(*(together.ask(n) for n in range(100, 200))) == [2 * n for n in range(100, 200)]
    assert [len(some) for some in work.asked] == [64, 36]
    assert await together.ask(7) == 14


async def test_one_that_fails_fails_alone() -> None:
    work = Work()
    together = Together(work)
    found = await asyncio.gather(*(together.ask(n) for n in (1, 13, 2)), return_exceptions=True)
    assert (found[0], found[2]) == (2, 4)
    assert isinstance(found[1], ValueError)
    assert work.asked == [[1, 13, 2], [1], [13], [2]]


async def test_a_store_that_is_away_is_asked_once() -> None:
    work = Work()
    together = Together(work)
    found = await asyncio.gather(*(together.ask(n) for n in (1, 99)), return_exceptions=True)
    assert all(isinstance(one, StoreError) for one in found)
    assert work.asked == [[1, 99]]


async def test_who_gave_up_is_left_out_and_holds_nobody_up() -> None:
    work = Work()
    together = Together(work)
    gone, stays = (asyncio.create_task(together.ask(n)) for n in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone


def test_it_goes_on_in_another_loop() -> None:
    work = Work()
    together = Together(work)
    assert [asyncio.run(together.ask(n)) for n in (1, 2)] == [2, 4]
