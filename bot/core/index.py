"""Terms by how they are found in a text: a few set operations for any number of them.

A single word is found by one look-up, a longer phrase by a pair of its neighbouring tokens, a run of CJK characters by
itself, the beginning of a word by its first letters: the work grows with the text, not with the number of terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from bot.core.document import Stream
from bot.core.terms import Term, Token
from bot.core.text import cjk_runs, is_cjk

_HEAD = 2  # letters of an open word by which the lengths to try are found
_LONGEST_GRAM = 4  # characters of a run that is looked up whole; a longer one goes by its first


class Filing(NamedTuple):
    """Where a term is filed: a table of its scope's index, and the key there."""

    table: str
    key: Hashable


class Index:
    """The terms of one scope, their numbers by table and key.

    Certain when found, one term a key: `words` by stem, `exact` by folded word, `open` by the beginning of a word,
    `duos` by two stems side by side, `exact duos` by two words, `open duos` by a stem and the beginning of the next
    word, `runs` of up to four CJK characters. The others want a second look: `long runs` by their first four,
    `phrases` by a pair of stems, `leads` by one stem, `beginnings` by that of a word.
    """

    __slots__ = ("_heads", "_lengths", "_seconds", "_shared", "_sure", "size")

    def __init__(self) -> None:
        sure = ("words", "exact", "open", "duos", "exact duos", "open duos", "runs")
        shared = ("long runs", "phrases", "leads", "beginnings")
        self._sure: dict[str, dict[Hashable, int]] = {name: {} for name in sure}
        self._shared: dict[str, dict[Hashable, list[int]]] = {name: {} for name in shared}
        self._heads: dict[str, Counter[int]] = {}
        self._seconds: dict[str, Counter[int]] = {}
        self._lengths: Counter[int] = Counter()
        self.size = 0

    def add(self, at: Filing, number: int) -> None:
        """File a term."""
        self.size += 1
        if at.table in self._shared:
            self._shared[at.table].setdefault(at.key, []).append(number)
        else:
            self._sure[at.table][at.key] = number
        self._count(at, 1)

    def remove(self, at: Filing, number: int) -> None:
        """Take a filed term out."""
        self.size -= 1
        if at.table in self._sure:
            del self._sure[at.table][at.key]
        else:
            numbers = self._shared[at.table][at.key]
            numbers.remove(number)
            if not numbers:
                del self._shared[at.table][at.key]
        self._count(at, -1)

    def _count(self, at: Filing, by: int) -> None:
        """Keep account of the lengths to try: of open words by their first letters or the stem before, and of runs."""
        if at.table in ("open", "beginnings"):
            _add(self._heads, str(at.key)[:_HEAD], len(str(at.key)), by)
        elif at.table == "open duos" and isinstance(at.key, tuple):
            _add(self._seconds, at.key[0], len(at.key[1]), by)
        elif at.table in ("runs", "long runs"):
            self._lengths[len(str(at.key))] += by
            self._lengths = +self._lengths

    def find(
        self, stems: Sequence[str], words: Sequence[str], streams: Iterable[Stream], present: set[int]
    ) -> list[int]:
        """Add the terms that are certainly there to `present`; returns those that want a second look."""
        stem_set = set(stems)
        doubtful = self._in_common("leads", stem_set)
        self._take("words", stem_set, present)
        if self._sure["duos"] or self._shared["phrases"]:
            pairs = set(pairwise(stems))
            self._take("duos", pairs, present)
            doubtful += self._in_common("phrases", pairs)
        if self._sure["exact"] or self._heads:
            word_set = set(words)
            self._take("exact", word_set, present)
            beginnings = self._beginnings(word_set)
            self._take("open", beginnings, present)
            doubtful += self._in_common("beginnings", beginnings)
        if self._seconds:
            self._take("open duos", self._open_pairs(stems, words), present)
        if self._sure["exact duos"]:
            self._take("exact duos", set(pairwise(words)), present)
        if self._lengths:
            grams = self._grams(streams)
            self._take("runs", grams, present)
            doubtful += self._in_common("long runs", grams)
        return doubtful

    def _take(self, name: str, seen: set[str] | set[tuple[str, str]], present: set[int]) -> None:
        table = self._sure[name]
        present.update([table[key] for key in table.keys() & seen])

    def _in_common(self, name: str, seen: set[str] | set[tuple[str, str]]) -> list[int]:
        table = self._shared[name]
        return [number for key in table.keys() & seen for number in table[key]]

    def _beginnings(self, words: Iterable[str]) -> set[str]:
        """The beginnings of words that are as long as some key."""
        return {word[:length] for word in words for length in self._heads.get(word[:_HEAD], ())}

    def _open_pairs(self, stems: Sequence[str], words: Sequence[str]) -> set[tuple[str, str]]:
        """Stems with the beginning of the word after them, where a key has this stem and a beginning of this length."""
        seconds = self._seconds
        near = {(stem, words[at]) for at, stem in enumerate(stems[:-1], 1) if stem in seconds}
        return {(stem, word[:length]) for stem, word in near for length in seconds[stem]}

    def _grams(self, streams: Iterable[Stream]) -> set[str]:
        """Every stretch of CJK characters in the texts that is as long as some key."""
        grams: set[str] = set()
        for stream in streams:
            for run in cjk_runs(stream.tokens.folded):
                for length in self._lengths:
                    grams.update([run[at : at + length] for at in range(len(run) - length + 1)])
        return grams


def _add(counts: dict[str, Counter[int]], key: str, length: int, by: int) -> None:
    lengths = counts.setdefault(key, Counter())
    lengths[length] += by
    if not lengths[length]:
        del lengths[length]
    if not lengths:
        del counts[key]


def filing(term: Term) -> Filing:
    """How a term is found."""
    row = term.tokens()
    if term.cased:
        return _by_pair(row)
    if len(row) == 1:
        return Filing("open" if row[0].open else "exact" if row[0].exact else "words", row[0].text)
    if len(term.words) == 1:
        run = term.words[0]
        return Filing("runs", run) if len(run) <= _LONGEST_GRAM else Filing("long runs", run[:_LONGEST_GRAM])
    if len(row) == 2 and not row[0].open and not any(is_cjk(token.text) for token in row):
        if row[1].open and row[0].exact:
            return _by_pair(row)
        return Filing(
            "exact duos" if row[0].exact else "open duos" if row[1].open else "duos", (row[0].text, row[1].text)
        )
    return _by_pair(row)


def _by_pair(row: tuple[Token, ...]) -> Filing:
    """By the first two neighbours that are whole words, or by a whole word, or (`go* pub*`) by the first beginning."""
    keys = [token.key for token in row]
    pair = next(((one, other) for one, other in pairwise(keys) if one and other), None)
    lead = next(filter(None, keys), "")
    if pair:
        return Filing("phrases", pair)
    return Filing("leads", lead) if lead else Filing("beginnings", row[0].text)
