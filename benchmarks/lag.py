"""How late a post is noticed: adaptive intervals against round robin at the same number of requests, in virtual time.

Two posting patterns of five weeks, the last of which is measured: a generated one (rates as spread as those of the 37
recorded feeds with dates: log-normal, median 5 a day, sigma 2.1; office hours in three zones, quiet weekends, bursts),
and, where the shared samples are, the gaps between the dates of those recorded feeds, drawn again and again.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from bot.core.model import ParsedEntry
from bot.core.polling import tempo as core
from bot.core.polling.schedule import after_answer, plan
from bot.core.polling.tempo import Tempo
from bot.core.units import DAY_MS, HOUR_MS, WEEK_MS

START = int(datetime(2026, 10, 5, tzinfo=UTC).timestamp() * 1000)
_LISTED = 30
_MOST_A_DAY = 600.0


class Posts(NamedTuple):
    """One feed's posts in order (ms), and the window in which their noticing is measured."""

    times: list[int]
    begin: int
    end: int


class Lag(NamedTuple):
    """Mean ms from post to notice, and how many requests it took."""

    mean_ms: float
    requests: int


def generated(feeds: int, days: int, seed: int = 1) -> list[Posts]:
    """Posting patterns of `feeds` feeds: four weeks to learn from, then `days` that are measured."""
    dice = random.Random(seed)
    begin = START + 4 * WEEK_MS
    return [Posts(_pattern(dice, begin + days * DAY_MS), begin, begin + days * DAY_MS) for _ in range(feeds)]


def _pattern(dice: random.Random, end: int) -> list[int]:
    per_day = min(_MOST_A_DAY, dice.lognormvariate(1.6, 2.1))
    zone, office, weekend = dice.choice((-5, 0, 8)), dice.random() < 0.7, dice.uniform(0.1, 1.0)
    weights = [_weight(hour, zone, weekend, office=office) for hour in range(168)]
    scale = per_day * 7 / sum(weights)
    times: list[int] = []
    for hour in range((end - START) // HOUR_MS):
        for _ in range(_poisson(dice, scale * weights[hour % 168])):
            at = START + hour * HOUR_MS + dice.randrange(HOUR_MS)
            times.append(at)
            while dice.random() < 0.25:
                at += int(dice.expovariate(1 / 600_000))
                times.append(at)
    return sorted(at for at in times if at < end)


def _weight(hour: int, zone: int, weekend: float, *, office: bool) -> float:
    local = (hour + zone) % 168
    by_day = weekend if local >= 120 else 1.0
    if not office:
        return by_day
    return by_day * (1.0 if 8 <= local % 24 < 19 else 0.12)


def _poisson(dice: random.Random, mean: float) -> int:
    count, left = 0, dice.expovariate(1)
    while left < mean:
        count, left = count + 1, left + dice.expovariate(1)
    return count


def recorded(feeds: Sequence[Sequence[int]], days: int, seed: int = 4) -> list[Posts]:
    """Patterns of the same length whose gaps are those between recorded dates (ms), drawn with replacement."""
    dice = random.Random(seed)
    begin = START + 4 * WEEK_MS
    end = begin + days * DAY_MS
    patterns = []
    for dates in feeds:
        ordered = sorted(set(dates))
        gaps = [later - earlier for earlier, later in pairwise(ordered)]
        if len(gaps) >= 5:
            patterns.append(Posts(list(_walk(dice, gaps, end)), begin, end))
    return patterns


def _walk(dice: random.Random, gaps: Sequence[int], end: int) -> Iterator[int]:
    at = START + dice.randrange(DAY_MS)
    while at < end:
        yield at
        at += max(1000, dice.choice(gaps))


def adaptive(patterns: Sequence[Posts], seed: int = 2) -> Lag:
    """Poll by the program's own schedule."""
    dice = random.Random(seed)
    lags, requests = 0, 0
    for posts in patterns:
        lag, asked = _adaptive(posts, dice)
        lags, requests = lags + lag, requests + asked
    return Lag(lags / max(1, _count(patterns)), requests)


def _adaptive(posts: Posts, dice: random.Random) -> tuple[int, int]:
    limits = plan("trade", {}, 45, 3600)
    tempo, seen, lag, asked = Tempo(), 0, 0, 0
    now = posts.begin
    while now < posts.end:
        upto = bisect_right(posts.times, now)
        if upto > seen:
            listed = posts.times[max(0, upto - _LISTED) : upto]
            tempo, _ = core.observe(tempo, core.listed([_entry(at) for at in reversed(listed)]), now)
            lag += sum(now - at for at in posts.times[seen:upto] if at >= posts.begin)
            seen = upto
        asked += 1
        now = after_answer(tempo, limits, now, dice.random())
    return lag + sum(now - at for at in posts.times[seen:] if posts.begin <= at < posts.end), asked


def round_robin(patterns: Sequence[Posts], requests: int, seed: int = 3) -> Lag:
    """Poll all alike, as often as `requests` allow."""
    dice = random.Random(seed)
    interval = sum(posts.end - posts.begin for posts in patterns) / requests
    lags = 0.0
    for posts in patterns:
        first = posts.begin + dice.random() * interval
        for at in posts.times:
            if posts.begin <= at < posts.end:
                lags += (first - at) % interval
    return Lag(lags / max(1, _count(patterns)), requests)


def ratio(patterns: Sequence[Posts]) -> tuple[Lag, Lag]:
    """(adaptive, round robin) at the same number of requests."""
    ours = adaptive(patterns)
    return ours, round_robin(patterns, ours.requests)


def _count(patterns: Sequence[Posts]) -> int:
    return sum(posts.begin <= at < posts.end for posts in patterns for at in posts.times)


def _entry(at: int) -> ParsedEntry:
    return ParsedEntry(str(at), "", "", "", "", datetime.fromtimestamp(at / 1000, UTC))
