"""How near two titles are in meaning, by sentence vectors of an embedder that the caller provides."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from operator import mul
from typing import Protocol

SCALE = 512  # length of a vector: whole numbers, so that a judgement is the same on every machine's second look
Vector = Sequence[int]
_SIGN = bytes(ord("1") if value > 127 else ord("0") for value in range(256))


class Embedder(Protocol):
    """Makes the vectors of texts: integers from -128 to 127, each vector of length `SCALE`.

    A batch costs less than single texts. Equal texts have equal vectors.
    """

    def __call__(self, texts: Sequence[str], /) -> list[Vector]: ...


def cosine(one: Vector, other: Vector) -> float:
    """How near two vectors are: 1 for the same direction."""
    along: int = sum(map(mul, one, other))
    return along / SCALE**2


def closeness(one: Vector, others: Iterable[Vector]) -> tuple[float, float]:
    """The highest and the mean cosine between a vector and others; zeros if there is nothing to compare."""
    found = [cosine(one, other) for other in others if other]
    return (max(found), sum(found) / len(found)) if one and found else (0.0, 0.0)


def signs(vector: Vector) -> int:
    """The signs of a vector's components, a bit each; two differ in about angle / pi of them (Charikar 2002)."""
    return int(array("b", vector).tobytes().translate(_SIGN), 2)


def likely(one: int, known: Mapping[int, int], most: int, apart: int) -> list[int]:
    """The keys whose signs differ least from given ones, nearest first, of equals the newest; by under `apart` bits."""
    found = [(differ, -key) for key, other in known.items() if (differ := (one ^ other).bit_count()) < apart]
    return [-key for _, key in nsmallest(most, found)]
