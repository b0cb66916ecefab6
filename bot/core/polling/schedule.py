"""The next poll time of a feed. Pure: the feed, its answer, the time and a random number given from outside.

The interval is proportional to one over the square root of the feed's rate: for a given number of requests, this
minimises the mean delay of all posts (minimise Σ rate·interval/2 with Σ 1/interval fixed). The rate is integrated over
the hours ahead, so that a night's long interval does not reach into the morning. Then the interval is raised to what
the server asks for and to the floor, and gets a tenth of jitter. Intervals are in seconds, times in epoch ms; a die is
uniform in 0 … 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from bot.core.polling.rhythm import due_by
from bot.core.polling.tempo import Tempo, rate
from bot.core.units import HOUR_MS

AT_ONE_AN_HOUR_S = 600
"""The interval of a feed that posts once an hour."""

WISH_MAX_S = 5 * 3600
"""The longest `max-age` or `ttl` that is honoured: some servers say sixteen years."""

_NOT_OFFICIAL = 4 / 3  # of the floor
_CUT_S, _EMPTY_S = 60, 300


class Plan(NamedTuple):
    """A feed's limits in seconds, and what its own options say (`bot.core.polling.rhythm`: `every_s`, `hours`)."""

    floor_s: float
    ceiling_s: float
    options: Mapping[str, object]


def plan(tier: str, options: Mapping[str, object], floor_s: float, ceiling_s: float) -> Plan:
    """The limits of one feed, from `poll.floor_s` and `poll.ceiling_s`.

    Official sources may be asked at the floor, others no more often than 4/3 of it. Where floor and ceiling are equal
    the interval is theirs, whatever a feed's options or its server wish.
    """
    low = floor_s if tier == "official" else min(ceiling_s, floor_s * _NOT_OFFICIAL)
    return Plan(low, ceiling_s, options if floor_s < ceiling_s else {})


def after_answer(
    tempo: Tempo, limits: Plan, now: int, die: float, *, max_age_s: int | None = None, ttl_s: int | None = None
) -> int:
    """When to poll next after a good answer.

    A feed's own `every_s` overrides the server's `max-age` and `ttl`: the author of the feed list knew them. During the
    feed's hours it is the interval, less up to a tenth; before them, the poll comes no later than they begin. This
    holds after an empty answer too: some lists are empty until the first news of the day.
    """
    own = due_by(limits.options, now)
    if tempo.cut or tempo.empty:
        soon = (_CUT_S if tempo.cut else _EMPTY_S) * 2 ** min(max(tempo.cut, tempo.empty) - 1, 10)
        again = _at(now, min(soon, limits.ceiling_s), limits, die)
        return again if own is None else max(min(again, own), now + int(limits.floor_s * 1000))
    if own is not None and own - now == _every_ms(limits):
        return now + max(int((own - now) * (0.9 + 0.1 * die)), int(limits.floor_s * 1000))
    wish = min(max(max_age_s or 0, ttl_s or 0), WISH_MAX_S) if limits.floor_s < limits.ceiling_s else 0
    planned = _at(now, max(_adaptive(tempo, limits, now), wish), limits, die)
    return planned if own is None else max(min(planned, own), now + int(limits.floor_s * 1000))


def after_error(kind: str, errors: int, limits: Plan, now: int, die: float, retry_after_s: float | None = None) -> int:
    """When to poll next after the `errors`-th failure in a row (from 1); kinds as in `FetchError.kind`.

    The kind's first wait, plus a share of a span that doubles up to the kind's cap (full jitter). A server's own
    Retry-After is a lower bound, within a day; after 429 it is the wait itself, at least a minute.
    """
    first, cap = _WAITS.get(kind, _WAITS["server"])
    if kind == "rate-limit" and retry_after_s is not None:
        first, seconds = 60.0, retry_after_s * (1 + die / 10)
    else:
        first = min(first, limits.ceiling_s) if kind != "rate-limit" else first
        seconds = first + die * min(first * 2 ** min(errors - 1, 16), cap)
    return now + int(min(max(seconds, first, retry_after_s or 0.0), 86_400.0) * 1000)


_WAITS = {
    "server": (60.0, 6 * 3600.0),
    "auth": (3600.0, 86_400.0),
    "challenge": (3600.0, 86_400.0),
    "gone": (3600.0, 86_400.0),
    "not-found": (600.0, 86_400.0),
    "rate-limit": (600.0, 86_400.0),
    "too-large": (600.0, 86_400.0),
    "not-a-feed": (300.0, 86_400.0),
}


def conditional(tempo: Tempo, now: int) -> bool:
    """Whether to send validators. False if a server has said "not modified" for too long since the whole body came.

    Too long is twenty usual gaps between posts, at least six hours and at most eight days.
    """
    if not tempo.full:
        return True
    patience_h = min(max(20 / max(rate(tempo, now), 1e-6), 6.0), 192.0)
    return now - tempo.full < patience_h * HOUR_MS


def _adaptive(tempo: Tempo, limits: Plan, now: int) -> float:
    """Seconds until Σ √rate over the time ahead has reached its share, within the limits."""
    share = AT_ONE_AN_HOUR_S / 3600
    at, end = now, now + int(limits.ceiling_s * 1000)
    while at < end:
        step = min(HOUR_MS - at % HOUR_MS, end - at)
        gain = math.sqrt(rate(tempo, at)) * step / HOUR_MS
        if gain >= share:
            at += int(step * share / gain)
            break
        share -= gain
        at += step
    return min(max((at - now) / 1000, limits.floor_s), limits.ceiling_s)


def _at(now: int, seconds: float, limits: Plan, die: float) -> int:
    return now + int(max(seconds * (0.9 + 0.2 * die), limits.floor_s) * 1000)


def _every_ms(limits: Plan) -> int:
    every_s = limits.options.get("every_s")
    return every_s * 1000 if isinstance(every_s, int) else 0
