"""Times are milliseconds everywhere in the program and its database: durations, and the type of a clock."""

from __future__ import annotations

from collections.abc import Callable

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
Clock = Callable[[], int]
"""Tells the time: ms since the epoch, UTC."""
