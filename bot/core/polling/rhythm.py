"""A source's configured rhythm: its poll interval and business hours, as written in the feed list.

`every_s = 60` with `hours = "mon-fri 06:00-22:00 America/New_York"`: once a minute while the office is open. Without
`hours` the interval holds day and night; without `every_s` the feed's own history decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? )?(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d) (?P<zone>\S+)"
)


class Hours(NamedTuple):
    """Business hours: weekdays from 0 (Monday), start and end of each day in a zone; the end is not included."""

    days: frozenset[int]
    start: time
    end: time
    zone: ZoneInfo


@lru_cache(maxsize=256)
def parse_hours(text: str) -> Hours:
    """Hours from "mon-fri 06:00-22:00 America/New_York"; the days may be left out. Raises `ValueError`, in words."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f'"{text}" is not of the form "mon-fri 06:00-22:00 America/New_York"')
    try:
        start, end = time.fromisoformat(found["start"]), time.fromisoformat(found["end"].replace("24:00", "23:59"))
        zone = ZoneInfo(found["zone"])
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f'"{text}": no such time or zone') from None
    if start >= end:
        raise ValueError(f'"{text}" ends before it starts')
    return Hours(_days(found["first"], found["last"]), start, end, zone)


def _days(first: str | None, last: str | None) -> frozenset[int]:
    if first is None:
        return frozenset(range(7))
    if {first, last or first} - set(_DAYS):
        raise ValueError(f"days are {', '.join(_DAYS)}")
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return frozenset(day % 7 for day in range(begin, end + 1 if end >= begin else end + 8))


def opens(hours: Hours, now: int) -> int:
    """When the hours next begin (ms); `now` itself during them."""
    here = datetime.fromtimestamp(now / 1000, hours.zone)
    if here.weekday() in hours.days and hours.start <= here.time() < hours.end:
        return now
    starts = (datetime.combine(here.date() + timedelta(days), hours.start, hours.zone) for days in range(9))
    coming = (start for start in starts if start.weekday() in hours.days and start.timestamp() * 1000 > now)
    return int(next(coming).timestamp() * 1000)


def due_by(options: Mapping[str, object], now: int) -> int | None:
    """The latest time (ms) at which a feed that was just polled should be polled again; None without `every_s`.

    During its hours: `every_s` from now. Outside: when they begin, so that the first news of the day is not missed.
    """
    every_s, hours = options.get("every_s"), options.get("hours")
    if not isinstance(every_s, int):
        return None
    start = opens(parse_hours(hours), now) if isinstance(hours, str) else now
    return now + every_s * 1000 if start == now else start
