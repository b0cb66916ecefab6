"""Which silent sources readers should hear of (once), and when a source is back. Pure.

Quiet by default: a silence must be longer than the feed's own rhythm explains, and a feed is reported once a week at
most. A silence of many feeds at once is our own outage, or a holiday, and no source's fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from bot.core.polling.health import Seen, judge
from bot.core.polling.tempo import Tempo, expected
from bot.core.units import DAY_MS, HOUR_MS

Kind = Literal["failing", "gone", "quiet"]

AFTER_MS = 6 * HOUR_MS
"""Shorter silences are never reported."""
_MISSED = 2.0
"""A failing feed is reported once so many entries were expected: then nothing was missed with probability e⁻²."""
_KNOWN_MS, _FROZEN_MS, _QUIET_POSTS = 14 * DAY_MS, 30 * DAY_MS, 20.0
"""A feed that answers is reported after a day in which so many entries were expected, if known for two weeks."""
_LONG_MS = 7 * DAY_MS
"""Failures of this length are reported however rarely a feed publishes; and no feed is reported twice within it."""
_MANY, _SHARE = 4, 4
"""If so many hosts fall silent together, and more than one in so many (or all of several), none is to blame."""
_TOGETHER_MS = {"failing": 6 * HOUR_MS, "quiet": 48 * HOUR_MS}


class Silence(NamedTuple):
    """What ails a feed, and since when (ms)."""

    kind: Kind
    since: int


class Watched(NamedTuple):
    """A feed as readers know it, by its outlet.

    `ails`: what is wrong, however briefly. `silence`: the same once it is worth reporting. `well`: it answers at its
    own pace. `last_ok`: ms, 0 for never.
    """

    feed: int
    host: str
    name: str
    ails: Silence | None
    silence: Silence | None
    well: bool
    last_ok: int


class Told(NamedTuple):
    """When channels were last told that a feed fell silent, and that it is back (ms, 0 for never)."""

    silent_at: int
    back_at: int


class Verdict(NamedTuple):
    """The feeds to report: those that `fell` silent, those that came `back`. `held`: too many fell silent at once."""

    fell: tuple[Watched, ...]
    back: tuple[Watched, ...]
    held: tuple[Watched, ...]


def ailing(seen: Seen, tempo: Tempo, now: int) -> Silence | None:
    """What is wrong with a feed. An empty list counts as silence since the newest entry that it had."""
    word = judge(seen, replace(tempo, empty=0), now).word
    if word == "gone":
        return Silence("gone", seen.last_ok or now)
    if word == "failing":
        return Silence("failing", tempo.failed_at or now)
    return Silence("quiet", tempo.mark or seen.last_new or now) if word in ("slow", "frozen") else None


def silent(seen: Seen, tempo: Tempo, now: int, after_ms: int = AFTER_MS) -> Silence | None:
    """As `ailing`, once it has lasted longer than `after_ms` and than the feed's rhythm explains."""
    ails = ailing(seen, tempo, now)
    if ails is None or ails.kind == "gone":
        return ails
    asked = min(now, seen.last_ok or now)
    certain = _missed(tempo, ails, now) if ails.kind == "failing" else _certain(tempo, ails, asked)
    return ails if certain and now - ails.since >= after_ms else None


def decide(watched: Sequence[Watched], told: Mapping[int, Told], now: int, held_at: int = 0) -> Verdict:
    """Decide which feeds to report. `told`: the feeds that were ever reported; `held_at`: when any was last held back.

    A feed that fell silent before `held_at` is reported a day after it at the earliest: by then every feed was asked
    again, however far it had backed off.
    """
    before = {feed.feed: told.get(feed.feed, Told(0, 0)) for feed in watched}
    down = {number for number, when in before.items() if when.silent_at > when.back_at}
    back = tuple(feed for feed in watched if feed.feed in down and feed.well)
    fell: list[Watched] = []
    held: list[Watched] = []
    waits = held_at if now < held_at + DAY_MS else 0
    for feed in watched:
        silence = feed.silence
        if silence is None or feed.feed in down or 0 < now - before[feed.feed].silent_at < _LONG_MS:
            continue
        if _shared(silence, watched) or not _proven(feed, silence, watched):
            held.append(feed)
        elif silence.kind == "gone" or silence.since > waits:
            fell.append(feed)
    return Verdict(tuple(fell), back, tuple(held))


def _missed(tempo: Tempo, ails: Silence, now: int) -> bool:
    """Whether a failing feed probably published something that was missed."""
    return now - ails.since >= _LONG_MS or expected(tempo, ails.since, now) >= _MISSED


def _certain(tempo: Tempo, ails: Silence, asked: int) -> bool:
    """Whether a feed has been known and quiet for so long that no weekend or slow day explains it."""
    quiet = asked - ails.since
    if quiet >= _FROZEN_MS:
        return True
    known = ails.since - tempo.start >= _KNOWN_MS
    return known and quiet >= DAY_MS and expected(tempo, ails.since, asked) >= _QUIET_POSTS


def _proven(feed: Watched, silence: Silence, watched: Sequence[Watched]) -> bool:
    """Whether a feed's failure is its own: another host has answered since then, or there is no other."""
    if silence.kind != "failing":
        return True
    others = [other.last_ok for other in watched if other.host != feed.host]
    return not others or max(others) > silence.since


def _shared(silence: Silence, watched: Sequence[Watched]) -> bool:
    """Whether so many fell silent together that none of them is to blame."""
    window = _TOGETHER_MS.get(silence.kind, 0)
    alike = (feed for feed in watched if feed.ails and feed.ails.kind == silence.kind)
    hosts = len({feed.host for feed in alike if feed.ails and abs(feed.ails.since - silence.since) <= window})
    every = len({feed.host for feed in watched})
    return bool(window) and (hosts == every > 1 or (hosts >= _MANY and hosts * _SHARE > every))
