"""What a receipt means: the pure decision behind every settlement."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ports import Ambiguous, Gone, Receipt, Rejected, Retry, Sent
from bot.store.receipts import GONE_MS, LOOKS_MS, Pending, Step, step
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


@pytest.mark.usefixtures("untraced")
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
