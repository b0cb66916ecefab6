"""Two-means clustering of reports by pairwise similarity, ignoring terms that all of them share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from operator import not_

from bot.core.stories.side import Member

FEWEST = 4  # reports that a part must have
_ROUNDS = 10  # of moving reports to the part that they are nearer to
_COMMON = 0.85  # a term that more of the reports hold tells no parts apart

Likeness = Sequence[Sequence[float]]
Split = tuple[bool, ...]
"""For each report, whether it is of one part."""


def rarity(told: Sequence[Member]) -> dict[str, float]:
    """How much each term says about which part a report belongs to; only terms of two reports or more, not of nearly
    all.
    """
    holds = Counter(term for one in told for term in one.weights)
    many = len(told)
    return {term: math.log(many / n) for term, n in holds.items() if 2 <= n <= _COMMON * many}


def rows_of(
    told: Sequence[Member], terms: Iterable[Iterable[str]], rare: Mapping[str, float]
) -> list[dict[str, float]]:
    """The chosen terms of each report, weighed, as a vector of length 1; empty if none of its terms is chosen."""
    found = []
    for one, chosen in zip(told, terms, strict=True):
        row = {term: one.weights[term] * rare[term] for term in chosen if term in rare}
        length = math.sqrt(sum([x * x for x in row.values()])) or 1.0
        found.append({term: x / length for term, x in row.items()})
    return found


def likeness(rows: Sequence[Mapping[str, float]]) -> Likeness:
    """The cosine of every pair of vectors."""
    found = [[0.0] * len(rows) for _ in rows]
    for at, one in enumerate(rows):
        for place, other in enumerate(rows[: at + 1]):
            alike = sum([x * other[term] for term, x in one.items() if term in other])
            found[at][place] = found[place][at] = alike
    return found


def settled(likeness: Likeness, split: Split) -> Split | None:
    """Run two-means from a starting point; None if a part becomes too small."""
    for _ in range(_ROUNDS + 1):
        if not FEWEST <= sum(split) <= len(split) - FEWEST:
            return None
        moved = _moved(likeness, split)
        if moved == split:
            break
        split = moved
    return split


def _moved(likeness: Likeness, split: Split) -> Split:
    """For each report, whether it is nearer to the first part, not counting itself."""
    rest = tuple(map(not_, split))
    mine, theirs = sum(split), sum(rest)
    return tuple(
        (sum(compress(row, split)) - first * row[at]) / (mine - first)
        >= (sum(compress(row, rest)) - (not first) * row[at]) / (theirs - (not first))
        for at, (row, first) in enumerate(zip(likeness, split, strict=True))
    )
