"""Places under a pace: never more than the burst, and no wait that a clock put back left behind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports import Pace
from bot.store.pace import reserve
from tests.store.build import HOUR, T0

pytestmark = pytest.mark.usefixtures("untraced")


@settings(deadline=None)
@given(st.lists(st.integers(0, 5_000), max_size=40), st.integers(1, 2_000), st.integers(1, 5))
def test_no_more_than_the_burst_is_sent_in_any_stretch_of_time(gaps: list[int], every: int, burst: int) -> None:
    now, tat, sends = T0, 0, []
    for gap in gaps:
        now += gap
        tat, wait = reserve(tat, now, every, burst)
        sends.append(now + wait)
    for n in range(burst, len(sends)):
        assert sends[n] - sends[n - burst] >= every
    for n in range(len(sends)):
        for m in range(n, len(sends)):
            assert m - n + 1 <= burst + (sends[m] - sends[n]) // every


def test_a_time_that_a_clock_put_back_left_behind_is_forgotten() -> None:
    assert reserve(T0 + 2 * HOUR, T0, 1_000, 1) == (T0 + 1_000, 0)
    assert reserve(T0 + 40_001, T0, 1_000, 1, 40_000) == (T0 + 1_000, 0)
    assert reserve(T0 + 40_000, T0, 1_000, 1, 40_000) == (T0 + 41_000, 40_000)


CALLS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 7)), max_size=60)


@settings(deadline=None)
@given(CALLS, st.integers(1, 400), st.integers(1, 5), st.integers(1, 8))
def test_callers_who_wait_for_their_places_never_reach_the_end_of_the_line(
    calls: list[tuple[int, int]], every: int, burst: int, callers: int
) -> None:
    pace = Pace("key", every, burst)
    now, tat, waits_until = T0, 0, dict.fromkeys(range(callers), 0)
    for gap, caller in calls:
        now += gap
        if waits_until[caller % callers] <= now:
            tat, wait = reserve(tat, now, every, burst)
            waits_until[caller % callers] = now + wait
            assert tat - now <= (callers + burst) * every <= pace.line_ms(callers)


@settings(deadline=None)
@given(CALLS, st.integers(0, 2 * HOUR), st.integers(1, 1_100), st.integers(1, 5), st.booleans())
def test_after_a_clock_was_put_back_nobody_waits_longer_than_the_line_can_be(
    calls: list[tuple[int, int]], back: int, every: int, burst: int, alone: bool
) -> None:
    pace = Pace("key", every, burst, alone)
    line, tat, now = pace.line_ms(8), 0, T0
    for gap, _ in calls:
        now += gap
        tat, _ = reserve(tat, now, every, burst, line)
    _, wait = reserve(tat, now - back, every, burst, line)
    assert wait <= line <= min(HOUR, (256 * 8 + burst) * every)
    assert not alone or wait <= (32 + burst) * every
