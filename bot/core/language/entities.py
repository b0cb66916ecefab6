"""The entity table and the glossary: they let one thing be recognised by all its names in English and Chinese.

An entity is a company, person, place or product with all its names, tickers and accounts (`config/entities.toml`).
The glossary turns common Chinese words into English ones, only so that two reports of one event can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import Any

from bot.core.errors import ConfigError
from bot.core.language.commonwords import STOP
from bot.core.language.meaning import Embedder
from bot.core.language.stems import suffixless
from bot.core.language.text import fold, tokens

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LONGEST = 12  # tokens or characters of a name


@dataclass(frozen=True, slots=True)
class Entity:
    """One row of the table. `context`: for a name that is also a common word, words of which the text must hold one.

    `unlike`: longer Chinese words, or parts of two, that contain one of its names by chance (集中芯片 contains 中芯).
    `cik` is the SEC's number, `hf` and `github` account names; `group` collects rows for topics (`@group:chip`);
    `venue` marks an exchange, a regulator and the like, whose events of one week have nothing else in common;
    `unverified` marks a row that nobody has checked.
    """

    id: str
    name: str
    names: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    tickers: tuple[str, ...] = ()
    cik: str = ""
    hf: str = ""
    github: str = ""
    context: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    group: str = ""
    venue: bool = False
    unverified: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every form that may occur in a text."""
        return tuple(dict.fromkeys((self.name, *self.names, *self.zh, *self.tickers)))


_KINDS = {one.name: one.type for one in fields(Entity)}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Look-up by name. Built once by `lexicon`; `known` also answers "2513.HK", "cik:…", "hf:…", "github:…".

    `spelled` maps an id to the terms of all the entity's names: stems, and pairs of Chinese characters. `han_lengths`
    and `gloss_lengths` map a first character to the possible lengths of words. `embed`, if any, makes sentence vectors.
    """

    latin: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
    han: Mapping[str, tuple[str, ...]]
    glossary: Mapping[str, tuple[str, ...]]
    han_lengths: Mapping[str, tuple[int, ...]]
    gloss_lengths: Mapping[str, tuple[int, ...]]
    contexts: Mapping[str, re.Pattern[str]]
    keys: Mapping[str, str]
    venues: frozenset[str] = frozenset()
    spelled: Mapping[str, frozenset[str]] = field(default_factory=dict)
    embed: Embedder | None = None

    def entities(self, folded: str, words: Sequence[str]) -> frozenset[str]:
        """The ids of the entities that a folded text names; `words` are its tokens."""
        if not self.keys:
            return frozenset()
        found = set() if self.latin.keys().isdisjoint(words) else set(self._latin_names(words))
        if not folded.isascii() and _HAN.search(folded):
            found.update(self._han_names(folded))
        return frozenset([name for name in found if self._fits(name, folded)])

    def glosses(self, runs: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """For each known word in runs of Chinese characters, longest first, the stems of its English translations."""
        if self.glossary:
            for run in runs:
                yield from (self.glossary[word] for word in _longest(run, self.gloss_lengths, self.glossary))

    def known(self, name: str) -> str:
        """The id of the entity with this name, ticker or account; "" when there is none."""
        return self.keys.get(fold(name).strip(), "")

    def _latin_names(self, words: Sequence[str]) -> Iterable[str]:
        known = self.latin
        for at in [at for at, word in enumerate(words) if word in known]:
            for name, entity in known[words[at]]:
                if tuple(words[at : at + len(name)]) == name:
                    yield entity

    def _han_names(self, folded: str) -> Iterable[str]:
        for word in _longest(folded, self.han_lengths, self.han):
            yield from self.han[word]

    def _fits(self, entity: str, folded: str) -> bool:
        context = self.contexts.get(entity)
        return context is None or context.search(folded) is not None


NOTHING = Lexicon({}, {}, {}, {}, {}, {}, {})
"""The lexicon that knows no name and no word."""


def entities(table: Mapping[str, Any], origin: str = "entities.toml") -> tuple[Entity, ...]:
    """The entities of a parsed file. Raises `ConfigError` naming an invalid row."""
    return tuple(map(_entity, entity_rows(table, origin)))


def _entity(row: Mapping[str, Any]) -> Entity:
    values: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    return Entity(**values)


def entity_rows(table: Mapping[str, Any], origin: str) -> list[Mapping[str, Any]]:
    """The `[[entity]]` rows of a parsed file. Raises `ConfigError` naming an invalid row."""
    rows = table.get("entity", [])
    if not isinstance(rows, list):
        raise ConfigError(f"{origin}: write [[entity]] with two brackets, once for each entity")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping) or not all(_fits(row, key) for key in {"id", "name", *row}):
            name = row.get("id", "no id") if isinstance(row, Mapping) else "no id"
            raise ConfigError(
                f"{origin}: entity {number} ({name!s:.40}) needs id and name, and may have names, zh, tickers, "
                "context, unlike (lists), cik, hf, github, group (texts), venue, unverified (true)"
            )
    return rows


def _fits(row: Mapping[str, Any], key: str) -> bool:
    """Whether a row's value is of the kind that its key has."""
    kind, value = _KINDS.get(key), row.get(key)
    if kind == "tuple[str, ...]":
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    return isinstance(value, bool if kind == "bool" else str) and kind is not None


