"""Trees as text, and the one form that all equal queries share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from bot.core.limits import DEFAULT_NEAR
from bot.core.plural import stem
from bot.core.text import is_cjk
from bot.core.tree import Alone, And, Blank, Clause, Field, Meta, Near, Node, Not, Or, Phrase, Regex

_BARE = re.compile(r"[a-z0-9][a-z0-9./-]*", re.IGNORECASE)
_Leaf = Phrase | Regex | Meta | Not | Field | Clause | Blank | Alone
_OR, _AND, _NEAR, _TIGHT = 1, 2, 3, 4


def unparse(node: Node) -> str:
    """The query's text: `parse` gives the same tree back. (Topics have parts that the language can't say; they are
    printed so that people can read them.)"""
    return _print(node, 0)


def _print(node: Node, floor: int) -> str:
    text, power = _printed(node)
    return f"({text})" if power <= floor else text


def _printed(node: Node) -> tuple[str, int]:
    if isinstance(node, Or):
        return " OR ".join(_print(part, _OR) for part in node.parts), _OR
    if isinstance(node, And):
        return " ".join(_print(part, _AND) for part in node.parts), _AND
    if isinstance(node, Near):
        operator = "NEAR" if node.distance == DEFAULT_NEAR else f"NEAR/{node.distance}"
        return f"{_print(node.left, _NEAR - 1)} {operator} {_print(node.right, _NEAR)}", _NEAR
    return _leaf(node), _TIGHT


def _leaf(node: _Leaf) -> str:
    if isinstance(node, Phrase):
        return _phrase(node)
    if isinstance(node, Not):
        return "-" + _print(node.part, _NEAR)
    if isinstance(node, Field):
        return f"{node.name}:{_print(node.part, _NEAR)}"
    if isinstance(node, Meta):
        return f"{node.name}:{node.value if _BARE.fullmatch(node.value) else chr(34) + node.value + chr(34)}"
    if isinstance(node, Regex):
        return f"/{node.pattern}/"
    return _topic_only(node)


def _phrase(node: Phrase) -> str:
    if node.cased:
        return "=" + node.cased + ("*" if node.words[-1].endswith("*") else "")
    return '"' + " ".join(node.words) + '"' if node.exact else "-".join(node.words)


def _topic_only(node: Clause | Blank | Alone) -> str:
    if isinstance(node, Alone):
        return f"ALONE{{{_print(node.part, 0)}}}"
    if isinstance(node, Clause):
        sides = (" OR ".join(map(_phrase, side)) for side in (node.weak, node.context))
        return f"{'title' if node.title_only else 'clause'}{{{' WITH '.join(sides)}}}"
    return f"{_print(node.part, _NEAR)} BLANK{{{' OR '.join(map(_phrase, node.phrases))}}}"


def canonical(node: Node) -> Node:
    """The same for queries that can only match alike: parts sorted and each once, plurals and double NOTs folded."""
    if isinstance(node, And | Or):
        return _sorted(type(node), node.parts)
    if isinstance(node, Not):
        inner = canonical(node.part)
        return inner.part if isinstance(inner, Not) else Not(inner)
    if isinstance(node, Near):
        return _near(canonical(node.left), canonical(node.right), node.distance)
    if isinstance(node, Field):
        return Field(node.name, canonical(node.part))
    if isinstance(node, Alone):
        return Alone(canonical(node.part))
    if isinstance(node, Blank):
        return Blank(canonical(node.part), node.phrases)
    if isinstance(node, Phrase) and not node.cased and not (node.exact and not all(map(is_cjk, node.words))):
        return Phrase(tuple(map(_singular, node.words)))
    return node


def _sorted(kind: type[And | Or], parts: Iterable[Node]) -> Node:
    """The canonical parts, flattened, each once, in order of their text, what is ruled out last."""
    texts: dict[str, Node] = {}
    for part in map(canonical, parts):
        for inner in part.parts if isinstance(part, kind) else (part,):
            texts[_phrase(inner) if isinstance(inner, Phrase) else unparse(inner)] = inner
    flat = [part for _, part in sorted(texts.items(), key=lambda item: (isinstance(item[1], Not), item[0]))]
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _near(left: Node, right: Node, distance: int) -> Near:
    """Two plain operands in order of their text; the left one of a chain stays, since a chain is read from the left."""
    if not isinstance(left, Near) and unparse(right) < unparse(left):
        left, right = right, left
    return Near(left, right, distance)


@lru_cache(maxsize=16_384)
def _singular(word: str) -> str:
    """The shortest readable word that has the same stem."""
    root = stem(word)
    tries = (root, root + "e", word[:-1])
    return next((form for form in tries if form and stem(form) == root), word)
