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
    """Neighbouring words in one field, in this order.

    A word is a folded Latin (or other) token, or a run of CJK characters with nothing between them; a word that ends in
    `*` is a prefix. Plurals are folded unless `exact`. `cased`, if not "", is the spelling that the published text must
    have there.
    """

    words: tuple[str, ...]
    exact: bool = False
    cased: str = ""

    @property
    def chinese(self) -> bool:
        """Whether it contains Chinese characters."""
        return any(is_cjk(char) for word in self.words for char in word)


FILED = ("form", "source")
UPLOAD = "UPLOAD"
"""The form of a title that is nothing but owner/name, as hubs list uploaded models."""


@dataclass(frozen=True, slots=True)
class Regex:
    """An RE2 pattern, searched for in the title and body as published, case-insensitive."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Meta:
    """An exact test of an entry's metadata: source, form, lang, topic, after or before (a day, UTC)."""

    name: str
    value: str

    @property
    def filed(self) -> bool:
        """Whether entries can be looked up by it: the store files them by outlet and by form."""
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
    """Both are in one field without overlapping, the last token of one at most `distance` from the first of the other.

    Neighbouring words are 1 apart; a CJK character counts as a token. Operands are phrases, an Or of phrases, or, on
    the left, another Near; something is near that one if it is near any of the words that made it true.
    """

    left: Node
    right: Node
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    """The part, restricted to one field: "title" or "body"."""

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
    """Topics only: the part, judged as if words inside any of `phrases` were not there."""

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
    """The phrases that a tree looks for: neither negated nor blanked ones."""
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
