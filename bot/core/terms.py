"""Terms: what the engine looks for. A term is a phrase in a scope; here is what it means for it to stand somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.core.document import Doc
from bot.core.plural import stem
from bot.core.text import is_cjk
from bot.core.tree import Phrase

Occurrence = tuple[int, int]
"""Positions: first token and one past the last."""


class Token(NamedTuple):
    """One token of a term. `text` is a stem, or a folded word when `exact`, or a beginning when `open`."""

    text: str
    exact: bool = False
    open: bool = False
    glued: bool = False

    @property
    def key(self) -> str:
        """The stem that a text must hold for this token to be there; "" for the beginning of a word."""
        return "" if self.open else stem(self.text) if self.exact else self.text

    def positions(self, doc: Doc) -> list[int]:
        """Where it stands, in order."""
        if self.open:
            return [at for at, word in enumerate(doc.words) if word.startswith(self.text)]
        found = doc.places.get(self.key, [])
        return [at for at in found if doc.words[at] == self.text] if self.exact else found

    def fits(self, doc: Doc, position: int) -> bool:
        """Whether the token at a position is this one."""
        if self.open:
            return doc.words[position].startswith(self.text)
        if (doc.words if self.exact else doc.stems)[position] != self.text:
            return False
        return not self.glued or doc.glued(position)


class Term(NamedTuple):
    """A phrase, looked for in `scope`: "" (everywhere), "title" or "body"."""

    phrase: Phrase
    scope: str = ""

    def tokens(self) -> list[Token]:
        """Its tokens: a run of CJK characters is one for each character, glued."""
        found: list[Token] = []
        for word in self.phrase.words:
            if word.endswith("*"):
                found.append(Token(word[:-1], open=True))
            elif is_cjk(word):
                found += (Token(char, glued=index > 0) for index, char in enumerate(word))
            else:
                exact = self.phrase.exact or bool(self.phrase.cased)
                found.append(Token(word if exact else stem(word), exact))
        return found

    def occurrences(self, doc: Doc) -> list[Occurrence]:
        """Everywhere that it stands, in order."""
        row = self.tokens()
        if len(row) == 1 and not self.scope and not self.phrase.cased:
            return [(at, at + 1) for at in row[0].positions(doc)]
        low, high = self._bounds(doc, len(row))
        found = [(at, at + len(row)) for at in _starts(row, doc) if low <= at < high and _fits(row, doc, at)]
        if self.phrase.cased:
            found = [place for place in found if self._is_cased(doc.published(*place))]
        return found

    def _is_cased(self, text: str) -> bool:
        return text.startswith(self.phrase.cased) if self.phrase.words[-1].endswith("*") else text == self.phrase.cased

    def _bounds(self, doc: Doc, length: int) -> Occurrence:
        """First and one past the last position where it can begin."""
        low = doc.body_from if self.scope == "body" else 0
        high = doc.body_from if self.scope == "title" else len(doc.words)
        return low, high - length + 1


def _starts(row: list[Token], doc: Doc) -> Iterable[int]:
    """Positions where a row of tokens may begin: the places of its rarest closed token, moved back to the first."""
    places = [(token.positions(doc), index) for index, token in enumerate(row) if not token.open]
    if not places:
        return (at for at in row[0].positions(doc))
    rarest, index = min(places, key=lambda place: len(place[0]))
    return (at - index for at in rarest)


def _fits(row: list[Token], doc: Doc, at: int) -> bool:
    return all(token.fits(doc, at + index) for index, token in enumerate(row))
