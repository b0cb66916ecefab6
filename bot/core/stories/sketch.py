"""Near-duplicate detection: sampled shingles and their containment.

A shingle is three words in a row, in Chinese five characters; its hash is kept if it falls in the sample. Containment,
the share of the smaller sketch that the larger one holds, survives cuts and additions; a Jaccard index does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from bot.core.language.text import is_cjk

MOST = 128  # hashes kept of one text
FEWEST = 8  # hashes without which a sketch says nothing
_SHORT = {"la": 12, "zh": 24}
_SHORT_SHARE = 0.7  # texts of fewer hashes must share so much: half a headline is its frame
_ANCHORS = 24
_WORDS = 1200
_THINNEST = 1 << 32  # more than the lowest bit of any hash
_LOOK = 60  # tokens by which the script is told


@dataclass(frozen=True, slots=True)
class Sketch:
    """A sample of a text's shingles: `hashes` that are 0 modulo 2**`level`, at most `MOST`."""

    level: int = 0
    hashes: frozenset[int] = frozenset()


def sketch(words: list[str]) -> Sketch:
    """The sketch of a text by its tokens, of which the first 1,200 count."""
    return sampled(0, frozenset(_shingles(words[:_WORDS])))


def sampled(level: int, hashes: frozenset[int]) -> Sketch:
    """Thin out hashes until `MOST` are left."""
    while len(hashes) > MOST:
        level += 1
        mask = (1 << level) - 1
        hashes = frozenset(value for value in hashes if not value & mask)
    return Sketch(level, hashes)


def anchors(one: Sketch) -> list[int]:
    """The hashes by which a sketch is looked up: those that fall in the thinnest samples, few for a short text.

    Whatever the lengths of two texts, a part of a text shares its part of the whole text's anchors.
    """
    most = _ANCHORS if one.level else min(_ANCHORS, max(4, len(one.hashes) // 4))
    thin = [value for value in one.hashes if not value & 1]
    among = thin if len(thin) >= most else one.hashes
    ordered = sorted([((_THINNEST - (value & -value)) << 32) | value for value in among])
    return [key & 0xFFFFFFFF for key in ordered[:most]]


def containment(one: Sketch, other: Sketch) -> tuple[float, int]:
    """The share of the smaller sketch that the larger one holds, and the size of the smaller, in hashes."""
    mask = (1 << max(one.level, other.level)) - 1
    a = one.hashes if one.level >= other.level else [value for value in one.hashes if not value & mask]
    b = other.hashes if other.level >= one.level else [value for value in other.hashes if not value & mask]
    least = min(len(a), len(b))
    return (len(frozenset(a).intersection(b)) / least if least else 0.0), least


def is_copy(share: float, least: int, needed: float, script: str) -> bool:
    """Whether a containment says that one text is a copy of the other; `needed` is the share for texts with a body."""
    short = least < _SHORT[script]
    return least >= FEWEST and share >= (max(needed, _SHORT_SHARE) if short else needed)


def _shingles(found: list[str]) -> list[int]:
    look = found[:_LOOK]
    if not "".join(look).isascii() and sum(map(is_cjk, look)) * 2 > len(look):
        return [crc32("".join(found[at : at + 5]).encode()) for at in range(max(1, len(found) - 4))]
    return [crc32(f"{a} {b} {c}".encode()) for a, b, c in zip(found, found[1:], found[2:], strict=False)]
