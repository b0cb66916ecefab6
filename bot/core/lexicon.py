"""The lexicon: all terms of all rules, numbered, and found in a document in one pass.

A single word is found by one look-up, a longer phrase by a pair of its neighbouring tokens, the beginning of a word
by its first letters: the work grows with the text, not with the number of terms.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from bot.core.document import Doc, Stream
from bot.core.terms import Term, Token
from bot.core.text import is_cjk

_HEAD = 2  # letters of an open word by which the lengths to try are found
Key = str | tuple[str, str]


class Filing(NamedTuple):
    """Where a term is filed: a table of its scope's index, and the key there."""

    table: str
    key: Key


class Index:
    """The terms of one scope by how they are found.

    Certain when found, one term a key: `words` by stem, `exact` by folded word, `open` by the beginning of a word,
    `duos` by two stems side by side, `exact_duos` by two words. Certain when the text holds them: `runs` of CJK
    characters, by the first two. The others want a second look: `longer` phrases by a pair of stems, `leads` by one.
    """

    __slots__ = ("duos", "exact", "exact_duos", "heads", "leads", "longer", "open", "runs", "size", "words")

    def __init__(self) -> None:
        self.words: dict[Key, int] = {}
        self.exact: dict[Key, int] = {}
        self.open: dict[Key, int] = {}
        self.duos: dict[Key, int] = {}
        self.exact_duos: dict[Key, int] = {}
        self.runs: dict[Key, list[int]] = {}
        self.longer: dict[Key, list[int]] = {}
        self.leads: dict[Key, list[int]] = {}
        self.heads: dict[str, dict[int, int]] = {}
        self.size = 0

    def add(self, filing: Filing, number: int) -> None:
        """File a term."""
        self.size += 1
        if filing.table in ("runs", "longer", "leads"):
            getattr(self, filing.table).setdefault(filing.key, []).append(number)
            return
        getattr(self, filing.table)[filing.key] = number
        if filing.table == "open":
            lengths = self.heads.setdefault(str(filing.key[:_HEAD]), {})
            lengths[len(filing.key)] = lengths.get(len(filing.key), 0) + 1

    def remove(self, filing: Filing, number: int) -> None:
        """Take a filed term out."""
        self.size -= 1
        table = getattr(self, filing.table)
        if filing.table in ("runs", "longer", "leads") and len(table[filing.key]) > 1:
            table[filing.key].remove(number)
            return
        del table[filing.key]
        if filing.table == "open":
            self._forget_length(str(filing.key))

    def _forget_length(self, text: str) -> None:
        lengths = self.heads[text[:_HEAD]]
        lengths[len(text)] -= 1
        if not lengths[len(text)]:
            del lengths[len(text)]
        if not lengths:
            del self.heads[text[:_HEAD]]

    def begun(self, words: Iterable[str]) -> Iterable[int]:
        """The numbers of the open words that begin one of `words`."""
        for word in words:
            for length in self.heads.get(word[:_HEAD], ()):
                number = self.open.get(word[:length])
                if number is not None:
                    yield number


class Lexicon:
    """Numbers terms, counts their uses, and finds those that a document holds."""

    def __init__(self) -> None:
        self._numbers: dict[Term | str, int] = {}
        self._terms: list[Term | str | None] = []
        self._uses: list[int] = []
        self._free: list[int] = []
        self._scopes = {"": Index(), "title": Index(), "body": Index()}

    def __len__(self) -> int:
        return len(self._numbers)

    def term(self, number: int) -> Term:
        """The term of a number in use. Raises `KeyError` for another."""
        term = self._terms[number]
        if term is None:
            raise KeyError(number)
        return Term((term,)) if isinstance(term, str) else term

    def use(self, term: Term) -> int:
        """The number of a term, one more use counted; it is looked for from its first on."""
        number = self._numbers.get(_short(term))
        if number is None:
            number = self._take_number(term)
            self._scopes[term.scope].add(filing(term), number)
        self._uses[number] += 1
        return number

    def drop(self, number: int) -> None:
        """One use less; after the last the term is looked for no more and its number is free."""
        self._uses[number] -= 1
        if not self._uses[number]:
            term = self.term(number)
            self._scopes[term.scope].remove(filing(term), number)
            del self._numbers[_short(term)]
            self._terms[number] = None
            self._free.append(number)

    def _take_number(self, term: Term) -> int:
        if self._free:
            number = self._free.pop()
            self._terms[number] = _short(term)
        else:
            number = len(self._terms)
            self._terms.append(_short(term))
            self._uses.append(0)
        self._numbers[_short(term)] = number
        return number

    def find(self, doc: Doc) -> set[int]:
        """The numbers of the terms that a document holds."""
        present: set[int] = set()
        split = doc.body_from
        for scope, start, end in (("", 0, len(doc.words)), ("title", 0, split), ("body", split, len(doc.words))):
            if self._scopes[scope].size:
                self._find(scope, doc, doc.stems[start:end], doc.words[start:end], present)
        return present

    def _find(self, scope: str, doc: Doc, stems: list[str], words: list[str], present: set[int]) -> None:
        index = self._scopes[scope]
        stem_set, pair_set = set(stems), set(pairwise(stems))
        present.update([index.words[word] for word in index.words.keys() & stem_set])
        present.update([index.duos[pair] for pair in index.duos.keys() & pair_set])
        if index.exact or index.open:
            word_set = set(words)
            present.update([index.exact[word] for word in index.exact.keys() & word_set])
            present.update(index.begun(word_set))
        if index.exact_duos:
            pairs = index.exact_duos.keys() & set(pairwise(words))
            present.update([index.exact_duos[pair] for pair in pairs])
        streams = [stream for stream in doc.streams if scope in ("", stream.field)]
        for pair in index.runs.keys() & pair_set:
            present.update([number for number in index.runs[pair] if self._holds_run(number, streams)])
        for table, keys in ((index.longer, pair_set), (index.leads, stem_set)):
            for key in table.keys() & keys:
                present.update([number for number in table[key] if self.term(number).occurrences(doc)])

    def _holds_run(self, number: int, streams: list[Stream]) -> bool:
        run = self.term(number).words[0]
        return any(run in stream.tokens.folded for stream in streams)


def _short(term: Term) -> Term | str:
    """A term as it is kept: most are one word anywhere, for which the word alone takes a third of the memory."""
    return term.words[0] if len(term.words) == 1 and not (term.scope or term.cased) else term


def filing(term: Term) -> Filing:
    """How a term is found."""
    row = term.tokens()
    if term.cased:
        return _by_pair(row)
    if len(row) == 1:
        table = "open" if row[0].open else "exact" if row[0].exact else "words"
        return Filing(table, row[0].text)
    if len(term.words) == 1:
        return Filing("runs", (row[0].text, row[1].text))
    if len(row) == 2 and not any(token.open or is_cjk(token.text) for token in row):
        return Filing("exact_duos" if row[0].exact else "duos", (row[0].text, row[1].text))
    return _by_pair(row)


def _by_pair(row: list[Token]) -> Filing:
    """By the first two neighbours that are whole words, or by a whole word, or (`go* pub*`) by what all texts hold."""
    keys = [token.key for token in row]
    pair = next(((one, other) for one, other in pairwise(keys) if one and other), None)
    return Filing("longer", pair) if pair else Filing("leads", next(filter(None, keys), ""))
