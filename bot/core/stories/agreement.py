"""Tests whether a split of a story is real or due to chance: either half of the terms should split the reports alike.

Terms are dealt into two halves, eight times over, by bits of a hash. Beginning with the proposed split, each half alone
moves reports to the part that they are nearer to. If the reports tell of two events, any half of their words shows it,
and both halves end with the same split. If they tell of one, the split rests on the few terms that it was found by, and
the two halves drift apart.
The idea is that of split-half reliability (Spearman 1910, Brown 1910), and of stability as a test of clusters (Lange,
Roth, Braun and Buhmann 2004).
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import eq
from zlib import crc32

from bot.core.stories.side import Member
from bot.core.stories.twomeans import Likeness, Split, likeness, rarity, rows_of, settled

_DEALS = 8
_BITS = 3  # of the hash from one deal to the next
_CHANCE = 0.5  # agreement where a half makes a part too small


def halves(told: Sequence[Member]) -> list[tuple[Likeness, Likeness]]:
    """How similar reports are by each half of their terms, for each deal. Without years: these tell of the page more
    than of the news.
    """
    years = {f"#{year}" for one in told for year in one.years}
    rare = {term: weight for term, weight in rarity(told).items() if term not in years}
    found = []
    for deal in range(_DEALS):
        first = {term for term in rare if crc32(term.encode()) >> _BITS * deal & 1}
        found.append((_by_half(told, rare, first), _by_half(told, rare, rare.keys() - first)))
    return found


def agreement(parted: Split, dealt: Sequence[tuple[Likeness, Likeness]]) -> float:
    """The share of reports that two halves put into the same part, on average; 1 if every half shows the split."""
    return sum([_alike(settled(one, parted), settled(other, parted)) for one, other in dealt]) / len(dealt)


def _alike(one: Split | None, other: Split | None) -> float:
    if one is None or other is None:
        return _CHANCE
    share: float = sum(map(eq, one, other)) / len(one)
    return max(share, 1.0 - share)


def _by_half(told: Sequence[Member], rare: dict[str, float], half: set[str]) -> Likeness:
    return likeness(rows_of(told, ([term for term in one.weights if term in half] for one in told), rare))
