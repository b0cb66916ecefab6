"""Counts the failures of a delivery whose reason nobody knows: they may pass, or go on for ever."""

from __future__ import annotations

from bot.core.latest import Latest

_REMEMBERED = 100_000


class Strikes:
    """Counts for the latest 100,000 deliveries since this program began. `tries` would count outages and limits too."""

    def __init__(self) -> None:
        self._known: Latest[int, int] = Latest(_REMEMBERED)

    def add(self, delivery: int) -> int:
        """Count one more; returns the new count."""
        count = self._known[delivery] = self._known.get(delivery, 0) + 1
        return count
