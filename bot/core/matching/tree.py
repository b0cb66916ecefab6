"""The syntax tree of queries and topics. Nodes are frozen and comparable. What they mean: `bot.core.matching.evaluate`.

`all_of` and `any_of` build flat trees: an And holds no And, an Or no Or, and neither holds a single part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeGuard

from bot.core.language.text import is_cjk


class Phrase(NamedTuple):
    """Words that stand side by side in one field, in this order.

    A word is a folded Latin (or other) token, or a run of CJK characters that must stand with nothing between; one
    that ends in `*` is the beginning of a token. Plurals are folded unless `exact`. `cased`, when not "", is the
    spelling that the original text must have there.
    """

    words: tuple[str, ...]
    exact: bool = False
    cased: str = ""

    @property
    def chinese(self) -> bool:
        """Whether it has Chinese characters in it."""
        return any(is_cjk(char) for word in self.words for char in word)


FILED = ("form", "source")
UPLOAD = "UPLOAD"
"""The form of a title that is nothing but owner/name, as hubs list the models put up on them."""


@dataclass(frozen=True, slots=True)
class Regex:
    """An RE2 pattern, searched in the title and in the body as published, case-blind."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Meta:
    """An exact test of what is known of an entry: source, form, lang, topic, after or before (a day, UTC)."""

    name: str
    value: str

    @property
    def filed(self) -> bool:
        """Whether entries can be looked up by it: an outlet's and a form's are few, and their names are kept."""
        return self.name in FILED and self.value != UPLOAD


@dataclass(frozen=True, slots=True)
class And:
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """A part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Near:
    """Both stand in one field, not overlapping, the last token of one at most `distance` from the first of the other.

    Words side by side are 1 apart; a CJK character counts as a token. Operands are phrases, an Or of phrases or, on
    the left, another Near: what is near any of the words that made it true is near it.
    """

    left: Node
    right: Node
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    """The part, looked for in "title" or in "body" only."""

    name: str
    part: Node


@dataclass(frozen=True, slots=True)
class Clause:
    """Topics only: a `weak` and a `context` phrase in one clause (or in one title), not overlapping."""

    weak: tuple[Phrase, ...]
    context: tuple[Phrase, ...]
    title_only: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """Topics only: the part, where words inside any of `phrases` count for nothing."""

    part: Node
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class Alone:
    """Topics only: the part holds for a document's lead and one part of its title, if this is a round-up's; the rest
    of the text and the other parts count for nothing."""

    part: Node


Node = Phrase | Regex | Meta | And | Or | Not | Near | Field | Clause | Blank | Alone


def all_of(parts: Iterable[Node]) -> Node:
    """An And of the parts, flattened; the part itself when there is one. Raises `ValueError` for none."""
    flat = tuple(inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,)))
    return _joined(And, flat)


def any_of(parts: Iterable[Node]) -> Node:
    """An Or of the parts, flattened; the part itself when there is one. Raises `ValueError` for none."""
    return _joined(Or, tuple(chain.from_iterable([part.parts if isinstance(part, Or) else (part,) for part in parts])))


def _joined(kind: type[And | Or], flat: tuple[Node, ...]) -> Node:
    if not flat:
        raise ValueError("a tree needs at least one part")
    return flat[0] if len(flat) == 1 else kind(flat)


def are_phrases(parts: tuple[Node, ...]) -> TypeGuard[tuple[Phrase, ...]]:
    """Whether all parts are phrases. Lists are long, and hardly ever anything else."""
    return set(map(type, parts)) == {Phrase}


def children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, And | Or):
        return node.parts
    if isinstance(node, Near):
        return (node.left, node.right)
    if isinstance(node, Not | Field | Alone):
        return (node.part,)
    if isinstance(node, Blank):
        return (node.part, *node.phrases)
    return (*node.weak, *node.context) if isinstance(node, Clause) else ()


def sought(node: Node) -> Iterator[Phrase]:
    """The phrases that speak for a tree: neither what rules it out nor what is set aside."""
    if isinstance(node, Phrase):
        yield node
    elif isinstance(node, Blank):
        yield from sought(node.part)
    elif not isinstance(node, Not):
        for child in children(node):
            yield from sought(child)


def leaves(node: Node) -> Iterator[Node]:
    """Every phrase, pattern and test of a tree, from left to right."""
    under = children(node)
    if not under:
        yield node
    for child in under:
        yield from leaves(child)
