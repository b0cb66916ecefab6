"""The term index: numbers all terms of all rules, and finds them in a document in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.matching.document import Doc
from bot.core.matching.index import Index, filing
from bot.core.matching.terms import Term
from bot.core.matching.traits import Shapes, Traits, add, traits


class TermIndex:
    """Assigns numbers to terms, counts their uses, and finds those that a document holds."""

    def __init__(self) -> None:
        self._numbers: dict[Term | str, int] = {}
        self._terms: list[Term | str | None] = []
        self._uses: list[int] = []
        self._free: list[int] = []
        self._shapes = Shapes()
        self._scopes = {scope: Index(self._shapes) for scope in ("", "title", "body")}
        self._filed: dict[tuple[str, str], int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def term(self, number: int) -> Term:
        """The term of a number. Raises `KeyError` if the number is not in use."""
        term = self._terms[number]
        if term is None:
            raise KeyError(number)
        return Term((term,)) if isinstance(term, str) else term

    def number(self, term: Term) -> int:
        """The number of a term. The term is looked for from now on, even before `use` counts it."""
        short = _short(term)
        number = self._numbers.get(short)
        if number is None:
            number = self._take_number(short)
            self._add(term, number)
        return number

    def use(self, numbers: Iterable[int]) -> None:
        """Count one more use of each number's term."""
        for number in numbers:
            self._uses[number] += 1

    def drop(self, numbers: Iterable[int]) -> None:
        """Count one use less of each. After its last use a term is no longer looked for, and its number is free."""
        for number in numbers:
            self._uses[number] -= 1
            if not self._uses[number]:
                term = self.term(number)
                self._remove(term, number)
                del self._numbers[_short(term)]
                self._terms[number] = None
                self._free.append(number)

    def _add(self, term: Term, number: int) -> None:
        if term.filed:
            self._filed[term.scope, term.words[0]] = number
        else:
            self._scopes[term.scope].add(filing(term), number)

    def _remove(self, term: Term, number: int) -> None:
        if term.filed:
            del self._filed[term.scope, term.words[0]]
        else:
            self._scopes[term.scope].remove(filing(term), number)

    def _take_number(self, short: Term | str) -> int:
        if self._free:
            number = self._free.pop()
            self._terms[number] = short
        else:
            number = len(self._terms)
            self._terms.append(short)
            self._uses.append(0)
        self._numbers[short] = number
        return number

    def find(self, doc: Doc) -> set[int]:
        """The numbers of the terms that a document holds."""
        present: set[int] = set()
        doubtful: list[int] = []
        for scope, shown in self._shown(doc):
            doubtful += self._scopes[scope].find(shown, present)
        present.update([number for number in doubtful if self.term(number).occurrences(doc)])
        if self._filed:
            present.update([self._filed[key] for key in doc.filed() if key in self._filed])
        return present

    def _shown(self, doc: Doc) -> Iterator[tuple[str, Traits]]:
        """The traits of each scope, one after the other; those of the whole document are the fields' combined."""
        if not (self._scopes["title"].size or self._scopes["body"].size):
            yield "", traits(doc, "", self._shapes)
            return
        title = traits(doc, "title", self._shapes)
        yield "title", title
        if len(doc.streams) > 1:
            body = traits(doc, "body", self._shapes)
            yield "body", body
            add(title, body)
        yield "", title


def _short(term: Term) -> Term | str:
    """A term as it is stored: for one word in any field, as most are, the word alone takes a third of the memory."""
    return term.words[0] if len(term.words) == 1 and not (term.scope or term.cased) else term
