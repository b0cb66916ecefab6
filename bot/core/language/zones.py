"""Time zones as people call them: Europe/Berlin, Berlin, EST, UTC+8, 北京时间, 东八区."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.errors import QueryError

_SEVERAL = {"cst": ("Chicago", "Shanghai"), "ist": ("Kolkata", "Dublin")}
_AREAS = ("Europe", "Asia", "America", "Africa", "Australia", "Pacific", "Atlantic", "Indian")
_OFFSET = re.compile(r"(?:utc|gmt)?\s?(?P<sign>[+\-−–])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?", re.IGNORECASE)
_CHINESE = re.compile("(?P<side>[东東西])(?P<hours>[一二三四五六七八九十]|十[一二])[区區]")
_NUMBERS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
_FARTHEST_WEST, _FARTHEST_EAST = -12 * 60, 14 * 60  # minutes; where people live
_ZONES = {
    **dict.fromkeys(("et", "est", "edt", "eastern", "纽约", "紐約"), "America/New_York"),  # EST would know no summer
    **dict.fromkeys(("central", "cdt"), "America/Chicago"),  # CST is also China's
    **dict.fromkeys(("pt", "pst", "pdt", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("bst", "uk", "伦敦", "倫敦"), "Europe/London"),
    **dict.fromkeys(("beijing", "北京", "上海", "中国", "中國"), "Asia/Shanghai"),
    **dict.fromkeys(("hkt", "香港"), "Asia/Hong_Kong"),
    **dict.fromkeys(("台北", "臺北", "台湾", "臺灣"), "Asia/Taipei"),
    **dict.fromkeys(("jst", "东京", "東京"), "Asia/Tokyo"),
    **dict.fromkeys(("kst", "首尔", "首爾"), "Asia/Seoul"),
    **dict.fromkeys(("sgt", "新加坡"), "Asia/Singapore"),
    "cest": "Europe/Berlin",
}
"""Other names of zones than their IANA name or city."""


def parse_zone(text: str) -> str:
    """The name of a known time zone, also by its city or usual abbreviation; a zone given by its offset from UTC as
    `UTC+8` or `UTC-3:30`. Raises `QueryError`.
    """
    name = " ".join(unicodedata.normalize("NFKC", text).split()).rstrip(".。")  # of a sentence that it was copied from
    called = re.sub(r"\s?(?:时间|時間|\btime)$", "", name, flags=re.IGNORECASE)
    if short := _ZONES.get(called.casefold()) or _apart(called):
        return short
    if cities := _SEVERAL.get(called.casefold()):
        raise QueryError(f"“{name}” is the name of several zones; give a city, such as {cities[0]} or {cities[1]}")
    titled = called.title().replace(" ", "_")
    known = (one for one in (called, called.upper(), titled, *(f"{area}/{titled}" for area in _AREAS)) if zone_of(one))
    if (found := next(known, None)) is None:
        raise QueryError(f"a time zone is written like Europe/Berlin, Asia/Shanghai or UTC+8, not “{name[:40]}”")
    return found


def _apart(text: str) -> str:
    """A zone given by its offset from UTC; "" for other texts."""
    minutes = _offset(text)
    if not minutes:
        return "" if minutes is None else "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def _offset(text: str) -> int | None:
    """The offset from UTC in minutes of a zone given so; None for other texts, and for offsets that no zone has."""
    if found := _OFFSET.fullmatch(text):
        minutes = (int(found["hours"]) * 60 + int(found["minutes"] or 0)) * (1 if found["sign"] == "+" else -1)
    elif found := _CHINESE.fullmatch(text):
        minutes = (_NUMBERS.index(found["hours"]) + 1) * (-60 if found["side"] == "西" else 60)
    else:
        return None
    return minutes if _FARTHEST_WEST <= minutes <= _FARTHEST_EAST and minutes % 15 == 0 else None


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """The zone of an IANA name, or of a name such as `UTC+8`; None if there is none."""
    if (minutes := _offset(name)) is not None:
        return timezone(timedelta(minutes=minutes))
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
