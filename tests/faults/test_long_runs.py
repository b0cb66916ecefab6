"""The whole program in virtual time: days on end, clocks that are set, days of downtime."""

from __future__ import annotations

import pytest

from tests.faults.soak import DAY, HOUR, MINUTE, World, soak, world
from tests.faults.virtual import VirtualLoop, played

pytestmark = pytest.mark.usefixtures("untraced")
LATEST = 75 * MINUTE


def told_once(made: World) -> bool:
    """Every post since the baseline was told, once."""
    baseline = {mark for mark, late in made.wall.late_ms.items() if late < 0}
    return not baseline and set(made.wall.came.values()) == {1} and len(made.wall.came) == len(made.rooms.news())


@pytest.mark.slow
def test_ten_days_on_end_lose_nothing_double_nothing_and_grow_by_nothing() -> None:
    """`make torture` has a month, with more feeds."""
    done = played(lambda loop: soak(loop, days=10, feeds=3, per_day=6, idle_ms=30 * MINUTE))
    print(done.line())
    assert done.posted > 100
    assert (done.lost, done.doubled) == (0, 0)
    assert done.growth <= 1.05
    assert done.idle_unchanged >= 0.95 * done.idle_polls > 0


@pytest.mark.case_id(72)
@pytest.mark.parametrize("jump_ms", [-HOUR, 8 * HOUR, -8 * HOUR])
def test_case_072_a_clock_that_jumps_loses_nothing_and_starts_no_stampede(jump_ms: int) -> None:
    async def life(loop: VirtualLoop) -> World:
        made = await world(loop, feeds=3, per_day=40, days=3, idle_ms=4 * MINUTE, look_s=240.0)
        for url in made.rooms.posts:  # what is posted just before the end need not have come by then
            made.rooms.hush(url, 60 * HOUR - LATEST, 60 * HOUR)
        async with made.running():
            await made.passes(DAY)
            before = made.rooms.hours.copy()
            made.clock.offset_ms = jump_ms
            await made.passes(12 * HOUR)
            assert max(made.rooms.hours.values()) <= 1.5 * max(before.values())
            made.clock.offset_ms = 0
            await made.passes(DAY)
        await made.store.close()
        return made

    made = played(life)
    assert told_once(made)
    assert max(made.wall.late_ms.values()) < LATEST


@pytest.mark.case_id(94)
def test_case_094_after_a_day_of_downtime_all_come_back_within_the_workers_bounds() -> None:
    async def life(loop: VirtualLoop) -> tuple[World, int]:
        made = await world(loop, feeds=200, per_day=1, days=3, idle_ms=MINUTE)
        async with made.running():
            await made.passes(HOUR)
        await made.passes(DAY)
        polls = made.rooms.polls
        async with made.running():
            await made.passes(2 * MINUTE)
            back = made.rooms.polls - polls
            await made.passes(5 * MINUTE)  # a channel hears of one a second
        await made.store.close()
        return made, back

    made, back = played(life)
    assert 200 <= back < 220
    assert made.rooms.most_busy <= 8
    assert told_once(made)
