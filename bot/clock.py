"""The process clock: wall time in ms that never goes backwards.

If somebody sets the wall clock back, stored times (the next poll, a channel's rest, a lease) would lie in the future,
and nothing would happen until then. This clock goes on instead, a little slower, until the wall clock has caught up. It
follows a wall clock that is set forward at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_SLOWER = 0.95


class SteadyClock:
    """Calling it gives ms since the epoch, UTC. `wall` and `ticks` give ns; nobody ever sets `ticks`."""

    def __init__(self, wall: Callable[[], int] = time.time_ns, ticks: Callable[[], int] = time.monotonic_ns) -> None:
        self._wall = wall
        self._ticks = ticks
        self._last = wall(), ticks()

    def __call__(self) -> int:
        now, ticks = self._last
        passed = self._ticks() - ticks
        now = max(self._wall(), now + int(passed * _SLOWER))
        self._last = now, ticks + passed
        return now // 1_000_000
