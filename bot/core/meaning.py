"""How near two titles are in meaning, by sentence vectors of an embedder that is given from outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import mul
from typing import Protocol

SCALE = 512  # length of a vector: whole numbers, so that a judgement is the same on every machine's second look
Vector = Sequence[int]


class Embedder(Protocol):
    """Makes the vector of a text: whole numbers, as long as `SCALE` together (`vector`). Equal texts, equal vectors."""

    def __call__(self, text: str, /) -> Vector: ...


def closeness(title: str, others: Iterable[str], embed: Embedder) -> tuple[float, float]:
    """The highest and the mean cosine between a title and others; zeros where there is nothing to compare."""
    known = [other for other in others if other]
    if not title or not known:
        return 0.0, 0.0
    one = embed(title)
    found = [sum(map(mul, one, embed(other))) / SCALE**2 for other in known]
    return max(found), sum(found) / len(found)
