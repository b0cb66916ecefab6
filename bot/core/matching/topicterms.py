"""Parses the term strings of topic files into phrases and trees, resolving shared lists and entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from bot.core.errors import ConfigError, QueryError
from bot.core.language.text import is_cjk
from bot.core.matching.leaves import Leaves, phrase_of, words_of
from bot.core.matching.lexer import Piece
from bot.core.matching.query import Parser
from bot.core.matching.tree import Clause, Node, Phrase, any_of
from bot.core.tables import perhaps

_MOST_TERMS = 2000  # in one expression of a topic
_SHORTEST_OPEN = 2


def closest(word: str, known: Sequence[str]) -> str:
    """A hint for an error: the known word that may be meant, or the list of what there is."""
    return perhaps(word, known) or f"; there are {', '.join(known)}"


def phrase(term: str) -> Phrase:
    """The phrase of a term, in the syntax of topic files. Raises `ConfigError`, one line."""
    if term.startswith("="):
        text = term[1:].strip()
        return Phrase(_chunk(text, term), exact=True, cased=text.removesuffix("*"))
    if len(term) > 2 and term[0] == term[-1] == '"':
        return Phrase(_words(term[1:-1], term), exact=True)
    words = tuple(word for chunk in term.split() or [""] for word in _chunk(chunk, term))
    if len(words) == 1 and words[0].endswith("*") and len(words[0]) <= _SHORTEST_OPEN:
        raise ConfigError(f"“{term}”: * needs at least {_SHORTEST_OPEN} letters before it")
    return Phrase(words)


def _chunk(chunk: str, term: str) -> tuple[str, ...]:
    words = _words(chunk.removesuffix("*"), term)
    return words if not chunk.endswith("*") or is_cjk(words[-1]) else (*words[:-1], words[-1] + "*")


def _words(text: str, term: str) -> tuple[str, ...]:
    if "*" in text:
        raise ConfigError(f"“{term}”: * may only end a word")
    words = words_of(text)
    if not words:
        raise ConfigError(f"“{term}” has no letters or digits to look for")
    return words


class Vocabulary:
    """The shared lists and the entity table, which terms may name."""

    def __init__(self, lists: Mapping[str, Sequence[str]], entities: Mapping[str, Mapping[str, Any]]) -> None:
        self._lists = lists
        self._entities = entities
        self._known: dict[str, tuple[Phrase, ...]] = {}  # what a name stands for: topics name the same ones often
        self._alternatives: dict[str, Node] = {}
        self.phrase, self.phrase_of = cache(phrase), cache(phrase_of)  # forgotten with it, once topics are loaded
        self._known_strong: dict[str, tuple[Node, ...]] = {}

    def phrases(self, terms: object, where: str) -> list[Phrase]:
        """The phrases of a list of terms, with `@` names resolved, each once. `where` names the list in errors."""
        try:
            found = list(dict.fromkeys(chain.from_iterable(self._resolved(term, ()) for term in strings(terms))))
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None
        if terms and not found:
            raise ConfigError(f"{where}: {', '.join(strings(terms))}: there is no term in it")
        return found

    def alternatives(self, term: str) -> Node:
        """An Or of the phrases that a name with `@` stands for."""
        if term not in self._alternatives:
            self._alternatives[term] = any_of(self.phrases([term], "query"))
        return self._alternatives[term]

    def strong(self, terms: object, where: str) -> list[Node]:
        """Trees for a list of strong terms: as `phrases`, but names that need context are combined with it."""
        try:
            found = [node for term in strings(terms) for node in self._strong(term, ())]
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from None
        return list(dict.fromkeys(found))

    def queries(self, expressions: object) -> list[Node]:
        """The trees of expressions of the query language."""
        return [self._query(text) for text in strings(expressions)]

    def _query(self, text: str) -> Node:
        try:
            return Parser(text, _TopicLeaves(self)).query()
        except QueryError as error:
            raise ConfigError(f"queries: “{text}”: {error}") from None

    def _resolved(self, term: str, seen: tuple[str, ...]) -> tuple[Phrase, ...]:
        if not term.startswith("@"):
            return (self.phrase(term),)
        if term not in self._known:
            self._known[term] = tuple(dict.fromkeys(self._phrases(term, seen)))
        return self._known[term]

    def _phrases(self, term: str, seen: tuple[str, ...]) -> Iterable[Phrase]:
        if term.startswith("@entity:"):
            return map(self.phrase, self._names(self._entity(term)))
        if term.startswith("@group:"):
            plain = (row for row in self._group(term) if not row.get("context"))
            return (self.phrase(name) for row in plain for name in self._names(row))
        return (found for inner in self._list(term, seen) for found in self._resolved(inner, (*seen, term)))

    def _strong(self, term: str, seen: tuple[str, ...]) -> tuple[Node, ...]:
        if not term.startswith("@"):
            return (self.phrase(term),)
        if term not in self._known_strong:
            self._known_strong[term] = tuple(self._nodes(term, seen))
        return self._known_strong[term]

    def _nodes(self, term: str, seen: tuple[str, ...]) -> Iterable[Node]:
        if term.startswith("@entity:"):
            return (self._named(self._entity(term)),)
        if term.startswith("@group:"):
            return map(self._named, self._group(term))
        return (node for inner in self._list(term, seen) for node in self._strong(inner, (*seen, term)))

    def _named(self, row: Mapping[str, Any]) -> Node:
        names, context = tuple(map(self.phrase, self._names(row))), tuple(map(self.phrase, row.get("context", ())))
        return Clause(names, context) if context else any_of(names)

    def _list(self, term: str, seen: tuple[str, ...]) -> Sequence[str]:
        if term in seen:
            raise ConfigError(f"{term} holds itself")
        if term[1:] not in self._lists:
            raise ConfigError(f"{term} is no list{closest(term[1:], sorted(self._lists))}")
        return strings(self._lists[term[1:]])

    def _entity(self, term: str) -> Mapping[str, Any]:
        name = term.removeprefix("@entity:")
        if name not in self._entities:
            raise ConfigError(f"{term}: no such entity{perhaps(name, self._entities)}")
        return self._entities[name]

    def _group(self, term: str) -> list[Mapping[str, Any]]:
        name = term.removeprefix("@group:")
        rows = [row for row in self._entities.values() if row.get("group") == name]
        if not rows:
            groups = sorted({row["group"] for row in self._entities.values() if "group" in row})
            raise ConfigError(f"{term}: no entity is of this group{closest(name, groups)}")
        return rows

    def _names(self, row: Mapping[str, Any]) -> list[str]:
        return list(dict.fromkeys(filter(None, (row.get("name", ""), *row.get("names", ()), *row.get("zh", ())))))


class _TopicLeaves(Leaves):
    """Words of a topic's expression: also `@list`, `=Cased` and short prefixes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(most_terms=_MOST_TERMS, most_prefixes=_MOST_TERMS, phrase_of=vocabulary.phrase_of)
        self._vocabulary = vocabulary

    def word(self, piece: Piece, scope: str) -> Node:
        """A word, or everything that an `@` name stands for."""
        if piece.text.startswith("@"):
            return self._vocabulary.alternatives(piece.text)
        if piece.text.startswith("=") or (piece.text.endswith("*") and len(piece.text) > _SHORTEST_OPEN):
            return self._vocabulary.phrase(piece.text)
        return super().word(piece, scope)


def strings(terms: object) -> Sequence[str]:
    """Check that a value is a list of words, and return it. Raises `ConfigError` otherwise."""
    if isinstance(terms, list | tuple) and all(isinstance(term, str) for term in terms):
        return terms
    raise ConfigError(f'a list of words in quotes is needed, such as ["chip", "芯片"], not {terms!r:.60}')
