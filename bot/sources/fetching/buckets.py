"""Per-host rate limiting: the interval between two requests, and pauses that a host asked for.

Times are seconds on a monotonic clock. A place in the queue is taken before the wait, so that any number of tasks for
one host are spread out and no host gets requests too fast.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random

PAUSE_MIN_S = 60.0
PAUSE_MAX_S = 86_400.0
PAUSE_DEFAULT_S = 600.0
_KEEP = 4096


class _Host:
    """When the next request may start, until when the host asked for a pause, and how often in a row it did."""

    __slots__ = ("free_at", "paused_until", "strikes")

    def __init__(self) -> None:
        self.free_at = 0.0
        self.paused_until = 0.0
        self.strikes = 0


class Buckets:
    """One bucket for each host, made on first use; idle ones are dropped when there are many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, random: Random | None = None) -> None:
        self._clock = clock
        self._random = random or Random()
        self._hosts: dict[str, _Host] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def reserve(self, host: str, every_s: float) -> float:
        """Take the next place at `host`; returns the seconds to wait for it. The place after it is `every_s` later."""
        bucket = self._hosts.get(host)
        if bucket is None and not every_s:
            return 0.0
        now = self._clock()
        bucket = bucket or self._open(host, now)
        start = max(now, bucket.free_at)
        bucket.free_at = start + every_s
        return start - now

    def paused_s(self, host: str) -> float:
        """For how many seconds `host` must not get any request, because it said so; 0 when it may."""
        bucket = self._hosts.get(host)
        return max(0.0, bucket.paused_until - self._clock()) if bucket else 0.0

    def ready_in(self, host: str) -> float:
        """Seconds until a request to `host` could start; takes no place."""
        bucket = self._hosts.get(host)
        return max(0.0, max(bucket.free_at, bucket.paused_until) - self._clock()) if bucket else 0.0

    def pause(self, host: str, asked_s: float | None) -> float:
        """`host` answered 429: pause for as long as it asks, within 60 s … 24 h. Returns the seconds.

        If it gives no usable time, the pause is ten minutes, doubled at each repeat, plus up to a tenth at random.
        """
        bucket = self._hosts.get(host) or self._open(host, self._clock())
        if asked_s is None or asked_s <= 0:
            asked_s = PAUSE_DEFAULT_S * 2 ** min(bucket.strikes, 10) * (1 + self._random.random() / 10)
        seconds = min(max(asked_s, PAUSE_MIN_S), PAUSE_MAX_S)
        bucket.strikes += 1
        bucket.paused_until = max(bucket.paused_until, self._clock() + seconds)
        return seconds

    def answered(self, host: str) -> None:
        """`host` served us: its next refusal counts as the first one again."""
        if bucket := self._hosts.get(host):
            bucket.strikes = 0

    def _open(self, host: str, now: float) -> _Host:
        if len(self._hosts) >= _KEEP:
            idle = [name for name, one in self._hosts.items() if max(one.free_at, one.paused_until) <= now]
            for name in idle:
                del self._hosts[name]
        bucket = self._hosts[host] = _Host()
        return bucket
