"""Terms, the unit of matching: a phrase in a scope, and where it occurs in a document."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bot.core.language.plural import stem
from bot.core.language.text import is_cjk
from bot.core.matching.document import Doc
from bot.core.matching.tree import FILED, Phrase

Occurrence = tuple[int, int]
"""The positions of the first token and of one past the last."""


class Token(NamedTuple):
    """One token of a term. `text` is a stem; a folded word if `exact`; a prefix if `open`."""

    text: str
    exact: bool = False
    open: bool = False
    glued: bool = False

    @property
    def key(self) -> str:
        """The stem that a text must hold for this token to be there; "" for a prefix."""
        return "" if self.open else stem(self.text) if self.exact else self.text

    def positions(self, doc: Doc) -> list[int]:
        """The positions where it may be, in order; for an exact word, those of any form of it."""
        if self.open:
            text = self.text
            return [at for at, word in enumerate(doc.words) if word.startswith(text)]
        return doc.places.get(self.key, [])

    def fits(self, doc: Doc, position: int) -> bool:
        """Whether the token at a position is this one."""
        if self.open:
            return doc.words[position].startswith(self.text)
        if (doc.words if self.exact else doc.stems)[position] != self.text:
            return False
        return not self.glued or doc.glued(position)


class Term(NamedTuple):
    """Words that must be neighbours in `scope`: "" (everywhere), "title" or "body"; or a form or an outlet (`FILED`).

    A word is a stem, `"word` for an exact one, `word*` for a prefix, or a run of CJK characters, so that phrases with
    the same meaning are one term. `cased` as in `Phrase`.
    """

    words: tuple[str, ...]
    scope: str = ""
    cased: str = ""

    @property
    def filed(self) -> bool:
        """Whether it is a form or an outlet: of the entry, not of its text."""
        return self.scope in FILED

    def tokens(self) -> tuple[Token, ...]:
        """Its tokens; a run of CJK characters gives one for each, glued together."""
        return _tokens(self.words)

    def occurrences(self, doc: Doc) -> list[Occurrence]:
        """All of its occurrences, in order; none for a form or an outlet, which are not in the text."""
        if self.filed:
            return []
        word = self.words[0]
        if len(self.words) == 1 and word.isalnum() and word.isascii() and not self.scope:
            return [(at, at + 1) for at in doc.places.get(word, ())]  # the usual case, without detours
        if self.cased and not any(self.cased in stream.tokens.text for stream in doc.streams):
            return []
        row = self.tokens()
        low, high = self._bounds(doc, len(row))
        found = [(at, at + len(row)) for at in _starts(row, doc) if low <= at < high and _fits(row, doc, at)]
        return [place for place in found if self._is_cased(doc.shown(*place)[1])] if self.cased else found

    def _is_cased(self, text: str) -> bool:
        return text.startswith(self.cased) if self.words[-1].endswith("*") else text == self.cased

    def _bounds(self, doc: Doc, length: int) -> Occurrence:
        """The range of positions at which it can begin."""
        low = doc.body_from if self.scope == "body" else 0
        high = min(doc.body_from, len(doc.words)) if self.scope == "title" else len(doc.words)
        return low, high - length + 1


@lru_cache(maxsize=32_768)
def term_of(phrase: Phrase, scope: str) -> Term:
    """The term of a phrase, cached: topics name the same phrases again and again, through lists and groups."""
    exact = phrase.exact or phrase.cased != ""
    return Term(tuple([_mark(word, exact=exact) for word in phrase.words]), scope, phrase.cased)


def forget_terms() -> None:
    """Free the cache of terms, as `bot.core.matching.canonical.forget_phrases` frees its own."""
    term_of.cache_clear()
    _tokens.cache_clear()


@lru_cache(maxsize=32_768)
def _tokens(words: tuple[str, ...]) -> tuple[Token, ...]:
    found: list[Token] = []
    for word in words:
        if word[0] == '"':
            found.append(Token(word[1:], exact=True))
        elif word[-1] == "*":
            found.append(Token(word[:-1], open=True))
        elif is_cjk(word):
            found += (Token(char, glued=index > 0) for index, char in enumerate(word))
        else:
            found.append(Token(word))
    return tuple(found)


def _mark(word: str, *, exact: bool) -> str:
    if word.endswith("*") or is_cjk(word):
        return word
    return '"' + word if exact else stem(word)


def _starts(row: tuple[Token, ...], doc: Doc) -> Iterable[int]:
    """Positions at which a sequence of tokens may begin: those of its rarest closed token, moved back to the first."""
    places = [(token.positions(doc), index) for index, token in enumerate(row) if not token.open]
    if not places:
        return row[0].positions(doc)
    rarest, index = min(places, key=lambda place: len(place[0]))
    return (at - index for at in rarest)


def _fits(row: tuple[Token, ...], doc: Doc, at: int) -> bool:
    for token in row:  # a loop, since this is the engine's innermost
        if not token.fits(doc, at):
            return False
        at += 1
    return True
