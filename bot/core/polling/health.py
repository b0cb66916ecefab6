"""A feed's health in words: not only whether it answers, but whether it still publishes. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from bot.core.polling.tempo import Tempo, expected
from bot.core.units import DAY_MS, HOUR_MS, MINUTE_MS

Word = Literal["new", "well", "failing", "gone", "empty", "partial", "frozen", "slow", "paused", "merged"]
FINE: frozenset[Word] = frozenset({"new", "well", "paused", "merged"})
"""The words that need nobody's attention."""

_FROZEN_MS = 30 * DAY_MS
_FROZEN_GAPS = 6
_SLOW_MS = 6 * HOUR_MS
_SLOW_POSTS = 8.0
"""A silence in which so many posts were expected has a probability of e⁻⁸, if posts are independent."""

_LOGIN = re.compile(
    rb"""type\s*=\s*["']?password|<title>[^<]{0,60}(?:log.?in|sign.?in|\xe7\x99\xbb\xe5\xbd\x95)""", re.I
)
_CHECK = re.compile(rb"captcha|challenge-platform|cf-chl|just a moment|are you (?:a )?(?:human|robot)|verify you", re.I)
_ERROR = re.compile(rb"<title>[^<]{0,60}(?:\b[45]\d\d\b|error|not found|unavailable|maintenance|forbidden)", re.I)
_HTML = re.compile(rb"<!doctype\s+html|<html|<head|<body", re.I)


class Health(NamedTuple):
    """A feed's health: one word for colours and counters, one line for people."""

    word: Word
    line: str


class Seen(NamedTuple):
    """What the store knows of a feed's polls; times in ms, None for never. `errors` failures in a row.

    `last_error` says why the last poll failed or, without `errors`, what its answer lacked.
    """

    state: str = "active"
    errors: int = 0
    last_error: str = ""
    last_ok: int | None = None
    last_new: int | None = None


def judge(seen: Seen, tempo: Tempo, now: int) -> Health:
    """Judge a feed's health."""
    if seen.state == "gone":
        return Health("gone", seen.last_error or "its server says that it is gone for good")
    if seen.state == "paused":
        return Health("paused", "paused by hand: it is not polled until somebody resumes it")
    if seen.state == "merged":
        return Health("merged", seen.last_error or "it moved to the address of another feed")
    if seen.errors:
        since = f", fine until {_ago(now - seen.last_ok)} ago" if seen.last_ok else ""
        return Health("failing", f"{seen.last_error or 'it cannot be read'} ({_times(seen.errors)}{since})")
    if seen.last_ok is None:
        return Health("new", "not polled yet")
    if tempo.empty:
        return Health("empty", f"it answers, but without an entry ({_times(tempo.empty)})")
    return _silence(seen, tempo, now) or _lacking(seen) or Health("well", _pace(tempo, now))


def what_page(body: bytes) -> str:
    """The kind of a body that is no feed: "a login page", "a bot check", "an error page", "a web page" or ""."""
    head = body[:65_536]
    if not _HTML.search(head[:4096]):
        return ""
    for pattern, words in ((_CHECK, "a bot check"), (_LOGIN, "a login page"), (_ERROR, "an error page")):
        if pattern.search(head):
            return words
    return "a web page"


def _silence(seen: Seen, tempo: Tempo, now: int) -> Health | None:
    """A feed frozen, or slower than its rhythm, when it last answered; None while the silence is not unusual."""
    last = tempo.mark or seen.last_new or 0
    asked = min(now, seen.last_ok or now)  # what it was not asked for since, it did not withhold
    quiet = asked - last
    if not last or quiet < _SLOW_MS:
        return None
    if quiet > max(_FROZEN_MS, _FROZEN_GAPS * tempo.gap):
        return Health("frozen", f"it answers, but its newest entry is from {_day(last)}")
    missed = expected(tempo, last, asked) if tempo.levels else 0.0
    if missed > _SLOW_POSTS:
        return Health(
            "slow", f"nothing new for {_ago(now - last)}; at its usual pace {missed:.0f} entries were expected"
        )
    return None


def _lacking(seen: Seen) -> Health | None:
    return Health("partial", f"it answers, but not whole: {seen.last_error}") if seen.last_error else None


def _pace(tempo: Tempo, now: int) -> str:
    if not tempo.mark:
        return "it answers"
    return f"newest entry {_ago(max(0, now - tempo.mark))} ago"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"


def _ago(ms: int) -> str:
    for unit, name in ((DAY_MS, "d"), (HOUR_MS, "h"), (MINUTE_MS, "min")):
        if ms >= 2 * unit:
            return f"{ms // unit} {name}"
    return f"{ms // 1000} s"


def _day(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d}"
