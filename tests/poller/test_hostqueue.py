"""Hosts in turn: fair, spaced, bounded."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.hostqueue import HostQueue
from bot.ports import Feed

PATIENCE_MS = 10_000


class Polite:
    """Each host is ready when it was last told to be; one second between requests."""

    def __init__(self, spacing_s: float = 1.0) -> None:
        self.ready: dict[str, float] = {}
        self._spacing_s = spacing_s

    def ready_in(self, host: str) -> float:
        return self.ready.get(host, 0.0)

    def spacing_s(self, host: str) -> float:
        return self._spacing_s


def feed(number: int, host: str = "a.example", due: int = 0, **options: object) -> Feed:
    return Feed(number, f"https://{host}/{number}", next_poll=due, options=options)


def test_the_longest_due_host_goes_first_and_hosts_take_turns() -> None:
    queue = HostQueue(Polite(), PATIENCE_MS)
    for number, (host, due) in enumerate([("a", 5), ("a", 6), ("b", 3), ("c", 9), ("a", 7)]):
        assert queue.admit(feed(number, host, due), 100) is None
    assert len(queue) == 5
    taken = [queue.take(100) for _ in range(3)]
    assert [one.id for one in taken if one] == [2, 0, 3]
    assert queue.take(100) is None, "host a is spaced"
    assert queue.next_ready() == 1100
    again = queue.take(1100)
    assert again is not None
    assert again.id == 1


def test_a_host_is_asked_for_two_feeds_at_most_at_a_time() -> None:
    queue = HostQueue(Polite(), PATIENCE_MS)
    for number in range(4):
        queue.admit(feed(number), 0)
    first, second = queue.take(0), queue.take(1000)
    assert first is not None
    assert second is not None
    assert queue.take(9000) is None
    assert queue.next_ready() is None
    queue.done(first, 9000)
    third = queue.take(9000)
    assert third is not None
    queue.done(second, 9000)
    queue.done(third, 9000)
    fourth = queue.take(10_000)
    assert fourth is not None
    queue.done(fourth, 10_000)
    assert (len(queue), queue.next_ready()) == (0, None)


def test_a_host_of_our_own_is_not_held_back() -> None:
    queue = HostQueue(Polite(0.0), PATIENCE_MS)
    for number in range(50):
        assert queue.admit(feed(number), 0) is None
    assert [one.id for one in (queue.take(0) for _ in range(50)) if one] == list(range(50))


@pytest.mark.case_id(95)
def test_case_095_five_thousand_feeds_of_one_host_get_times_of_their_own() -> None:
    queue = HostQueue(Polite(), PATIENCE_MS)
    waits = [queue.admit(feed(number, "rsshub.example"), 0) for number in range(5000)]
    sent_away = [wait for wait in waits if wait is not None]
    assert len(queue) == 11
    assert len(sent_away) == 4989
    assert {after - before for before, after in pairwise(sent_away)} == {1000}
    assert queue.admit(feed(1, "other.example"), 0) is None, "others go on"


def test_a_feed_with_a_slower_pace_is_spaced_by_it() -> None:
    queue = HostQueue(Polite(), PATIENCE_MS)
    times = [queue.admit(feed(number, "arxiv.example", every_ms=3000), 0) for number in range(6)]
    assert times == [None, None, None, None, 12_000, 15_000]


@pytest.mark.case_id(14)
def test_case_014_feeds_of_a_resting_host_go_back_to_the_store() -> None:
    manners = Polite()
    queue = HostQueue(manners, PATIENCE_MS)
    manners.ready["a.example"] = 300.0
    assert queue.admit(feed(1), 0) == 300_000
    assert queue.admit(feed(2), 0) == 301_000
    assert queue.admit(feed(3, "b.example"), 0) is None


def test_bookings_of_the_past_are_forgotten() -> None:
    manners = Polite()
    queue = HostQueue(manners, PATIENCE_MS)
    for number in range(3000):
        manners.ready[f"{number}.example"] = 20.0
        assert queue.admit(feed(number, f"{number}.example"), number * 1000) == 20_000
    assert len(queue._booked) <= 1024


def test_drained_feeds_are_those_that_wait() -> None:
    queue = HostQueue(Polite(), PATIENCE_MS)
    for number in range(3):
        queue.admit(feed(number), 0)
    taken = queue.take(0)
    assert taken is not None
    assert [one.id for one in queue.drain()] == [1, 2]
    queue.done(taken, 0)
    assert (len(queue), queue.take(10**9)) == (0, None)
    assert queue.admit(feed(9), 0) is None
    assert queue.take(0) is not None


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=80))
def test_nothing_is_lost_and_no_host_is_taken_too_often(steps: list[tuple[str, int, bool]]) -> None:
    queue = HostQueue(Polite(), 10**9)
    busy: list[Feed] = []
    seen: list[int] = []
    now = 0
    for number, (host, passed, finish) in enumerate(steps):
        now += passed * 500
        queue.admit(feed(number, host), now)
        if (one := queue.take(now)) is not None:
            seen.append(one.id)
            busy.append(one)
        assert max(Counter(one.url.split("/")[2] for one in busy).values(), default=0) <= 2
        if finish and busy:
            queue.done(busy.pop(0), now)
    while len(queue) or busy:
        now += 1000
        if busy:
            queue.done(busy.pop(0), now)
        while (one := queue.take(now)) is not None:
            seen.append(one.id)
            busy.append(one)
    assert sorted(seen) == list(range(len(steps)))
