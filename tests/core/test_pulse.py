"""Is the bot at work? As far as the store tells."""

from __future__ import annotations

import pytest

from bot.core.polling.pulse import GRACE_MS, Polls, pulse, reading_since

NOW, HOUR = 1_795_536_000_000, 3_600_000


@pytest.mark.parametrize(
    ("polled", "stopped", "wanted"),
    [
        (Polls(0, NOW - 1, 0), 0, ("idle", 0)),
        (Polls(3, 0, NOW - 5 * HOUR), 0, ("new", 0)),
        (Polls(3, NOW - 9, NOW + HOUR), 0, ("well", NOW - 9)),
        (Polls(3, NOW - 9, NOW + HOUR), NOW - 10, ("well", NOW - 9)),
        (Polls(3, NOW - 9, NOW + HOUR), NOW - 9, ("stopped", NOW - 9)),
        (Polls(3, 0, NOW - 9), NOW - 5, ("stopped", NOW - 5)),
        (Polls(3, NOW - HOUR, NOW - GRACE_MS - 1), 0, ("silent", NOW - HOUR)),
        (Polls(3, NOW - HOUR, NOW - GRACE_MS), 0, ("well", NOW - HOUR)),
        (Polls(3, NOW - GRACE_MS, NOW - HOUR), 0, ("well", NOW - GRACE_MS)),
    ],
)
def test_what_is_said_of_the_polls(polled: Polls, stopped: int, wanted: tuple[str, int]) -> None:
    assert pulse(polled, stopped, 0, NOW) == wanted


@pytest.mark.parametrize(
    ("polled", "since", "wanted"),
    [
        (Polls(0, 0, 0), NOW - 9, ("idle", 0)),
        (Polls(3, 0, NOW - 5 * HOUR), NOW - 9, ("started", NOW - 9)),
        (Polls(3, 0, NOW - 5 * HOUR), NOW - HOUR, ("started", NOW - HOUR)),
        (Polls(3, NOW - HOUR, NOW - HOUR), NOW - 9, ("started", NOW - 9)),
        (Polls(3, NOW - 2 * HOUR, NOW - HOUR), NOW - HOUR, ("unanswered", NOW - 2 * HOUR)),
        (Polls(3, NOW - 2 * HOUR, NOW + HOUR), NOW - HOUR, ("well", NOW - 2 * HOUR)),
        (Polls(3, NOW - 2 * HOUR, NOW - HOUR), NOW - 3 * HOUR, ("unanswered", NOW - 2 * HOUR)),
        (Polls(3, NOW - 9, NOW - HOUR), NOW - 3 * HOUR, ("well", NOW - 9)),
    ],
)
def test_while_a_program_runs_no_stop_counts(polled: Polls, since: int, wanted: tuple[str, int]) -> None:
    assert pulse(polled, NOW - 5, since, NOW) == wanted


def test_who_has_not_been_heard_of_for_minutes_reads_no_more() -> None:
    said = [f"{NOW - 3 * HOUR} {NOW - 151_000}", f"{NOW - HOUR} {NOW - 150_000}", f"{NOW - 9} {NOW - 9}"]
    assert reading_since(said, NOW) == NOW - HOUR
    assert reading_since(said[:1], NOW) == 0
