"""Terms by how they are found in a text: a few set operations for any number of them.

A single word is found by one look-up, a longer phrase by a pair of its neighbouring tokens, a run of CJK characters by
itself, the beginning of a word by its first letters: the work grows with the text, not with the number of terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
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
    `duos` by two stems side by side, `exact duos` by two words, `runs` of up to four CJK characters. The others want
    a second look: `long runs` by their first four, `phrases` by a pair of stems, `leads` by one stem.
    """

    __slots__ = ("_heads", "_lengths", "_shared", "_sure", "size")

    def __init__(self) -> None:
        sure, shared = ("words", "exact", "open", "duos", "exact duos", "runs"), ("long runs", "phrases", "leads")
        self._sure: dict[str, dict[Hashable, int]] = {name: {} for name in sure}
        self._shared: dict[str, dict[Hashable, list[int]]] = {name: {} for name in shared}
        self._heads: dict[str, Counter[int]] = {}
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
        """Keep account of the lengths of open words, by their first letters, and of runs."""
        text = str(at.key)
        if at.table == "open":
            lengths = self._heads.setdefault(text[:_HEAD], Counter())
            _add(lengths, len(text), by)
            if not lengths:
                del self._heads[text[:_HEAD]]
        elif at.table in ("runs", "long runs"):
            _add(self._lengths, len(text), by)

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
        if self._sure["exact"] or self._sure["open"]:
            word_set = set(words)
            self._take("exact", word_set, present)
            present.update(self._begun(word_set))
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

    def _begun(self, words: Iterable[str]) -> Iterator[int]:
        """The numbers of the open words that begin one of `words`."""
        table = self._sure["open"]
        for word in words:
            for length in self._heads.get(word[:_HEAD], ()):
                number = table.get(word[:length])
                if number is not None:
                    yield number

    def _grams(self, streams: Iterable[Stream]) -> set[str]:
        """Every stretch of CJK characters in the texts that is as long as some key."""
        grams: set[str] = set()
        for stream in streams:
            for run in cjk_runs(stream.tokens.folded):
                for length in self._lengths:
                    grams.update([run[at : at + length] for at in range(len(run) - length + 1)])
        return grams


def _add(counts: Counter[int], key: int, by: int) -> None:
    counts[key] += by
    if not counts[key]:
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
    if len(row) == 2 and not any(token.open or is_cjk(token.text) for token in row):
        return Filing("exact duos" if row[0].exact else "duos", (row[0].text, row[1].text))
    return _by_pair(row)


def _by_pair(row: list[Token]) -> Filing:
    """By the first two neighbours that are whole words, or by a whole word, or (`go* pub*`) by what all texts hold."""
    keys = [token.key for token in row]
    pair = next(((one, other) for one, other in pairwise(keys) if one and other), None)
    return Filing("phrases", pair) if pair else Filing("leads", next(filter(None, keys), ""))
