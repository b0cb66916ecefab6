"""The health of the connection to a database server, shared by all threads."""

from __future__ import annotations

import time
from collections.abc import Callable

_AWAY_S = 2.0
"""A connection that is replaced sooner than this is not reported."""


class Link:
    """Knows since when the server has not answered. `ticks` gives monotonic seconds. Safe from any thread."""

    def __init__(self, where: str, ticks: Callable[[], float] = time.monotonic) -> None:
        self._where = where
        self._ticks = ticks
        self._lost = 0.0

    def lost(self) -> None:
        """A connection broke, or none could be had."""
        self._lost = self._lost or self._ticks()

    def answers(self) -> None:
        """A transaction was completed."""
        self._lost = 0.0

    def trouble(self) -> str:
        """One line while the server is away; "" while it answers, and in the first two seconds."""
        lost = self._lost
        away = self._ticks() - lost if lost else 0.0
        return f"{self._where} has not answered for {away:.0f} s" if away >= _AWAY_S else ""
