"""Time zones of the official sources: naive times and bare dates, each in its own zone.

None for no date, and for one in a year that is a placeholder's (`bot.sources.parsing.dates.YEARS`): seconds read as
milliseconds lie in 1970.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.sources.parsing.dates import YEARS

EASTERN = ZoneInfo("America/New_York")
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
SHANGHAI = ZoneInfo("Asia/Shanghai")


@lru_cache(1024)  # lists have many rows of a minute, and the same ones poll after poll
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
    """An ISO 8601 time that names its offset; one without is no instant, so None."""
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
    """The day that it is in a zone at `now` (ms)."""
    return datetime.fromtimestamp(now / 1000, zone).date()


def days_before(when: date, days: int) -> date:
    """So many days earlier."""
    return when - timedelta(days=days)
