"""When a subscription delivers: at once or in a digest (hourly, daily, weekly), and never in quiet hours.

Pure: a zone and a time in ms come in, times in ms go out. A local time that a clock change skips is taken an hour
later; one that it repeats is taken once, the first time (PEP 495, `fold` = 0).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from bot.core.errors import QueryError
from bot.core.language.daytime import TIME, clock
from bot.core.language.pattern import late_pattern
from bot.core.message import DigestKind
from bot.core.units import HOUR_MS

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = (
    r"mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
    r"|(?:周|週|星期|礼拜|禮拜)[一二三四五六日天]"
)
"""A day's names as people write them, a pattern for text in small letters."""
_KINDS: dict[str, DigestKind] = {"hourly": "hourly", "daily": "daily", "weekly": "weekly"}
_UNTIMED = ("instant", "hourly")
_MODE = late_pattern(rf"(instant|hourly|daily|weekly)(?: (?:on )?({DAY}))?(?: ?(?:at )?({TIME}|\d{{1,2}}))?")
_BARE = late_pattern(rf"(?:on )?({DAY})?(?: ?(?:at )?({TIME}|\d{{1,2}}))?")
_END = rf"({TIME}|\d{{1,2}})"
QUIET = rf"(?:from\s|从|從)?{_END}\s*(?:-|–|—|~|to\b|until\b|till\b|至|到)\s*{_END}"
"""Hours from one time to another, the two as groups: a pattern for plain text in small letters."""
_QUIET = late_pattern(QUIET)
_SPOKEN = tuple(
    (late_pattern(said), word)
    for said, word in (
        (r"\b(?:every|each) hour\b|每个?小时|每個?小時", "hourly "),
        (r"\b(?:every|each) ?day\b|每天|每日", "daily "),
        (rf"\b(?:every|each) (?:week\b|(?={DAY}))", "weekly "),
        ("每(?=(?:周|週|星期|礼拜|禮拜)[一二三四五六日天])|每(?:周|週|星期|礼拜|禮拜)", "weekly "),
        ("即时|即時|立即", "instant "),
    )
)
"""Modes as people call them."""
_CHINESE = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Cadence:
    """`at` and `quiet` in minutes since midnight, `weekday` 0 for Monday; `quiet` is (from, until), None for none."""

    mode: str = "instant"
    at: int = 540
    weekday: int = 0
    quiet: tuple[int, int] | None = None


class Phase(NamedTuple):
    """Until when new stories are held for a digest (ms; 0: told at once), and when to ask again (ms; 0: never)."""

    hold_until: int = 0
    turn_at: int = 0


def spoken(text: str) -> str:
    """A mode as it was typed, in plain small letters and with its English word."""
    said = plain(text)
    for pattern, word in _SPOKEN:
        said = pattern.sub(word, said, count=1)
    return " ".join(said.split())


def parse_mode(text: str) -> str:
    """A mode in canonical form: `instant`, `hourly`, `daily 09:00`, `weekly mon 09:00`. Raises `QueryError`."""
    said = spoken(text)
    found = _MODE.fullmatch(said)
    day = _day(found[2] or "") if found else ""
    if found is None or (day and found[1] != "weekly") or (found[3] and found[1] in _UNTIMED):
        if near := _near(said):
            raise QueryError(f"“mode” also says how often: mode={near}")
        raise QueryError(f"“mode” must be instant, hourly, daily 09:00 or weekly mon 09:00, not “{text[:40]}”")
    if found[1] in _UNTIMED:
        return found[1]
    at = clock(found[3] or "9")
    return f"weekly {day or 'mon'} {at}" if found[1] == "weekly" else f"daily {at}"


def _near(said: str) -> str:
    """The mode that may be meant by a day or a time alone; "" for anything else."""
    found = _BARE.fullmatch(said)
    if found is None or not (found[1] or found[2]):
        return ""
    with suppress(QueryError):
        at = clock(found[2] or "9")
        return f"weekly {_day(found[1])} {at}" if found[1] else f"daily {at}"
    return ""


def parse_quiet(text: str) -> str:
    """Quiet hours in canonical form: `22:00-07:00`. Raises `QueryError`."""
    found = _QUIET.fullmatch(plain(text))
    start, end = (clock(found[1]), clock(found[2])) if found and _told_alike(found[1], found[2]) else ("", "")
    if start == end:
        raise QueryError(f"quiet hours are written like 22:00-07:00, not “{text[:40]}”")
    return f"{start}-{end}"


