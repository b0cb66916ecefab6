"""The health of the connection to a database server, shared by all threads."""

from __future__ import annotations

import time
from collections.abc import Callable

_AWAY_S = 2.0
"""A connection that is made anew sooner than this is nobody's trouble."""


class Link:
    """Since when nothing has been answered. `ticks` are seconds that only go forward; safe from any thread."""

    def __init__(self, where: str, ticks: Callable[[], float] = time.monotonic) -> None:
        self._where = where
        self._ticks = ticks
        self._lost = 0.0

    def lost(self) -> None:
        """A connection broke, or none could be had."""
        self._lost = self._lost or self._ticks()

    def answers(self) -> None:
        """A transaction came to its end."""
        self._lost = 0.0

    def trouble(self) -> str:
        """One line while the server is away; "" while it answers, and in the first two seconds."""
        lost = self._lost
        away = self._ticks() - lost if lost else 0.0
        return f"{self._where} has not answered for {away:.0f} s" if away >= _AWAY_S else ""
