"""Limits on user queries: their size, and that each needs at least one term to look up."""

from __future__ import annotations

from bot.core.errors import QueryError
from bot.core.matching.tree import Alone, And, Blank, Clause, Field, Meta, Near, Node, Not, Or, Phrase, Regex

LONGEST = 512
STORED_LONGEST = 16_384  # printing can lengthen a query (ligatures, spaces), never beyond this
MOST_TERMS = 64
DEEPEST = 8
MOST_PREFIXES = 5
SHORTEST_PREFIX = 3
MOST_PATTERNS = 2
LONGEST_PATTERN = 260
DEFAULT_NEAR = 5
FARTHEST_NEAR = 20


def failure(message: str, column: int) -> QueryError:
    """An error with its column, as one line."""
    return QueryError(f"{message} (column {column})", column)


def anchored(node: Node) -> bool:
    """Whether the node needs some word, phrase, prefix, form or outlet to hold; it is filed under these."""
    if isinstance(node, And):
        return any(anchored(part) for part in node.parts)
    if isinstance(node, Or):
        return all(anchored(part) for part in node.parts)
    if isinstance(node, Field | Blank | Alone):
        return anchored(node.part)
    return isinstance(node, Phrase | Near | Clause) or (isinstance(node, Meta) and node.filed)


def unanchored(node: Node) -> Node:
    """The smallest part of a node because of which it is not `anchored`."""
    if isinstance(node, Or):
        return unanchored(next(part for part in node.parts if not anchored(part)))
    return unanchored(node.part) if isinstance(node, Field | Blank | Alone) else node


def advice(node: Node, in_or: bool) -> str:
    """Why a part without an anchor is refused, with what to write instead."""
    where = "this side of OR" if in_or else "this query"
    if isinstance(node, Not):
        return f"{where} only rules things out; add a word that must be there, such as: chip -potato"
    if isinstance(node, Regex):
        return f"a /pattern/ alone is too slow to look for; add a word beside it: nvidia {_shown(node)}"
    if isinstance(node, Meta):
        return f"{node.name}: alone matches too much; add a word that must be there: {_shown(node)} chip"
    return f"{where} has no word that must be there; add one, such as: chip lang:zh"


def _shown(node: Regex | Meta) -> str:
    text = f"/{node.pattern}/" if isinstance(node, Regex) else f"{node.name}:{node.value}"
    return text if len(text) <= 40 else text[:39] + "…"