def _told_alike(start: str, end: str) -> bool:
    """Whether it is clear which half of the day is meant: in `10-7am` it is not."""
    return start.isdecimal() == end.isdecimal()


def cadence_of(options: Mapping[str, str]) -> Cadence:
    """The cadence that a subscription's checked options ask for."""
    words = options.get("mode", "instant").split()
    at = _minutes(words[-1]) if ":" in words[-1] else 540
    weekday = DAYS.index(words[1]) if words[0] == "weekly" else 0
    quiet = options.get("quiet", "")
    hours = (_minutes(quiet[:5]), _minutes(quiet[6:])) if quiet else None
    return Cadence(words[0], at, weekday, hours)


def phase(cadence: Cadence, zone: tzinfo, now: int) -> Phase:
    """What holds at `now`. Strictly after `now` wherever it is not 0."""
    if cadence.mode != "instant":
        end = next_end(cadence, zone, now)
        end = quiet_end(cadence, zone, end) or end
        return Phase(end, end)
    if cadence.quiet is None:
        return Phase()
    if end := quiet_end(cadence, zone, now):
        return Phase(end, end)
    return Phase(0, _next_time(cadence.quiet[0], zone, now))


def digest_kind(held: Iterable[tuple[str, int]], periods: Iterable[tuple[int, str]]) -> DigestKind:
    """The kind of a digest. `held`: why something waited ("burst", else "digest") and until when (ms).

    `periods`: the end of each subscription's period, with its mode. A digest that covers several ends is a "digest".
    """
    ends: dict[int, set[DigestKind]] = {}
    for until, mode in periods:
        ends.setdefault(until, set()).add(_KINDS.get(mode, "quiet"))
    kinds: set[DigestKind] = set()
    for reason, until in held:
        kinds |= {"burst"} if reason == "burst" else ends.get(until, {"digest"})
    return kinds.pop() if len(kinds) == 1 else "digest"


def next_end(cadence: Cadence, zone: tzinfo, now: int) -> int:
    """The end of the period that contains `now` (ms, after `now`): an hour, a local day or a local week."""
    if cadence.mode == "hourly":
        offset = _offset(zone, now)
        return (now + offset) // HOUR_MS * HOUR_MS + HOUR_MS - offset
    return _next_time(cadence.at, zone, now, cadence.weekday if cadence.mode == "weekly" else None)


def quiet_end(cadence: Cadence, zone: tzinfo, now: int) -> int:
    """The end of the quiet hours that contain `now`; 0 outside of them."""
    if cadence.quiet is None:
        return 0
    start, end = cadence.quiet
    today = _midnight(zone, now)
    for day in (-2, -1, 0):
        ends = _moment(zone, today, day + (end <= start), end)
        if _moment(zone, today, day, start) <= now < ends:
            return ends
    return 0


def _next_time(minutes: int, zone: tzinfo, now: int, weekday: int | None = None) -> int:
    """The first time after `now` at which the wall clock shows so many minutes, on this day of the week if given."""
    today = _midnight(zone, now)
    for day in range(-1, 16):
        at = _moment(zone, today, day, minutes)
        if at > now and weekday in (None, (today + timedelta(days=day)).weekday()):
            return at
    raise AssertionError("a fortnight holds every day of the week")


def _midnight(zone: tzinfo, now: int) -> datetime:
    """The local midnight at which the day of `now` began."""
    return datetime.fromtimestamp(now / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def _moment(zone: tzinfo, today: datetime, day: int, minutes: int) -> int:
    """The time (ms) of so many minutes after midnight, so many days after today; the first of two if it is repeated."""
    wall = today + timedelta(days=day, minutes=minutes)
    return round(wall.replace(tzinfo=zone, fold=0).timestamp() * 1000)


def _offset(zone: tzinfo, now: int) -> int:
    offset = datetime.fromtimestamp(now / 1000, zone).utcoffset()
    return round(offset.total_seconds() * 1000) if offset else 0


def plain(text: str) -> str:
    """In small letters, with one space between words, a Chinese keyboard's signs and digits as others have, and without
    the full stop of a sentence that it was copied from.
    """
    return " ".join(unicodedata.normalize("NFKC", text).lower().split()).rstrip(".。")


def _day(called: str) -> str:
    """The one of `DAYS` that is called so, "" for none."""
    if called.isascii():
        return called[:3]
    return DAYS[_CHINESE.index(called[-1].replace("天", "日"))]


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])
