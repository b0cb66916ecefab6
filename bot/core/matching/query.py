"""The query language: text in, tree out, and back.

    query := or ;  or := and {("OR"|"|") and} ;  and := near {["AND"|"&"] near} ;  near := unary {"NEAR"["/"n] unary}
    unary := ("NOT"|"-") unary | field ":" unary | atom ;  atom := "(" or ")" | "phrase" | prefix* | /re2/ | word

A Pratt parser: each operator has a binding power, and an expression takes all operators that bind tighter than its
floor. `docs/query-language.md` describes the language for users.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.matching.canonical import canonical, unparse
from bot.core.matching.leaves import Leaves
from bot.core.matching.lexer import TEXT_FIELDS, Piece, near_distance, pieces, shown
from bot.core.matching.limits import DEEPEST, LONGEST, STORED_LONGEST, advice, anchored, failure, unanchored
from bot.core.matching.tree import And, Field, Near, Node, Not, Or, Phrase, Regex, all_of, any_of

__all__ = ["canonical", "parse", "stored", "unparse"]

_POWER = {"or": 1, "and": 2, "near": 3, "close": 0, "end": 0}
_IMPLICIT_AND = 2


def parse(text: str, *, longest: int = LONGEST) -> Node:
    """The tree of a query. Raises `QueryError`: one line that names the column and what would be right.

    `longest`: a longer text is refused unread (characters).
    """
    return _read(text, longest, Leaves())


def stored(text: str) -> Node:
    """The tree of a query as `unparse` printed it, which may be longer than what may be typed."""
    return _read(text, STORED_LONGEST, Leaves(kept=True))


def _read(text: str, longest: int, leaves: Leaves) -> Node:
    if len(text) > longest:
        raise failure(f"a query may have {longest} characters; this one has {len(text)}", longest + 1)
    return Parser(text, leaves).query()


class Parser:
    """One text, read once from left to right. `leaves` makes words, phrases, patterns and tests, within limits."""

    def __init__(self, text: str, leaves: Leaves) -> None:
        self._pieces = pieces(text)
        self._at = 0
        self._depth = 0
        self._leaves = leaves
        self._scope = ""
        self._columns: dict[int, int] = {}

    def query(self) -> Node:
        """The whole text as one tree."""
        if self._peek.kind == "end":
            raise failure("the query is empty; try words such as: chip AND (ban OR licence)", 1)
        tree = self._expression(0)
        if self._peek.kind == "close":
            raise failure("“)” has no matching “(”; remove it, or add “(” before it", self._peek.column)
        if not anchored(tree):
            self._refuse(tree)
        return tree

    def _refuse(self, tree: Node) -> None:
        guilty = unanchored(tree)
        first = guilty.parts[0] if isinstance(guilty, And | Or) else guilty
        raise failure(advice(guilty, in_or=isinstance(tree, Or)), self._columns.get(id(first), 1))

    @property
    def _peek(self) -> Piece:
        return self._pieces[self._at]

    def _take(self) -> Piece:
        piece = self._pieces[self._at]
        self._at += 1
        return piece

    def _expression(self, floor: int) -> Node:
        left = self._unary()
        while (power := _POWER.get(self._pieces[self._at].kind, _IMPLICIT_AND)) > floor:
            left = self._join(left, power)
        return left

    def _join(self, left: Node, power: int) -> Node:
        operator = self._take() if self._peek.kind in _POWER else None
        right = self._expression(power)
        if operator is None or operator.kind == "and":
            return all_of((left, right, *self._more(power)))
        if operator.kind == "or":
            return any_of((left, right, *self._more(power)))
        self._may_stand_near(left, operator, chained=True)
        self._may_stand_near(right, operator, chained=False)
        return Near(left, right, near_distance(operator))

    def _more(self, power: int) -> Iterator[Node]:
        """All further operands of the same operator, as one list: a tree rebuilt for each would take quadratic time."""
        while _POWER.get(kind := self._pieces[self._at].kind, _IMPLICIT_AND) == power:
            if kind in _POWER:
                self._at += 1
            yield self._expression(power)

    def _may_stand_near(self, node: Node, operator: Piece, *, chained: bool) -> None:
        parts = node.parts if isinstance(node, Or) else (node,)
        if all(isinstance(part, Phrase) for part in parts) or (chained and isinstance(node, Near)):
            return
        if isinstance(node, Field):
            raise failure(f"put NEAR inside the field: {node.name}:(chip NEAR ban)", operator.column)
        example = "h20 NEAR/5 (ban OR licence)"
        raise failure(f"NEAR joins words, phrases or (a OR b) groups, such as: {example}", operator.column)

    def _unary(self) -> Node:
        piece = self._take()
        node = self._leaves.word(piece, self._scope) if piece.kind == "word" else self._prefixed(piece)
        self._columns[id(node)] = piece.column
        return node

    def _prefixed(self, piece: Piece) -> Node:
        if piece.kind in ("open", "not", "field"):
            return self._nested(piece)
        if piece.kind == "phrase":
            return self._leaves.quoted(piece, self._scope)
        if piece.kind == "regex":
            return self._pattern(piece)
        return self._missing(piece)

    def _nested(self, piece: Piece) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise failure(f"this is nested deeper than {DEEPEST} levels; split it into several queries", piece.column)
        made = {"open": self._group, "not": self._negation, "field": self._field}[piece.kind](piece)
        self._depth -= 1
        return made

    def _group(self, piece: Piece) -> Node:
        if self._peek.kind == "close":
            raise failure("the parentheses are empty; put words between them", piece.column)
        inner = self._expression(0)
        if self._take().kind != "close":
            raise failure("“(” is never closed; add “)” at the end of the group", piece.column)
        return inner

    def _negation(self, piece: Piece) -> Node:
        return Not(self._unary())

    def _field(self, piece: Piece) -> Node:
        name = piece.text[:-1].lower()
        if self._scope:
            raise failure(f"{name}: can't be used inside {self._scope}:; close that group first", piece.column)
        if self._peek.kind == "end":
            raise failure(f"{name}: needs a value right after it", piece.column)
        self._scope = name
        inner = self._unary()
        self._scope = ""
        return Field(name, inner) if name in TEXT_FIELDS else inner

    def _pattern(self, piece: Piece) -> Regex:
        if self._scope:
            raise failure(f"a /pattern/ can't be used inside {self._scope}:; put it next to it", piece.column)
        return self._leaves.pattern(piece)

    def _missing(self, piece: Piece) -> Node:
        before = self._pieces[self._at - 2] if self._at > 1 else None
        if piece.kind == "end" and before is not None:
            raise failure(f"“{shown(before.text)}” needs a word after it", before.column)
        if piece.kind == "close":
            raise failure("a word is needed before “)”", piece.column)
        raise failure(f"“{shown(piece.text)}” needs a word before it", piece.column)
