"""Full text for PostgreSQL: our index terms as a tsvector, and the expressions of the full-text index as a tsquery.

Each term is a lexeme, whatever characters it has; nothing is stemmed or dropped. Labels stand for the columns: A is the
title, B the body, C single CJK characters. A tsvector has positions up to 16,383, and 256 of a lexeme (PostgreSQL
manual, "Limitations" of text search): a phrase that first occurs beyond them is found by its words alone.
"""

from __future__ import annotations

import re

from bot.core.errors import StoreError
from bot.core.language.text import is_cjk

_MOST_PLACES, _LAST, _LONGEST = 256, 16_383, 2_046
_GAP = 32  # between title and body: no phrase, and nothing NEAR, spans them
_TOKEN = re.compile(
    r'\s*(?:"(?P<term>(?:[^"]|"")*)"(?P<prefix>\s*\*)?|(?P<op>AND|OR|NOT|NEAR|[(),:{}-])|(?P<word>\w+))'
)
_LABELS = {"title": "A", "body": "B", "chars": "C"}
_NEAR = 10  # FTS5's own default


def vector(title: str, body: str, chars: str) -> str:
    """The literal of a tsvector for index terms, each text space-joined."""
    places: dict[str, list[str]] = {}
    words = title.split()
    _placed(places, words, 1, "A")
    _placed(places, body.split(), len(words) + _GAP, "B")
    _placed(places, chars.split(), _LAST, "C")
    return " ".join(f"{_lexeme(term)}:{','.join(at[:_MOST_PLACES])}" for term, at in places.items())


def _placed(places: dict[str, list[str]], words: list[str], first: int, label: str) -> None:
    for at, word in enumerate(words, first):
        places.setdefault(word, []).append(f"{min(at, _LAST)}{label}")


def _lexeme(term: str) -> str:
    short = term.encode()[:_LONGEST].decode(errors="ignore")
    return "'" + short.replace("\\", "\\\\").replace("'", "''") + "'"


def query(expression: str) -> str:
    """A tsquery for an expression as `Lookups.search` takes it. Raises `StoreError` (kind "query")."""
    return _Reader(expression).whole()


class _Reader:
    """Reads FTS5's grammar, as far as it is used: NOT binds tightest, then AND, then OR."""

    def __init__(self, expression: str) -> None:
        self._tokens = self._read(expression)
        self._at = 0

    def whole(self) -> str:
        found = self._or("")
        if self._at < len(self._tokens):
            raise _unreadable(f"{self._tokens[self._at].group().strip()} is not expected there")
        return found

    def _read(self, expression: str) -> list[re.Match[str]]:
        tokens, at = [], 0
        text = expression.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _unreadable(f"unexpected {text[at : at + 10].strip()}")
            tokens.append(found)
            at = found.end()
        return tokens

    def _next(self, *operators: str) -> bool:
        """Whether one of these comes next; if so, it is consumed."""
        if self._at < len(self._tokens) and self._tokens[self._at]["op"] in operators:
            self._at += 1
            return True
        return False

    def _or(self, labels: str) -> str:
        parts = [self._and(labels)]
        while self._next("OR"):
            parts.append(self._and(labels))
        return _joined(parts, " | ")

    def _and(self, labels: str) -> str:
        parts = [self._not(labels)]
        while self._next("AND"):
            parts.append(self._not(labels))
        return _joined(parts, " & ")

    def _not(self, labels: str) -> str:
        found = self._part(labels)
        while self._next("NOT"):
            found = f"({found} & !({self._part(labels)}))"
        return found

    def _part(self, labels: str) -> str:
        if self._next("("):
            found = self._or(labels)
            self._expect(")")
            return found
        if self._next("NEAR"):
            return self._near(labels)
        token = self._token()
        if token["word"] in _LABELS:
            self._expect(":")
            return self._part(_LABELS[token["word"]])
        if token["term"] is None:
            raise _unreadable(f"{token.group().strip()} is not expected there")
        return _phrase(token["term"].replace('""', '"'), labels, prefix=bool(token["prefix"]))

    def _near(self, labels: str) -> str:
        self._expect("(")
        terms = []
        while self._at < len(self._tokens) and (token := self._tokens[self._at])["term"] is not None:
            terms.append(_phrase(token["term"].replace('""', '"'), labels, prefix=bool(token["prefix"])))
            self._at += 1
        between = int(self._token()["word"] or _NEAR) if self._next(",") else _NEAR
        self._expect(")")
        if len(terms) != 2:
            raise _unreadable("NEAR takes two terms")
        orders = ((terms[0], terms[1]), (terms[1], terms[0]))
        return _joined([f"({a} <{n}> {b})" for a, b in orders for n in range(between + 2)], " | ")

    def _token(self) -> re.Match[str]:
        if self._at >= len(self._tokens):
            raise _unreadable("it ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if not self._next(sign):
            raise _unreadable(f"{sign} is missing")


def _joined(parts: list[str], operator: str) -> str:
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"


def _phrase(text: str, labels: str, *, prefix: bool) -> str:
    words = text.split()
    if not words:
        raise _unreadable("an empty term")
    if prefix and len(text) == 1 and is_cjk(text):
        return f"{_lexeme(text)}:C"  # a single character is looked up as one, not as the beginning of pairs
    lexemes = [_lexeme(word) + (f":{labels}" if labels else "") for word in words]
    if prefix:
        lexemes[-1] = f"{_lexeme(words[-1])}:*{labels}"
    return _joined(lexemes, " <-> ")


def _unreadable(why: str) -> StoreError:
    return StoreError(f"full text can't search for that: {why}", "query")
