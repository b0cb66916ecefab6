"""Full text: what the index holds for a text, how words are asked for, and the order of what matches."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.core.text import CJK, Tokens, fold, is_cjk, tokens
from bot.store.rows import Row

_HALF_LIFE_MS = 14 * 86_400_000  # a match of two weeks ago counts half
_K1, _B = 1.2, 0.75  # Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009
_TITLE = 4  # a word in the title counts so often
_CHARACTER = re.compile(f"[{CJK}]")
_RUNS = re.compile(f"[{CJK}]+|[^{CJK}]+")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(\s*\*)?')


class Match(NamedTuple):
    """An entry that matched: its story, when it was first seen (ms), and its index terms."""

    story: int
    at: int
    title: str
    body: str


def terms(text: str) -> str:
    """What the full-text index holds for a text: the same as `bot.core.text.bigrams`, in a third of its time."""
    if text.isascii():
        return " ".join(tokens(text).texts)
    found: list[str] = []
    for run in _RUNS.findall(fold(text)):
        found += [run[n : n + 2] for n in range(len(run))] if is_cjk(run) else Tokens(run).texts
    return " ".join(found)


def characters(*index_terms: str) -> str:
    """Each CJK character among index terms, once: asking for all pairs that begin with one takes a second."""
    if all(map(str.isascii, index_terms)):
        return ""
    return " ".join(sorted(_CHARACTER.findall("".join(set("".join(index_terms))))))


def phrase(text: str) -> str:
    """A text as one phrase of index terms; "" for none.

    Within a phrase the last character of a CJK word has no pair of its own, so that the word may go on.
    """
    found = terms(text).split()
    parts = []
    if found and len(found[-1]) == 1 and is_cjk(found[-1]):
        last = found.pop()
        if not found or len(found[-1]) != 2 or found[-1][1] != last:
            parts.append(_character(last))
    if found:
        parts.insert(0, _quoted(" ".join(found)))
    return f"({' AND '.join(parts)})" if len(parts) > 1 else "".join(parts)


def without_prefixes(expression: str) -> str:
    """The expression with single CJK characters looked up as such, not as the beginning of pairs."""
    return _QUOTED.sub(_without_prefix, expression)


def best(expression: str, matches: Sequence[Match], now: int) -> list[int]:
    """Story ids, best first: BM25 × recency, each story once.

    How rare a term is, is judged among the matches themselves: counting it in the whole index costs 100 ms at a
    million entries, and only matters between alternatives, some of which are seldom among what matched.
    """
    asked = [_needle(found) for found in _QUOTED.finditer(expression) if found[1]]
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


def _character(char: str) -> str:
    return f'chars : "{char}"'


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _without_prefix(found: re.Match[str]) -> str:
    return _character(found[1]) if found[2] and len(found[1]) == 1 and is_cjk(found[1]) else found[0]


def _needle(found: re.Match[str]) -> str:
    """What to count in padded terms: a whole phrase, or the beginning of one."""
    text = found[1].replace('""', '"')
    begins = found[2] or (len(text) == 1 and is_cjk(text))
    return f" {text}" if begins else f" {text} "


def _count(index_terms: str, needle: str) -> int:
    return f" {index_terms} ".count(needle)


def _rarity(holding: int, matches: int) -> float:
    return math.log(1 + (matches - holding + 0.5) / (holding + 0.5))


def matches(rows: Iterable[Row]) -> list[Match]:
    """From the columns of `queries_read.NEWEST_MATCHES`."""
    return [Match(*row) for row in rows]