def lexicon(rows: Sequence[Entity], glossary: Mapping[str, str] | None = None) -> Lexicon:
    """Build the look-up. `glossary` maps English words to the Chinese ones that mean them, space-separated."""
    latin: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    han: dict[str, list[str]] = {}
    keys: dict[str, str] = {}
    contexts: dict[str, re.Pattern[str]] = {}
    venues: list[str] = []
    for row in rows:
        if row.venue:
            venues.append(row.id)
        if row.context:
            contexts[row.id] = _context(row.context)
        for spelling in row.spellings:
            _file(fold(spelling), row.id, latin, han)
        for word in row.unlike:
            han.setdefault(fold(word), [])  # found first, as the longer word, and nobody's name
        for key in _keys(row):
            keys.setdefault(key, row.id)
    words = _by_chinese(glossary or {})
    return Lexicon(
        {first: tuple(names) for first, names in latin.items()},
        {name: tuple(dict.fromkeys(ids)) for name, ids in han.items()},
        words,
        _lengths(han),
        _lengths(words),
        contexts,
        keys,
        frozenset(venues),
        {row.id: _terms(row) for row in rows},
    )


def _terms(row: Entity) -> frozenset[str]:
    """The terms of all names of an entity, as they occur in texts."""
    names = [fold(spelling) for spelling in row.spellings]
    pairs = [one + other for name in names if _HAN.search(name) for one, other in pairwise(name)]
    return frozenset([*pairs, *(suffixless(word) for name in names for word in tokens(name).texts)])


def _context(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the words in a folded text: Latin words whole ("ai" is also in "said"), or in the plural."""
    patterns = (re.escape(fold(word)) for word in words)
    return re.compile("|".join(f"(?<![a-z0-9]){word}s?(?![a-z0-9])" if word.isascii() else word for word in patterns))


def _file(
    spelling: str, entity: str, latin: dict[str, list[tuple[tuple[str, ...], str]]], han: dict[str, list[str]]
) -> None:
    if _HAN.search(spelling):
        han.setdefault(spelling, []).append(entity)
    elif words := tuple(tokens(spelling).texts):
        latin.setdefault(words[0], []).append((words, entity))


def _keys(row: Entity) -> list[str]:
    accounts = (("cik", row.cik), ("hf", row.hf), ("github", row.github))
    return [fold(name) for name in row.spellings] + [f"{kind}:{fold(name)}" for kind, name in accounts if name]


def _by_chinese(glossary: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Chinese word → the stems of its English translations."""
    out: dict[str, dict[str, None]] = {}
    for english, chinese in glossary.items():
        for word in fold(chinese).split():
            out.setdefault(word, {}).update(dict.fromkeys(_english(english)))
    return {word: tuple(stems) for word, stems in out.items()}


def _english(words: str) -> tuple[str, ...]:
    plain = words.isascii() and words.replace(" ", "").isalnum()  # nearly all: no need to look for their tokens
    texts = words.lower().split() if plain else tokens(words).texts
    return tuple([suffixless(word) for word in texts if word not in STOP])


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """First character → the lengths of the words that begin with it, longest first."""
    by_first: dict[str, set[int]] = {}
    for word in words:
        by_first.setdefault(word[0], set()).add(min(len(word), _LONGEST))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in by_first.items()}


def _longest(text: str, lengths: Mapping[str, tuple[int, ...]], table: Mapping[str, object]) -> Iterable[str]:
    """Words of `table` in `text`, from left to right, the longest that begins at each place, never overlapping."""
    end = 0  # of the last word
    for at, first in enumerate(text):
        if at < end or first not in lengths:
            continue
        for length in lengths[first]:
            word = text[at : at + length]
            if word in table:
                yield word
                end = at + length
                break
