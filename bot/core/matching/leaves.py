"""The leaves of a query (words, phrases, patterns, field tests), and the limits on their number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bot.core.language.languages import code_called, language_of, not_a_language
from bot.core.language.text import filed_name, fold, is_cjk, is_run, tokens
from bot.core.matching.lexer import META_FIELDS, Piece, shown
from bot.core.matching.limits import LONGEST_PATTERN, MOST_PATTERNS, MOST_PREFIXES, MOST_TERMS, SHORTEST_PREFIX, failure
from bot.core.matching.regex import compiled
from bot.core.matching.tree import Meta, Node, Phrase, Regex


def words_of(text: str) -> tuple[str, ...]:
    """The words of a phrase: its tokens, with adjacent CJK characters joined to one run."""
    if text.isascii() and text.isalnum():
        return (text.lower(),)
    if not text.isascii() and is_run(folded := fold(text)):
        return (folded,)
    stream = tokens(text)
    words: list[str] = []
    for index, token in enumerate(stream.texts):
        if is_cjk(token) and words and is_cjk(words[-1]) and stream.glued(index):
            words[-1] += token
        else:
            words.append(token)
    return tuple(words)


def phrase_of(text: str, *, exact: bool = False) -> Phrase | None:
    """The phrase that a piece of text stands for; a trailing `*` makes its last word a prefix. None without words.

    Chinese is always exact, and a run of characters has no open end.
    """
    words = words_of(text)
    if not words:
        return None
    if not exact and text.endswith("*") and not is_cjk(words[-1]):
        words = (*words[:-1], words[-1] + "*")
    return Phrase(words, exact and not all(map(is_cjk, words)))


class Leaves:
    """Makes leaves and counts them. Raises `QueryError` for a leaf that is empty, malformed or one too many.

    A `kept` query may name an unknown language, for an older version accepted it. `phrase_of` reads a bare word.
    """

    def __init__(
        self,
        *,
        most_terms: int = MOST_TERMS,
        most_prefixes: int = MOST_PREFIXES,
        kept: bool = False,
        phrase_of: Callable[[str], Phrase | None] = phrase_of,
    ) -> None:
        self._kept = kept
        self._phrase_of = phrase_of
        self._most_terms = most_terms
        self._most_prefixes = most_prefixes
        self._terms = self._prefixes = self._patterns = 0

    def word(self, piece: Piece, scope: str) -> Node:
        """A bare word: a phrase of its tokens, or the value of an exact test."""
        self._count(piece)
        if scope in META_FIELDS:
            if "*" in piece.text:
                raise failure(f"{scope}: compares exactly; remove the *", piece.column)
            return _meta(piece, scope, self._kept)
        if "*" in piece.text.rstrip("*"):
            raise failure(f"* may only end a word, not as in “{shown(piece.text)}”", piece.column)
        phrase = self._phrase_of(piece.text)
        if phrase is None:
            raise failure(f"“{shown(piece.text)}” has no letters or digits to look for", piece.column)
        if phrase.words[-1].endswith("*"):
            self._count_prefix(phrase, piece)
        return phrase

    def quoted(self, piece: Piece, scope: str) -> Node:
        """A quoted phrase, exact."""
        self._count(piece)
        if scope in META_FIELDS:
            return _meta(piece, scope, self._kept)
        phrase = phrase_of(piece.text, exact=True)
        if phrase is None:
            raise failure("the quotation marks hold no letters or digits to look for", piece.column)
        return phrase

    def pattern(self, piece: Piece) -> Regex:
        """A pattern, compiled once as a check."""
        self._count(piece)
        self._patterns += 1
        if self._patterns > MOST_PATTERNS:
            raise failure(f"a query may have {MOST_PATTERNS} patterns", piece.column)
        if len(piece.text) > LONGEST_PATTERN:
            raise failure(f"a pattern may have {LONGEST_PATTERN} characters; this has {len(piece.text)}", piece.column)
        try:
            compiled(piece.text)
        except ValueError as error:
            raise failure(str(error), piece.column) from None
        return Regex(piece.text)

    def _count(self, piece: Piece) -> None:
        self._terms += 1
        if self._terms > self._most_terms:
            raise failure(f"a query may have {self._most_terms} terms; split it into several", piece.column)

    def _count_prefix(self, phrase: Phrase, piece: Piece) -> None:
        self._prefixes += 1
        if sum(map(str.isalnum, "".join(phrase.words))) < SHORTEST_PREFIX:
            raise failure(f"* needs at least {SHORTEST_PREFIX} letters before it, such as: licen*", piece.column)
        if self._prefixes > self._most_prefixes:
            raise failure(f"a query may have {self._most_prefixes} words with *; write some out", piece.column)


def _meta(piece: Piece, name: str, kept: bool) -> Meta:
    value = filed_name(piece.text.replace('"', " "))
    if not value:
        raise failure(f"{name}: needs a value right after it", piece.column)
    if name == "lang":
        value = code_called(value)
        if not kept and not language_of(value):
            raise failure(not_a_language(value), piece.column)
    check = _CHECKS.get(name)
    return Meta(name, check(value, piece) if check else value)


def _day(value: str, piece: Piece) -> str:
    if len(value) == 10:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise failure(f"“{shown(value)}” is not a date; write a day such as 2026-01-31", piece.column)


_CHECKS: dict[str, Callable[[str, Piece], str]] = {
    "form": lambda value, _: value.upper(),
    "after": _day,
    "before": _day,
}
