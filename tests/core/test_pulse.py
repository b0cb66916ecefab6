"""Is the bot at work? As far as the store tells."""

from __future__ import annotations

import pytest

from bot.core.pulse import GRACE_MS, Polls, pulse

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
    assert pulse(polled, stopped, NOW) == wanted
