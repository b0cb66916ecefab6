"""A feed's publishing rate by hour of the week, learnt from the dates of its entries.

A post counts for the hour that it was *published* in, so the estimate does not depend on when we looked. Old weeks
fade (a factor of 0.8 a week). Few posts are spread with care: each hour's rate leans on the same hour of the other
days of its kind (weekday, weekend), and that on the feed's mean, as far as the data are thin (gamma-Poisson shrinkage).

The state travels as one opaque string on the feed (`Feed.rhythm`). Times are epoch ms, rates posts per hour.
"""

from __future__ import annotations

import itertools
import json
import math
import struct
import zlib
from base64 import b64decode, b64encode
from bisect import bisect
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.core.model import Listed, ParsedEntry
from bot.core.units import HOUR_MS, WEEK_MS

_EPOCH_SLOT = 72  # 1970-01-01 was a Thursday; slot 0 is Monday 00:00 UTC
_FADE = 0.8
_LEAN = 4.0  # hours of observation that the broader rate is worth
_PRIOR_RATE = 0.25
_HISTORY_MS = 4 * WEEK_MS
_FUTURE_MS = 600_000
_COUNTS = struct.Struct("<168H")
_UNIT = 16  # posts are kept in sixteenths
_LOW, _STEPS = 50, 5  # rate levels: five an octave, level 50 is one post an hour


@dataclass(frozen=True, slots=True)
class Tempo:
    """What is known of a feed's own pace, and what the schedule must remember between polls.

    `mark` is the newest date seen, `top` a mark of the first entry. Posts are counted since `start`; `posts` (a packed
    number for each hour of the week) has faded up to `at`; `levels` are the rates computed from it; `hot` is the number
    of posts an hour lately. `gap` is the usual time (ms) between two entries; `full` is when the whole body last came;
    `empty` and `cut` are how often in a row it came empty or cut short. `moved` marks the target of a permanent
    redirect, seen since `moved_at` in `moves` polls. `gone_at` is when the server first answered 410, `failed_at` when
    the present failures began.
    """

    start: int = 0
    at: int = 0
    mark: int = 0
    top: int = 0
    posts: str = ""
    levels: str = ""
    hot: float = 0.0
    hot_at: int = 0
    gap: int = 0
    full: int = 0
    empty: int = 0
    cut: int = 0
    moved: str = ""
    moved_at: int = 0
    moves: int = 0
    gone_at: int = 0
    failed_at: int = 0


_DEFAULTS: dict[str, Any] = asdict(Tempo())
_NAMES = tuple(field.name for field in fields(Tempo))


@lru_cache(maxsize=2048)
def load(text: str) -> Tempo:
    """The state in `text`; a fresh one for "" or what can't be read (an older version: it is learnt again)."""
    try:
        values = json.loads(text or "{}")
        return Tempo(**{name: type(_DEFAULTS[name])(values[name]) for name in _NAMES if name in values})
    except (ValueError, TypeError):
        return Tempo()


def dump(tempo: Tempo) -> str:
    """The state as text; only what differs from a fresh one."""
    values = {name: value for name in _NAMES if (value := getattr(tempo, name)) != _DEFAULTS[name]}
    return json.dumps(values, separators=(",", ":"))


def rate(tempo: Tempo, at: int) -> float:
    """Posts per hour to expect at `at`: the hour's own rate, and more while a burst lasts."""
    usual = _usual(tempo, at)
    return usual + tempo.hot * math.exp(-max(0, at - tempo.hot_at) / HOUR_MS) if tempo.hot else usual


def expected(tempo: Tempo, since: int, until: int) -> float:
    """Posts to expect between two times, by the hours of the week."""
    weeks, rest = divmod(max(0, until - since), WEEK_MS)
    total = weeks * sum(_usual(tempo, since + hour * HOUR_MS) for hour in range(168)) if weeks else 0.0
    at, end = since, since + rest
    while at < end:
        step = min(HOUR_MS - at % HOUR_MS, end - at)
        total += _usual(tempo, at) * step / HOUR_MS
        at += step
    return total


def listed(entries: Sequence[ParsedEntry]) -> Listed:
    """What `observe` must know of a body's entries."""
    return Listed([_key(entry) for entry in entries], [_stamp(entry.published) for entry in entries])


def observe(tempo: Tempo, shown: Listed, now: int) -> tuple[Tempo, int]:
    """The state after a poll whose body listed `shown`, and how many of these look new.

    This count serves the schedule and `last_new`; what is new for readers the store decides by identity keys. A date
    from the future, or from before 1970, is none.
    """
    keys, latest = shown.keys, now + _FUTURE_MS
    dated = sorted(stamp for stamp in shown.stamps if 0 < stamp <= latest)
    undated = _above_top(tempo, keys) if len(dated) < len(keys) / 2 else 0
    fresh = [stamp for stamp in dated if stamp > tempo.mark]
    fresh += [now] * max(0, undated - len(fresh))
    seen = replace(
        tempo,
        mark=max(tempo.mark, dated[-1] if dated else 0),
        top=keys[0] if keys else tempo.top,
        gap=_gap(dated) or tempo.gap,
    )
    if not tempo.start:
        return _first(seen, dated, now), len(keys)
    return (_counted(seen, fresh, now), len(fresh)) if fresh else (seen, 0)


