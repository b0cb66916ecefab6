"""Deduplicates requests: Slack redelivers what it believes was not received."""

from __future__ import annotations

import time
from collections.abc import Callable

REMEMBER_S = 2 * 3600.0
"""Slack delivers an event up to three times within about an hour (docs.slack.dev, Events API, Retries)."""
MOST = 50_000


class Once:
    """Keys seen within the last two hours; the oldest go first when there are too many."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, remember_s: float = REMEMBER_S, most: int = MOST
    ) -> None:
        self._clock = clock
        self._most = most
        self._remember_s = remember_s
        self._seen: dict[str, float] = {}

    def first(self, key: str) -> bool:
        """Whether `key` is seen for the first time; always so for ""."""
        now = self._clock()
        while self._seen and (
            len(self._seen) >= self._most or next(iter(self._seen.values())) < now - self._remember_s
        ):
            del self._seen[next(iter(self._seen))]
        if not key or key in self._seen:
            return not key
        self._seen[key] = now
        return True
