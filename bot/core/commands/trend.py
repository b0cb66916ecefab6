"""Trends: counts per time bucket, a sparkline, the peak."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from bot.core.units import DAY_MS, HOUR_MS

_BLOCKS = "▁▂▃▄▅▆▇█"
_NONE = "·"
_HOURLY_UP_TO = 2  # days


class Bucket(NamedTuple):
    """`n` entries from `at` (ms) on, for an hour or a day."""

    at: int
    n: int


class Drawn(NamedTuple):
    """A text of a picture, and its substitute in Latin letters for when no font can draw it ("" for none)."""

    text: str
    plain: str = ""


NOTHING = Drawn("")


def buckets(counts: Iterable[tuple[int, int]], now: int, days: int) -> list[Bucket]:
    """The store's hourly counts in buckets without gaps; the last one contains `now`.

    A bucket is a day (UTC), or an hour for up to two days.
    """
    width = HOUR_MS if days <= _HOURLY_UP_TO else DAY_MS
    size = days * DAY_MS // width
    last = now - now % width
    sums = [0] * size
    for at, n in counts:
        index = size - 1 - (last - (at - at % width)) // width
        if 0 <= index < size:
            sums[index] += n
    return [Bucket(last - (size - 1 - index) * width, n) for index, n in enumerate(sums)]


def peak(found: Iterable[Bucket]) -> Bucket | None:
    """The fullest bucket, the latest of equals; None if all are empty."""
    fullest = max(found, key=lambda bucket: (bucket.n, bucket.at), default=None)
    return fullest if fullest is not None and fullest.n else None


def sparkline(counts: Iterable[tuple[int, int]], now: int, days: int) -> str:
    """One line: a block for each bucket, from empty (·) to the peak (█), and when the peak was."""
    found = buckets(counts, now, days)
    top = peak(found)
    line = "".join(_block(bucket.n, top.n if top else 0) for bucket in found)
    return f"{line}  peak {top.n} · {label(top, hourly=days <= _HOURLY_UP_TO)}" if top else line


def _block(n: int, most: int) -> str:
    return _BLOCKS[(n * len(_BLOCKS) - 1) // most if most else 0] if n else _NONE


def label(bucket: Bucket, *, hourly: bool) -> str:
    """When a bucket begins, in UTC, as people write it."""
    at = datetime.fromtimestamp(bucket.at / 1000, UTC)
    day = f"{at.day} {at:%b}"
    return f"{day} {at:%H}:00 UTC" if hourly else day
