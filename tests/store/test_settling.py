"""What a receipt means: the pure decision behind every settlement."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports import Ambiguous, Gone, Pace, Receipt, Rejected, Retry, Sent
from bot.store.settling import GONE_MS, LOOKS_MS, Pending, Step, reserve, step
from tests.store.build import DAY, HOUR, MINUTE, T0

BEGUN = Pending("sending", tries=1, looks=0, begun=True)

receipts: st.SearchStrategy[Receipt] = st.one_of(
    st.builds(Sent, st.text(max_size=5)),
    st.builds(Retry, st.floats(), st.text(max_size=5)),
    st.builds(Ambiguous, st.text(max_size=5), st.booleans()),
    st.builds(Gone, st.text(max_size=5), st.booleans()),
    st.builds(Rejected, st.text(max_size=5)),
)
rows = st.builds(
    Pending,
    st.sampled_from(["queued", "sending"]),
    st.integers(0, 10**6),
    st.integers(0, 10),
    st.booleans(),
    st.integers(0, 10**6),
    st.none() | st.integers(T0 - 9 * DAY, T0 + DAY),
)


def test_sent_ends_it_and_forgets_the_failures() -> None:
    row = Pending("sending", 3, 2, begun=True, failures=2, failing_since=T0)
    assert step(row, Sent("m"), T0) == Step("sent", 2, "m")


def test_one_message_that_is_refused_forgets_no_failures_of_its_channel() -> None:
    row = Pending("sending", 1, 0, begun=True, failures=2, failing_since=T0)
    assert step(row, Rejected("too odd"), T0 + DAY) == Step("dead", 0, reason="too odd", failures=2, failing_since=T0)


def test_the_wait_before_a_retry_grows_and_is_never_shorter_than_asked() -> None:
    waits = [step(Pending("sending", n, 0, begun=True), Retry(1, "x"), T0).wait_until - T0 for n in range(1, 15)]
    assert waits[:4] == [1_000, 1_000, 1_000, 2_000]
    assert waits == sorted(waits)
    assert waits[-1] == 5 * MINUTE
    assert step(BEGUN, Retry(3_600, "x"), T0).wait_until == T0 + HOUR
    assert step(BEGUN, Retry(1e12, "x"), T0).wait_until == T0 + DAY
    assert step(BEGUN, Retry(math.inf, "x"), T0).wait_until == T0 + DAY
    for nothing in (math.nan, -math.inf, -1e306, -1.0, 0.0):
        assert step(BEGUN, Retry(nothing, "x"), T0).wait_until == T0 + 250


def test_doubt_is_looked_at_ever_more_rarely_and_ends() -> None:
    first = step(BEGUN, Ambiguous("no answer"), T0)
    assert (first.state, first.looks, first.wait_until) == ("sending", 0, T0 + LOOKS_MS[0])
    last = step(Pending("sending", 1, len(LOOKS_MS) - 1, begun=False), Ambiguous("no answer"), T0)
    assert (last.state, last.reason, last.wait_until) == ("ambiguous", "no answer", 0)


def test_a_send_that_surely_failed_leaves_an_earlier_one_in_doubt() -> None:
    """Its nonce made the second send harmless; when the wait is over it may no longer do so, and a look comes first."""
    assert step(BEGUN, Retry(900, "429", doubt=True), T0).state == "sending"
    assert step(BEGUN, Retry(900, "429"), T0).state == "queued"
    assert step(BEGUN, Gone("no right", doubt=True), T0).state == "sending"
    assert step(BEGUN, Gone("no right"), T0).state == "queued"


def test_doubt_that_no_look_can_clear_up_holds_nobody_up() -> None:
    done = step(
        Pending("sending", 1, 0, begun=False, failures=2, failing_since=T0), Ambiguous("unasked", blind=True), T0
    )
    assert done == Step("ambiguous", 1, reason="unasked", failures=2, failing_since=T0)


def test_a_permanent_loss_pauses_at_once_and_an_outage_does_not() -> None:
    assert step(BEGUN, Gone("", permanent=True), T0).paused == "gone"
    often = Pending("sending", 1, 0, begun=True, failures=99, failing_since=T0 - GONE_MS + 1)
    assert step(often, Gone("no access"), T0).paused == ""
    seldom = Pending("sending", 1, 0, begun=True, failures=1, failing_since=T0 - 30 * DAY)
    assert step(seldom, Gone("no access"), T0).paused == ""
    enough = Pending("sending", 1, 0, begun=True, failures=2, failing_since=T0 - GONE_MS)
    assert step(enough, Gone("no access"), T0).paused == "no access"


@settings(deadline=None)
@given(rows, receipts)
def test_every_answer_ends_it_or_comes_back_within_a_day(row: Pending, receipt: Receipt) -> None:
    done = step(row, receipt, T0)
    assert done.state in ("queued", "sending", "sent", "ambiguous", "dead")
    assert done.wait_until == 0 or T0 <= done.wait_until <= T0 + DAY
    if isinstance(receipt, Sent | Rejected):
        assert done.state in ("sent", "dead")
    if isinstance(receipt, Ambiguous):
        assert done.state != "queued"
    if row.state == "sending" and not row.begun:
        assert done.state != "queued"


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
