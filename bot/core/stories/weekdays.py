"""Tells how surely two parts of a story name different days of the week: reports name the day of their event.

Only reports of one day are compared. Two of Friday, one of which says "on Tuesday" and one "on Thursday", may tell of
two events; a story that goes on has Tuesday in Tuesday's reports and Thursday in Thursday's.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from bot.core.stories.side import Member
from bot.core.stories.twomeans import Split

_NAMES = frozenset({"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"})


def weekdays_apart(told: Sequence[Member], split: Split, written: Sequence[int]) -> float:
    """How much likelier the named days are if each part has days of its own: log(1 + the log-likelihood ratio, Dunning
    1993); 0 if no day is named. `written`: the day on which each report was written.
    """
    counts: defaultdict[int, Counter[tuple[str, bool]]] = defaultdict(Counter)
    for one, first, day in zip(told, split, written, strict=True):
        if named := one.weights.keys() & _NAMES:
            counts[day][max(named, key=lambda name: (one.weights[name], name)), first] += 1
    return math.log1p(max(0.0, math.fsum(map(_ratio, counts.values()))))


def _ratio(counted: Counter[tuple[str, bool]]) -> float:
    """The log-likelihood ratio of days that depend on the part to days that do not."""
    names: Counter[str] = Counter()
    parts: Counter[bool] = Counter()
    for (name, first), count in counted.items():
        names[name] += count
        parts[first] += count
    many = counted.total()
    return math.fsum(
        count * math.log(count * many / (names[name] * parts[first])) for (name, first), count in counted.items()
    )
