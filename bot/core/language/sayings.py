"""Fixed phrases in titles, searched for only if one of their first words occurs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from bot.core.language.pattern import late_pattern
from bot.core.language.runs import LETTERS, ascii_words

_WORD = re.compile("[a-z]+")
_SIGNS = re.compile(r"\\.|\[[^\]]*\]|[()|]")
"""The signs that end an alternative of a pattern, and those that only look so."""


class Saying(NamedTuple):
    """A name, its pattern for folded titles, and beginnings of words of which one occurs wherever it matches."""

    name: str
    begins: frozenset[str]
    pattern: re.Pattern[str]


class Sayings:
    """Sayings, indexed by the beginnings of their words."""

    def __init__(self, sayings: Iterable[Saying]) -> None:
        self._by_start: dict[str, list[Saying]] = {}
        for one in sayings:
            for begin in one.begins:
                self._by_start.setdefault(begin, []).append(one)

    def names(self, folded_title: str) -> set[str]:
        """The names of all sayings in a title."""
        known = self._by_start
        may_say = {one.name: one.pattern for begin in known.keys() & starts(folded_title) for one in known[begin]}
        return {name for name, pattern in may_say.items() if pattern.search(folded_title)}


def saying(name: str, begins: str, pattern: str) -> Saying:
    """Make a saying; `begins` as for `beginnings`."""
    return Saying(name, beginnings(begins), late_pattern(_by_words(pattern)))


def _by_words(pattern: str) -> str:
    """The same pattern, but with one test for the beginning of a word instead of one for each alternative."""
    parts = _alternatives(pattern)
    words = [part.removeprefix(r"\b") for part in parts if part.startswith(r"\b")]
    others = [part for part in parts if not part.startswith(r"\b")]
    return "|".join([rf"\b(?:{'|'.join(words)})", *others]) if words else pattern


def _alternatives(pattern: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for sign in _SIGNS.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(sign[0], 0)
        if sign[0] == "|" and not depth:
            parts.append(pattern[start : sign.start()])
            start = sign.end()
    return [*parts, pattern[start:]]


def beginnings(words: str) -> frozenset[str]:
    """The first three letters (in Chinese, the first character) of words given with spaces between."""
    return frozenset(words.split())


@lru_cache(maxsize=16)
def starts(folded_title: str) -> frozenset[str]:
    """The beginnings of a title's words. The last few results are cached, for several callers ask for one title."""
    if folded_title.isascii():
        return frozenset([word[:3] for word in ascii_words(folded_title, LETTERS)])
    return frozenset(folded_title).union([word[:3] for word in _WORD.findall(folded_title)])
