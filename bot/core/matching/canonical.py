"""Query trees as text, and the canonical form that all equivalent queries share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from bot.core.language.plural import stem
from bot.core.language.text import is_cjk
from bot.core.matching.limits import DEFAULT_NEAR
from bot.core.matching.tree import (
    Alone,
    And,
    Blank,
    Clause,
    Field,
    Meta,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    are_phrases,
)

_BARE = re.compile(r"[a-z0-9][a-z0-9./-]*", re.IGNORECASE)
_OR, _AND, _NEAR, _TIGHT = 1, 2, 3, 4
_MANY = 16  # parts from which on their canonical form is remembered: lists, which topics name again and again
_Text = tuple[str, int]
"""A printed node, and how tightly its operator binds."""


def unparse(node: Node) -> str:
    """The text of a query, which `parse` turns into the same tree. (Topics have parts that the language can't express;
    these are printed for people to read.)"""
    return _printed(node)[0]


def _printed(node: Node) -> _Text:
    if isinstance(node, Phrase):
        return _phrase(node), _TIGHT
    if isinstance(node, Or | And):
        return _joined(node, map(_printed, node.parts))
    if isinstance(node, Near):
        return _beside(node, _printed(node.left), _printed(node.right))
    if isinstance(node, Not | Field | Alone | Blank):
        return _around(node, _printed(node.part))
    return _leaf(node), _TIGHT


def _within(said: _Text, floor: int) -> str:
    return said[0] if said[1] > floor else f"({said[0]})"


def _joined(node: And | Or, parts: Iterable[_Text]) -> _Text:
    word, power = (" OR ", _OR) if isinstance(node, Or) else (" ", _AND)
    return word.join([text if binds > power else f"({text})" for text, binds in parts]), power


def _beside(node: Near, left: _Text, right: _Text) -> _Text:
    operator = "NEAR" if node.distance == DEFAULT_NEAR else f"NEAR/{node.distance}"
    return f"{_within(left, _NEAR - 1)} {operator} {_within(right, _NEAR)}", _NEAR


def _around(node: Not | Field | Alone | Blank, part: _Text) -> _Text:
    if isinstance(node, Alone):
        return f"ALONE{{{part[0]}}}", _TIGHT
    inner = _within(part, _NEAR)
    if isinstance(node, Not):
        return "-" + inner, _TIGHT
    if isinstance(node, Field):
        return f"{node.name}:{inner}", _TIGHT
    return f"{inner} BLANK{{{' OR '.join(map(_phrase, node.phrases))}}}", _TIGHT


def _leaf(node: Meta | Regex | Clause) -> str:
    if isinstance(node, Meta):
        return f"{node.name}:{node.value if _BARE.fullmatch(node.value) else chr(34) + node.value + chr(34)}"
    if isinstance(node, Regex):
        return f"/{node.pattern}/"
    sides = (" OR ".join(map(_phrase, side)) for side in (node.weak, node.context))
    return f"{'title' if node.title_only else 'clause'}{{{' WITH '.join(sides)}}}"


def _phrase(node: Phrase) -> str:
    if node.cased:
        return "=" + node.cased + ("*" if node.words[-1].endswith("*") else "")
    return '"' + " ".join(node.words) + '"' if node.exact else "-".join(node.words)


def canonical(node: Node) -> Node:
    """A form that equivalent queries share: parts sorted and deduplicated, plurals folded, double NOTs removed."""
    return _meant(node)[0]


def _meant(node: Node) -> tuple[Node, _Text]:
    """The canonical node and its text, by which the parent sorts it, so that nothing is printed twice."""
    if isinstance(node, Phrase):
        text, phrase = _meant_phrase(node)
        return phrase, (text, _TIGHT)
    if isinstance(node, And | Or):
        return _long_sorted(node) if len(node.parts) >= _MANY else _sorted(node)
    if isinstance(node, Near):
        return _near(_meant(node.left), _meant(node.right), node.distance)
    if isinstance(node, Not | Field | Alone | Blank):
        return _holding(node, *_meant(node.part))
    return node, (_leaf(node), _TIGHT)


def _holding(node: Not | Field | Alone | Blank, part: Node, text: _Text) -> tuple[Node, _Text]:
    if isinstance(node, Not) and isinstance(part, Not):
        return part.part, _printed(part.part)
    made = replace(node, part=part)
    return made, _around(made, text)


@lru_cache(maxsize=32_768)
def _meant_phrase(node: Phrase) -> tuple[str, Phrase]:
    """The text of a phrase, and the phrase without plurals and without an exactness that changes nothing."""
    if not node.cased and not (node.exact and not all(map(is_cjk, node.words))):
        node = Phrase(tuple(map(_singular, node.words)))
    return _phrase(node), node


def forget_phrases() -> None:
    """Free the memory that speeds up query after query: once many were loaded, few come for a long time."""
    _meant_phrase.cache_clear()
    _long_sorted.cache_clear()


def _sorted(node: And | Or) -> tuple[Node, _Text]:
    """The canonical parts: flattened, each once, sorted by their text, negated ones last."""
    kind = type(node)
    if kind is Or and are_phrases(node.parts):
        return _sorted_phrases(node.parts)
    found: dict[str, tuple[Node, _Text]] = {}
    for part in node.parts:
        made = _meant(part)
        if isinstance(made[0], kind):
            found |= {(text := _printed(inner))[0]: (inner, text) for inner in made[0].parts}
        else:
            found[made[1][0]] = made
    rows = [found[text] for text in sorted(found)]
    if ruled_out := [row for row in rows if isinstance(row[0], Not)]:
        rows = [*(row for row in rows if not isinstance(row[0], Not)), *ruled_out]
    if len(rows) == 1:
        return rows[0]
    flat = kind(tuple([inner for inner, _ in rows]))
    return flat, _joined(flat, [text for _, text in rows])


def _sorted_phrases(phrases: Iterable[Phrase]) -> tuple[Phrase | Or, _Text]:
    """The same for alternatives that are all phrases, as nearly all long lists of topics are."""
    found = dict(map(_meant_phrase, phrases))
    texts = sorted(found)
    if len(texts) == 1:
        return found[texts[0]], (texts[0], _TIGHT)
    return Or(tuple(map(found.__getitem__, texts))), (" OR ".join(texts), _OR)


_long_sorted = lru_cache(maxsize=512)(_sorted)


def _near(left: tuple[Node, _Text], right: tuple[Node, _Text], distance: int) -> tuple[Near, _Text]:
    """Sort two plain operands by their text. The left operand of a chain stays: a chain is read from the left."""
    if not isinstance(left[0], Near) and right[1][0] < left[1][0]:
        left, right = right, left
    made = Near(left[0], right[0], distance)
    return made, _beside(made, left[1], right[1])


@lru_cache(maxsize=16_384)
def _singular(word: str) -> str:
    """The shortest readable word that has the same stem."""
    root = stem(word)
    if root == word:
        return word
    tries = (root, root + "e", word[:-1])
    return next((form for form in tries if form and stem(form) == root), word)
