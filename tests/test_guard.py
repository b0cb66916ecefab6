"""The guard of the event loop: a callback that takes too long is named, whatever else the machine has to do."""

from __future__ import annotations

import asyncio

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
    ("seconds", "slow", "fails"), [(0.09, 1, False), (0.6, 1, True), (0.6, 8, False), (4.1, 8, True)]
)
async def test_what_holds_the_loop_is_named(seconds: float, slow: float, fails: bool) -> None:
    said = await held(seconds, slow)
    assert [f"for {seconds * 1000:.0f} ms" in line for line in said] == [True] * fails


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
