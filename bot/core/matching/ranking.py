"""Ranks full-text results: BM25 × recency, normalised within the result set. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.language.text import is_cjk
from bot.core.units import DAY_MS

_HALF_LIFE_MS = 14 * DAY_MS  # a match of two weeks ago counts half
_K1, _B = 1.2, 0.75  # Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009
_TITLE = 4  # a word in the title counts so often
QUOTED = re.compile(r'"((?:[^"]|"")*)"(\s*\*)?')
"""A term of an FTS5 expression: in double quotes, followed by a star if it is a prefix."""


class Match(NamedTuple):
    """An entry that matched: its story, when it was first seen (ms), and its index terms."""

    story: int
    at: int
    title: str
    body: str


def best(expression: str, matches: Sequence[Match], now: int) -> list[int]:
    """Story ids, best first: BM25 × recency, each story once.

    The rarity of a term is judged among the matches themselves. Counting it in the whole index would cost 100 ms at a
    million entries, and only matters between alternatives, of which the rare ones are rare among the matches too.
    """
    asked = [_needle(found) for found in QUOTED.finditer(expression) if found[1]]
    counts = [[_TITLE * _count(one.title, needle) + _count(one.body, needle) for needle in asked] for one in matches]
    rarity = [_rarity(sum(row[n] > 0 for row in counts), len(matches)) for n in range(len(asked))]
    lengths = [one.title.count(" ") + one.body.count(" ") + 2 for one in matches]
    usual = sum(lengths) / max(len(lengths), 1)
    scores: dict[int, float] = {}
    for one, row, length in zip(matches, counts, lengths, strict=True):
        damping = _K1 * (1 - _B + _B * length / usual)
        weight = sum(rare * n * (_K1 + 1) / (n + damping) for rare, n in zip(rarity, row, strict=True))
        score = weight * math.exp2(-max(0, now - one.at) / _HALF_LIFE_MS)
        scores[one.story] = max(scores.get(one.story, 0.0), score)
    return sorted(scores, key=lambda story: (-scores[story], -story))


def _needle(found: re.Match[str]) -> str:
    """The text to count in padded index terms: a whole phrase, or its beginning for a prefix."""
    text = found[1].replace('""', '"')
    begins = found[2] or (len(text) == 1 and is_cjk(text))
    return f" {text}" if begins else f" {text} "


def _count(index_terms: str, needle: str) -> int:
    return f" {index_terms} ".count(needle)


def _rarity(holding: int, matches: int) -> float:
    return math.log(1 + (matches - holding + 0.5) / (holding + 0.5))
