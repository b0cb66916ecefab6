"""The guard of the event loop: a callback that takes too long is named, whatever else the machine has to do."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests import guard
from tests.guard import SLOWEST, Watch, aside, slowness


class Spent:
    """A clock of CPU time that goes on when work is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def held(seconds: float, slow: float) -> list[str]:
    """What the guard says of a callback that takes so long on a machine that is so slow."""
    clock = Spent()
    watch = Watch(clock, lambda: slow)

    def work(_: asyncio.Handle) -> None:
        clock.now += seconds

    watch.timed(work)(asyncio.Handle(print, (), asyncio.get_running_loop()))
    return watch.held


@pytest.mark.parametrize(
    ("seconds", "slow", "fails"), [(0.09, 1, False), (0.3, 1, True), (0.3, 4, False), (1.1, 4, True)]
)
async def test_what_holds_the_loop_is_named(seconds: float, slow: float, fails: bool) -> None:
    said = await held(seconds, slow)
    assert [f"for {seconds * 1000:.0f} ms" in line for line in said] == [True] * fails


@pytest.mark.parametrize(("share", "fails"), [(1.9, False), (2.1, True)])
async def test_a_test_itself_may_take_twice_as_long(share: float, fails: bool) -> None:
    async def test_of_something() -> None:
        """What a test does itself."""

    longest = guard.LONGEST_S if sys.gettrace() is None else guard.TRACED_S
    clock, task = Spent(), asyncio.ensure_future(test_of_something())
    watch = Watch(clock, lambda: 1.0)

    def work(_: asyncio.Handle) -> None:
        clock.now += share * longest

    watch.timed(work)(asyncio.Handle(task.get_name, (), asyncio.get_running_loop()))
    await task
    assert bool(watch.held) == fails


async def test_the_collector_is_not_counted() -> None:
    clock = Spent()
    watch = Watch(clock, lambda: 1.0)

    def work(_: asyncio.Handle) -> None:
        watch.collected("start", {})
        clock.now += 5.0
        watch.collected("stop", {})

    watch.timed(work)(asyncio.Handle(print, (), asyncio.get_running_loop()))
    assert watch.held == []


def test_a_machine_is_never_quicker_than_usual_nor_slower_than_is_excused(monkeypatch: pytest.MonkeyPatch) -> None:
    for took, slow in ((0.0, 1.0), (2 * guard.USUAL_S, 2.0), (9.0, SLOWEST)):
        monkeypatch.setattr(guard, "_took", lambda took=took: took)
        assert slowness() == slow


async def test_what_is_done_aside_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Spent()
    monkeypatch.setattr(guard.time, "thread_time", clock)
    watch = Watch(clock, lambda: 1.0)

    def work(_: asyncio.Handle) -> None:
        with aside():
            clock.now += 5.0

    watch.timed(work)(asyncio.Handle(print, (), asyncio.get_running_loop()))
    assert watch.held == []
