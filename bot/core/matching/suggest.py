"""Spelling suggestions for a query that finds nothing, from words seen in titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from bot.core.language.commonwords import STOP, prior
from bot.core.language.stems import suffixless
from bot.core.matching.tree import And, Field, Meta, Near, Node, Not, Or, Phrase, all_of, any_of

T = TypeVar("T")
_FARTHEST = 2  # edits; one for short words
_WORD = re.compile(r"\w+")
_PART = re.compile(r"\band\b|[,、()（）与和]")
_SMALL = re.compile(r'("[^"]*")|(?<=\S )(?:or|and|not|near(?:/\d+)?|或者?|和|与|與|且)(?= \S)')
_CALLED = {"或": "OR", "或者": "OR", **dict.fromkeys("和与與且", "AND")}
_CHINESE = 3  # characters that name what they end: two may be any word
_SHORTEST, _SHORT = 4, 6  # letters; nearly every word shorter than the first is one edit from another


def nearest(word: str, seen: Mapping[str, int]) -> str:
    """The seen word with the fewest edits (a letter removed, added or changed, or two swapped); of these the commonest.

    At most two edits, one for words of up to five letters; "" if there is none. `seen`: how often each word occurs.
    """
    if len(word) < _SHORTEST or not word.isascii():
        return ""
    most = _FARTHEST if len(word) >= _SHORT else 1
    letters = frozenset(word)
    near = (
        (edits, -times, other)
        for other, times in seen.items()
        if abs(len(other) - len(word)) <= most
        and len(letters.symmetric_difference(other)) <= 2 * most
        and (edits := distance(word, other)) <= most
    )
    return min(near, default=(0, 0, ""))[2]


def in_capitals(query: str) -> str:
    """The query with `or`, `and`, `not` and `near` between words as operators; "" if it has none of these.

    In small letters, or in Chinese, they are words to look for. In quotes they stay as they are.
    """
    made = _SMALL.sub(lambda found: found[1] or _CALLED.get(found[0], found[0].upper()), query)
    return made if made != query else ""


def near_topic(typed: str, names: Mapping[str, T]) -> T | None:
    """The topic of which a query may be a misspelling; `names` maps folded ids and titles to their topic.

    A user who means the words can put them in quotes or join them with operators.
    """
    return names.get(nearest(typed, dict.fromkeys(names, 1))) if len(typed) >= _SHORT else None


def has_words(called: str, typed: str) -> bool:
    """Whether each typed word begins a word of a name, apart from a plural's s. Both are folded.

    Chinese has no word breaks: there the name must contain the typed text.
    """
    names, words = _WORD.findall(called), _WORD.findall(typed)
    return bool(words) and all(_stands_in(names, word) if word.isascii() else word in called for word in words)


def names_it(called: str, typed: str) -> bool:
    """Whether typed words name what is `called` so, and are not merely some of its words. Both are folded.

    Each part of "IPOs and listings" names it, if it is no common word. Of a longer part, the last word names it
    together with one before it: "export controls" of "Chip export controls", but neither "export" nor "chip". In
    Chinese, a part or its end does.
    """
    words = set(map(_single, _WORD.findall(typed)))
    parts = (list(map(_single, _WORD.findall(part))) for part in _PART.split(called))
    return any(_name(part[:-1], part[-1], words) for part in parts if part)


def _name(before: list[str], last: str, words: set[str]) -> bool:
    if not last.isascii():
        return any(last == word or (len(word) >= _CHINESE and last.endswith(word)) for word in words)
    if last not in words or before:
        return last in words and not words.isdisjoint(before)
    return last not in STOP and suffixless(last) not in prior()


def _single(word: str) -> str:
    return word.removesuffix("s") if len(word) >= _SHORTEST else word


def _stands_in(names: list[str], word: str) -> bool:
    return any(name.startswith(_single(word)) for name in names)


def distance(one: str, other: str) -> int:
    """The number of edits between two words (optimal string alignment: a letter takes part in one swap only)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for there, char in enumerate(other, 1):
            cost = min(before[there] + 1, row[-1] + 1, before[there - 1] + (letter != char))
            if at > 1 and there > 1 and letter == other[there - 2] and one[at - 2] == char:
                cost = min(cost, older[there - 2] + 1)
            row.append(cost)
    return row[-1]


def respelled(node: Node, instead: Mapping[str, str]) -> Node:
    """A tree with words of its phrases replaced, and outlets (keyed by "source:" and the name)."""
    if isinstance(node, Phrase):
        return Phrase(tuple(instead.get(word, word) for word in node.words), node.exact, node.cased)
    if isinstance(node, And):
        return all_of(respelled(part, instead) for part in node.parts)
    if isinstance(node, Or):
        return any_of(respelled(part, instead) for part in node.parts)
    if isinstance(node, Near):
        return Near(respelled(node.left, instead), respelled(node.right, instead), node.distance)
    if isinstance(node, Field):
        return Field(node.name, respelled(node.part, instead))
    if isinstance(node, Meta) and node.name == "source":
        return Meta("source", instead.get(f"source:{node.value}", node.value))
    return Not(respelled(node.part, instead)) if isinstance(node, Not) else node
