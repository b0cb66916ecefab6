"""Finds all known terms of a text in a few set operations, however many terms there are.

A single word is found by one look-up, a longer phrase by a pair of its neighbouring tokens, a run of CJK characters by
the run itself, a prefix by its letters. The work grows with the text, not with the number of terms.
"""

from __future__ import annotations

from collections.abc import Hashable
from itertools import pairwise
from typing import NamedTuple

from bot.core.language.text import is_cjk
from bot.core.matching.terms import Term, Token
from bot.core.matching.traits import LONGEST_GRAM, Shapes, Traits

# Which traits of a text the keys of a table are looked for among.
_SURE = {
    "words": "stems",
    "exact": "words",
    "open": "beginnings",
    "duos": "pairs",
    "exact duos": "word pairs",
    "open duos": "open pairs",
    "runs": "grams",
}
_SHARED = {"long runs": "grams", "phrases": "pairs", "leads": "stems", "beginnings": "beginnings"}


class Filing(NamedTuple):
    """Where a term is filed: a table of its scope's index, and the key there."""

    table: str
    key: Hashable


class Index:
    """The terms of one scope, their numbers by table and key.

    These tables have one term a key, which is certain when found: `words` by stem, `exact` by folded word, `open` by
    prefix, `duos` by two neighbouring stems, `exact duos` by two words, `open duos` by a stem and the next word's
    prefix, `runs` of up to four CJK characters. Terms of the other tables need a second look: `long runs` by the first
    four characters, `phrases` by two stems, `leads` by one stem, `beginnings` by a prefix.
    """

    __slots__ = ("_shapes", "_shared", "_sure", "size")

    def __init__(self, shapes: Shapes) -> None:
        self._sure: dict[str, dict[Hashable, int]] = {name: {} for name in _SURE}
        self._shared: dict[str, dict[Hashable, list[int]]] = {name: {} for name in _SHARED}
        self._shapes = shapes
        self.size = 0

    def add(self, at: Filing, number: int) -> None:
        self.size += 1
        if at.table in self._shared:
            self._shared[at.table].setdefault(at.key, []).append(number)
        else:
            self._sure[at.table][at.key] = number
        self._shapes.count(at.table, at.key, 1)

    def remove(self, at: Filing, number: int) -> None:
        self.size -= 1
        if at.table in self._sure:
            del self._sure[at.table][at.key]
        else:
            numbers = self._shared[at.table][at.key]
            numbers.remove(number)
            if not numbers:
                del self._shared[at.table][at.key]
        self._shapes.count(at.table, at.key, -1)

    def find(self, shown: Traits, present: set[int]) -> list[int]:
        """Add the terms that are certainly there to `present`; returns those that need a second look."""
        for name, table in self._sure.items():
            if table and (keys := table.keys() & shown[_SURE[name]]):
                present.update([table[key] for key in keys])
        found: list[int] = []
        for name, shared in self._shared.items():
            if shared and (keys := shared.keys() & shown[_SHARED[name]]):
                found += [number for key in keys for number in shared[key]]
        return found


def filing(term: Term) -> Filing:
    """The table and key under which a term is filed."""
    if len(term.words) == 1 and not term.cased:
        return _by_word(term.words[0])
    row = term.tokens()
    if term.cased:
        return _by_pair(row)
    if len(row) == 2 and not row[0].open and not any(is_cjk(token.text) for token in row):
        if row[1].open and row[0].exact:
            return _by_pair(row)
        return Filing(
            "exact duos" if row[0].exact else "open duos" if row[1].open else "duos", (row[0].text, row[1].text)
        )
    return _by_pair(row)


def _by_word(word: str) -> Filing:
    """File a term of one word, as most are, without making its tokens: these are needed once a text may hold it."""
    if word[0] == '"':
        return Filing("exact", word[1:])
    if word[-1] == "*":
        return Filing("open", word[:-1])
    if len(word) == 1 or not is_cjk(word):
        return Filing("words", word)
    return Filing("runs", word) if len(word) <= LONGEST_GRAM else Filing("long runs", word[:LONGEST_GRAM])


def _by_pair(row: tuple[Token, ...]) -> Filing:
    """File by the first two neighbours that are whole words, else by a whole word, else (`go* pub*`) by a prefix."""
    keys = [token.key for token in row]
    pair = next(((one, other) for one, other in pairwise(keys) if one and other), None)
    lead = next(filter(None, keys), "")
    if pair:
        return Filing("phrases", pair)
    return Filing("leads", lead) if lead else Filing("beginnings", row[0].text)
