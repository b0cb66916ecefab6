"""Dates as feeds write them → aware datetimes in UTC. Strict: a text that is no date, or could be two, gives None.

Forms: RFC 822 (day or month first, names of zones or places), ISO 8601, asctime, epoch seconds or milliseconds,
dd.mm.yyyy, slashes if only one reading is possible, Chinese, Japanese and Korean dates. A date without a zone is taken
as UTC, as feedparser does; one in Chinese, Japanese or Korean with a time of day as that country's time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.sources.parsing.zones import offset_minutes, place_minutes

YEARS = range(1971, 2100)
"""Years outside are placeholders (1970-01-01, 0001, 9999), not news."""
_LONGEST = 80
_UTC_ZONES = frozenset((" GMT", " +0000"))
_FAR_WEST, _FAR_EAST = timedelta(hours=-12), timedelta(hours=14)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen янв ιαν",
            "feb fév fev фев φεβ",
            "mar mär mrt мар μάρ μαρ",
            "apr avr abr апр απρ",
            "may mai mag mei май мая μάι μαϊ",
            "jun juin giu июн ιούν ιουν",
            "jul juil lug июл ιούλ ιουλ",
            "aug août aou ago авг αύγ αυγ",
            "sep set сен σεπ",
            "oct okt ott out окт οκτ",
            "nov ноя νοέ νοε",
            "dec déc dez dic дек δεκ",
        ),
        1,
    )
    for name in names.split()
}
_CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?\s*([ap]\.?m\b\.?)?"
_OFFSET = r"[+-]\d{1,2}:?\d{2}"
_ZONE = rf"\s*({_OFFSET}(?:\s?[a-z]{{1,5}})?|[a-z][\w/+:-]*(?:\s{_OFFSET})?)?(?:\s*\([^)]*\))?"
_WEEKDAY = r"(?:([^\W\d_]{2,12})[\s.,]+)?"
_NAMED = re.compile(
    rf"{_WEEKDAY}(?:(\d{{1,2}})(?:st|nd|rd|th)?[\s.,-]+([^\W\d_]{{3,12}})|([^\W\d_]{{3,12}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?)"
    rf"[\s.,-]+(\d{{4}}|\d{{2}})(?:,?(?:\s+at)?[\s-]+{_CLOCK})?{_ZONE}"
)
_ASCTIME = re.compile(
    rf"(?:[^\W\d_]{{3,12}}\.?,?\s+)?([^\W\d_]{{3,12}})\.?\s+(\d{{1,2}})\s+{_CLOCK}{_ZONE}\s+(\d{{4}})"
)
_ISO = re.compile(rf"{_WEEKDAY}(\d{{4}})([-/.]?)(\d{{1,2}})\3(\d{{1,2}})(?:[t\s,-]+(?:at\s)?{_CLOCK})?{_ZONE}")
_PACKED = re.compile(rf"(\d{{4}})(-?)(\d\d)\2(\d\d)t(\d\d)(\d\d)(\d\d)?{_ZONE}")
_NUMBERS = re.compile(rf"{_WEEKDAY}(\d{{1,2}})([./\s-])(\d{{1,2}})\3(\d{{4}})(?:[\s,-]+{_CLOCK})?{_ZONE}")
_HALF = "[上下]午|凌晨|早上|中午|晚上|오전|오후|午前|午後"
_HAN = re.compile(
    r"(\d{4})\s?([年년])\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]?\s*(?:[(（]?[星期周週][一二三四五六日天期][)）]?)?\s*"
    rf"({_HALF})?\s*(?:(\d{{1,2}})[:：时時点시]\s?(\d{{1,2}})(?:[:：分분]\s?(?:(\d{{1,2}})[秒초]?)?)?)?"
)
_HALVED = re.compile(
    rf"(\d{{4}})([./-])\s?(\d{{1,2}})\2\s?(\d{{1,2}})\.?\s?({_HALF})\s?(\d{{1,2}}):(\d{{2}})(?::(\d{{2}}))?"
)
_EPOCH = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})")
_QUICK_MONTHS = {
    f" {name.title()} ": f"-{number:02}-" for name, number in _MONTHS.items() if name.isascii() and len(name) == 3
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@lru_cache(8192)  # a feed is polled many times, with mostly the same dates
def parse_date(text: str, lang: str = "") -> datetime | None:
    """The time that a feed's date names, in UTC; None when it names none or is ambiguous.

    `lang` (ISO 639-1) tells what "CST" means: China's time in a Chinese feed, Central time elsewhere (RFC 822).
    """
    return _quick(text) or _slow(text, lang)


def _quick(text: str) -> datetime | None:
    """The two forms that nearly all feeds use, `Tue, 24 Nov 2026 18:15:04 +0000` and RFC 3339, at C speed."""
    month = _QUICK_MONTHS.get(text[7:12])
    try:
        if month is not None and len(text) in (29, 31):
            zone = text[25:]
            iso = f"{text[12:16]}{month}{text[5:7]}T{text[17:25]}"
            moment = datetime.fromisoformat(iso + ("+00:00" if zone in _UTC_ZONES else zone[1:]))
        elif text[10:11] == "T" and len(text) in (20, 25):
            moment = datetime.fromisoformat(text)
        else:
            return None
    except ValueError:
        return None
    if moment.year not in YEARS or moment.tzinfo is None:
        return None
    return moment if moment.tzinfo is UTC else _far(moment)


def _far(moment: datetime) -> datetime | None:
    offset = moment.utcoffset()
    return moment.astimezone(UTC) if offset is not None and _FAR_WEST <= offset <= _FAR_EAST else None


def _slow(text: str, lang: str) -> datetime | None:
    folded = " ".join(text[: _LONGEST + 1].split()).lower()
    if not folded or len(folded) > _LONGEST:
        return None
    for pattern, read in _READERS:
        if match := pattern.fullmatch(folded):
            return read(match, lang)
    return None


def _named(match: re.Match[str], lang: str) -> datetime | None:
    _, day_a, month_a, month_b, day_b, year, *clock, zone = match.groups()
    month = _month(month_a or month_b)
    if month is None:
        return None
    full = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 90 else 1900)
    return _at(full, month, int(day_a or day_b), clock, zone, lang)


def _month(name: str) -> int | None:
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])


def _asctime(match: re.Match[str], lang: str) -> datetime | None:
    name, day, *clock, zone, year = match.groups()
    month = _month(name)
    return _at(int(year), month, int(day), clock, zone, lang) if month else None


def _iso(match: re.Match[str], lang: str) -> datetime | None:
    _, year, _, month, day, *clock, zone = match.groups()
    return _at(int(year), int(month), int(day), clock, zone, lang)


def _packed(match: re.Match[str], lang: str) -> datetime | None:
    year, _, month, day, hour, minute, second, zone = match.groups()
    return _at(int(year), int(month), int(day), [hour, minute, second, None], zone, lang)


def _numbers(match: re.Match[str], lang: str) -> datetime | None:
    """With dots it is dd.mm.yyyy. With slashes and hyphens, it counts only if exactly one reading is a real date."""
    weekday, first, mark, second, year, *clock, zone = match.groups()
    readings = [(int(second), int(first))] if mark == "." else [(int(second), int(first)), (int(first), int(second))]
    found = {_at(int(year), month, day, clock, zone, lang): (month, day) for month, day in readings}
    found.pop(None, None)
    if len(found) > 1 and weekday:
        named = [m for m, (month, day) in found.items() if _weekday(int(year), month, day) == weekday[:3]]
        return named[0] if len(named) == 1 else None
    return next(iter(found)) if len(found) == 1 else None


def _weekday(year: int, month: int, day: int) -> str:
    return _WEEKDAYS[datetime(year, month, day, tzinfo=UTC).weekday()]


def _han(match: re.Match[str], lang: str) -> datetime | None:
    year, mark, month, day, half, hour, minute, second = match.groups()
    hours = int(hour or 0)
    if hours < 12 and half in ("下午", "晚上", "오후", "午後"):
        hours += 12
    elif hours == 12 and half in ("上午", "凌晨", "오전", "午前"):
        hours = 0
    eastern = mark == "년" or half in ("오전", "오후", "午前", "午後") or lang == "ja"
    local = 0 if hour is None else 540 if eastern else 480
    return _moment(int(year), int(month), int(day), hours, int(minute or 0), int(second or 0), local)


def _epoch(match: re.Match[str], lang: str) -> datetime | None:
    seconds = int(match[1]) if match[1] else int(match[2]) / 1000
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment if moment.year in YEARS else None


def _at(year: int, month: int, day: int, clock: list[str | None], zone: str | None, lang: str) -> datetime | None:
    hour, minute, second, half = clock
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half[0] == "p" else 0)
    local = _moment(year, month, day, hours, int(minute or 0), int(second or 0), 0)
    if not zone or local is None:
        return local
    offset = place_minutes(zone, local) if "/" in zone else offset_minutes(zone, lang)
    return None if offset is None else _moment(year, month, day, hours, int(minute or 0), int(second or 0), offset)


def _moment(year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int) -> datetime | None:
    """24:00 is midnight at the end of the day (ISO 8601); second 60 is a leap second, taken as the next second."""
    if year not in YEARS or not -720 <= offset <= 840:
        return None
    extra = 0
    if hour == 24 and minute == 0 and second == 0:
        hour, extra = 0, 86_400
    elif second == 60:
        second, extra = 59, 1
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return local + timedelta(seconds=extra - offset * 60) if extra or offset else local


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], datetime | None]], ...] = (
    (_PACKED, _packed),
    (_ISO, _iso),
    (_NAMED, _named),
    (_EPOCH, _epoch),
    (_ASCTIME, _asctime),
    (_NUMBERS, _numbers),
    (_HAN, _han),
    (_HALVED, _han),
)
