"""Counts what failed at a delivery for a reason that nobody knows: it may be of the moment, or fail for ever."""

from __future__ import annotations

from bot.core.latest import Latest

_REMEMBERED = 100_000


class Strikes:
    """By delivery, the latest of 100,000, since this program began: tries would count outages and limits too."""

    def __init__(self) -> None:
        self._known: Latest[int, int] = Latest(_REMEMBERED)

    def add(self, delivery: int) -> int:
        """One more; how many these are."""
        count = self._known[delivery] = self._known.get(delivery, 0) + 1
        return count
