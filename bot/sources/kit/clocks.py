"""Time zones of the official sources: naive times and bare dates, each in its own zone.

The result is None for no date, and for a placeholder's year (`bot.sources.parsing.dates.YEARS`); seconds that are read
as milliseconds, for example, lie in 1970.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.sources.parsing.dates import YEARS

EASTERN = ZoneInfo("America/New_York")
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@lru_cache(1024)  # lists have many rows of one minute, and the same rows poll after poll
def wall(text: str, pattern: str, zone: tzinfo) -> datetime | None:
    """A naive time in a source's own zone, by a `strptime` pattern."""
    try:
        return _sound(datetime.strptime(text.strip(), pattern).replace(tzinfo=zone))
    except ValueError:
        return None


def day(text: str, zone: ZoneInfo) -> datetime | None:
    """The start of an ISO day in a source's own zone."""
    return wall(text, "%Y-%m-%d", zone)


def iso(text: str) -> datetime | None:
    """An ISO 8601 time with an offset; without one it is not a point in time, so None."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return _sound(found) if found.tzinfo else None


def epoch(value: float | str, per_second: int = 1) -> datetime | None:
    """Seconds (or, with `per_second` 1000, milliseconds) since 1970."""
    try:
        return _sound(datetime.fromtimestamp(float(value) / per_second, UTC))
    except (ValueError, OverflowError, OSError):
        return None


def _sound(moment: datetime) -> datetime | None:
    return moment if moment.year in YEARS else None


def today(now: int, zone: ZoneInfo) -> date:
    """The date in a zone at `now` (ms)."""
    return datetime.fromtimestamp(now / 1000, zone).date()


def days_before(when: date, days: int) -> date:
    """The date so many days earlier."""
    return when - timedelta(days=days)