def slot(at: int) -> int:
    """The hour of the week, UTC, 0 … 167 from Monday 00:00."""
    return (at // HOUR_MS + _EPOCH_SLOT) % 168


def _first(tempo: Tempo, dated: Sequence[int], now: int) -> Tempo:
    """Learn from a feed's first body, which shows its recent past: the last four weeks, or as far as it goes back."""
    recent = [stamp for stamp in dated if stamp > now - _HISTORY_MS]
    reaches = dated[0] if dated else now
    start = min(max(reaches, now - _HISTORY_MS), now - HOUR_MS)
    return _counted(replace(tempo, start=start, at=now), recent, now)


def _counted(tempo: Tempo, stamps: Sequence[int], now: int) -> Tempo:
    """The state with posts at `stamps` counted, older weeks faded, and rates computed anew."""
    fade = _FADE ** ((now - tempo.at) / WEEK_MS)
    posts = [count * fade for count in _unpack(tempo.posts)]
    for stamp in stamps:
        posts[slot(stamp)] += _FADE ** (max(0, now - stamp) / WEEK_MS)
    cooled = tempo.hot * math.exp(-max(0, now - tempo.hot_at) / HOUR_MS)
    hot = cooled + sum(math.exp((stamp - now) / HOUR_MS) for stamp in stamps if stamp <= now)
    return replace(
        tempo,
        at=now,
        posts=_pack(posts),
        levels=_levels(posts, (now - tempo.start) / WEEK_MS),
        hot=round(min(hot, 60.0), 3),
        hot_at=now,
    )


def _levels(posts: Sequence[float], weeks: float) -> str:
    """Rates by hour of the week as one character each. `weeks` is how long the feed has been watched."""
    seen = (1 - _FADE ** max(weeks, 1 / 168)) / -math.log(_FADE)
    mean = (sum(posts) + _LEAN * _PRIOR_RATE) / (168 * seen + _LEAN)
    days = [posts[at : at + 24] for at in range(0, 168, 24)]
    weekday = _by_hour([a + b + c + d + e for a, b, c, d, e in zip(*days[:5], strict=True)], 5, seen, mean)
    weekend = _by_hour([a + b for a, b in zip(*days[5:], strict=True)], 2, seen, mean)
    whole = seen + _LEAN
    quiet = {kind: [_level(_LEAN * usual / whole) for usual in rates] for kind, rates in ((5, weekday), (2, weekend))}
    return "".join(
        _level((count + _LEAN * usual) / whole) if count else level
        for number, day in enumerate(days)
        for count, usual, level in zip(
            day, weekday if number < 5 else weekend, quiet[5 if number < 5 else 2], strict=True
        )
    )


def _level(rate: float) -> str:
    return _CHARS[bisect(_STEPS_AT, rate)]


def _by_hour(sums: Sequence[float], days: int, seen: float, mean: float) -> list[float]:
    """The rate of each hour of the day from its posts over so many days of a week, smoothed with its neighbours."""
    raw = [(total + _LEAN * mean) / (days * seen + _LEAN) for total in sums]
    return [(raw[hour - 1] + 2 * raw[hour] + raw[(hour + 1) % 24]) / 4 for hour in range(24)]


_RATES = tuple(2 ** ((level - _LOW) / _STEPS) for level in range(94))
_STEPS_AT = tuple(2 ** ((level - _LOW + 0.5) / _STEPS) for level in range(93))
_CHARS = tuple(chr(33 + level) for level in range(94))


def _usual(tempo: Tempo, at: int) -> float:
    return _RATES[ord(tempo.levels[slot(at)]) - 33] if tempo.levels else _PRIOR_RATE


def _pack(posts: Sequence[float]) -> str:
    units = [int(count * _UNIT + 0.5) for count in posts]
    if max(units) > 65_535:
        units = [min(65_535, unit) for unit in units]
    return b64encode(_COUNTS.pack(*units)).decode()


def _unpack(text: str) -> list[float]:
    """Posts by hour of the week; none when the text is not what `_pack` makes."""
    try:
        return [count / _UNIT for count in _COUNTS.unpack(b64decode(text, validate=True))]
    except (ValueError, struct.error):
        return [0.0] * 168


def _stamp(published: datetime | None) -> int:
    return 0 if published is None else int(published.timestamp() * 1000)


def _above_top(tempo: Tempo, keys: Sequence[int]) -> int:
    """How many entries precede the one that was first last time; ten at most if that one is gone."""
    return next((index for index, key in enumerate(keys) if key == tempo.top), min(len(keys), 10))


def _key(entry: ParsedEntry) -> int:
    return zlib.crc32((entry.id or entry.link or entry.title).encode("utf-8", "replace"))


def _gap(dated: Sequence[int]) -> int:
    """The median time (ms) between two consecutive entries; 0 with fewer than three dates."""
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(dated))
    return gaps[len(gaps) // 2] if len(gaps) > 1 else 0
