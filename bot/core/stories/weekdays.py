"""Tells how surely two parts of a story name different days of the week: an event is told of with the day it was on.

Reports are held against others of their own day only. Two of Friday of which one says "on Tuesday" and one "on
Thursday" may tell of two things; a story that goes on has Tuesday in Tuesday's reports and Thursday in Thursday's.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from bot.core.stories.side import Member
from bot.core.stories.twomeans import Split

_NAMES = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def weekdays_apart(told: Sequence[Member], split: Split, written: Sequence[int]) -> float:
    """How much likelier what the parts name is if each has days of its own (the logarithm of 1 and the log likelihood
    ratio, Dunning 1993); 0 where nothing tells. `written`: the day on which each report was.
    """
    counts: defaultdict[int, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for one, first, day in zip(told, split, written, strict=True):
        if named := one.weights.keys() & _NAMES:
            counts[day][max(named, key=lambda name: (one.weights[name], name)), first] += 1
    return math.log1p(max(0.0, math.fsum(map(_ratio, counts.values()))))


def _ratio(counted: Counter[tuple[str, bool]]) -> float:
    """The log likelihood ratio of names that depend on the part to names that do not."""
    names: Counter[str] = Counter()
    parts: Counter[bool] = Counter()
    for (name, first), count in counted.items():
        names[name] += count
        parts[first] += count
    many = counted.total()
    return math.fsum(
        count * math.log(count * many / (names[name] * parts[first])) for (name, first), count in counted.items()
    )
