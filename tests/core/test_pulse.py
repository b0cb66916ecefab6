"""Is the bot at work? As far as the store tells."""

from __future__ import annotations

import pytest

from bot.core.pulse import GRACE_MS, Polled, pulse

NOW, HOUR = 1_795_536_000_000, 3_600_000


@pytest.mark.parametrize(
    ("polled", "stopped", "wanted"),
    [
        (Polled(0, NOW - 1, 0), 0, ("idle", 0)),
        (Polled(3, 0, NOW - 5 * HOUR), 0, ("new", 0)),
        (Polled(3, NOW - 9, NOW + HOUR), 0, ("well", NOW - 9)),
        (Polled(3, NOW - 9, NOW + HOUR), NOW - 10, ("well", NOW - 9)),
        (Polled(3, NOW - 9, NOW + HOUR), NOW - 9, ("stopped", NOW - 9)),
        (Polled(3, 0, NOW - 9), NOW - 5, ("stopped", NOW - 5)),
        (Polled(3, NOW - HOUR, NOW - GRACE_MS - 1), 0, ("silent", NOW - HOUR)),
        (Polled(3, NOW - HOUR, NOW - GRACE_MS), 0, ("well", NOW - HOUR)),
        (Polled(3, NOW - GRACE_MS, NOW - HOUR), 0, ("well", NOW - GRACE_MS)),
    ],
)
def test_what_is_said_of_the_polls(polled: Polled, stopped: int, wanted: tuple[str, int]) -> None:
    assert pulse(polled, stopped, NOW) == wanted
