"""Queries compiled for the engine: nested tuples over term numbers, small enough to keep by the million.

A program is a term's number, or a tuple that begins with its operation (`AND` … `BLANK`). Equal canonical trees give
equal programs as long as their terms are in use, so a program is also the key by which equal queries are shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from bot.core.matching.termindex import TermIndex
from bot.core.matching.terms import Term, term_of
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

AND, OR, ANY, NEAR, CLAUSE, BLANK, ALONE, NOT, META, REGEX = range(10)
"""The operations, by increasing cost: the parts of an And are in this order, plain terms first."""

Program = int | tuple[Any, ...]
_MANY = 8  # terms or parts in an Or from which on a look-up pays


class Many(tuple[Any, ...]):
    """An Or of many parts. Like any program, it equals the tuple of its parts."""

    @cached_property
    def _by_term(self) -> dict[int, list[Program]]:
        """The parts by a set of terms of which one must be there; under -1 those that need none."""
        found: dict[int, list[Program]] = {}
        for part in self[1:]:
            for number in min(required(part), key=len, default=(-1,)):
                found.setdefault(number, []).append(part)
        return found

    def within(self, present: set[int]) -> Iterator[Any]:
        """The parts that may hold if the terms `present` are there."""
        parts = self._by_term
        for number in parts.keys() & present:
            yield from parts[number]
        yield from parts.get(-1, ())


def build(node: Node, terms: TermIndex, scope: str = "") -> Program:
    """The program of a canonical tree. Its terms are looked for from now on; whoever keeps it counts their use."""
    return _Building(terms, scope).of(node)


class _Building(dict[Phrase, int]):
    """Builds programs in one scope ("" or a field), and remembers the numbers of phrases: topics name the same ones
    again and again, through lists and groups.
    """

    __slots__ = ("_inner", "_scope", "_terms")

    def __init__(self, terms: TermIndex, scope: str) -> None:
        self._terms, self._scope = terms, scope
        self._inner: dict[str, _Building] = {}

    def __missing__(self, phrase: Phrase) -> int:
        number = self[phrase] = self._terms.number(term_of(phrase, self._scope))
        return number

    def of(self, node: Node) -> Program:
        if isinstance(node, Phrase):
            return self[node]
        if isinstance(node, And):
            return (AND, *sorted(map(self.of, node.parts), key=_cost))
        if isinstance(node, Or):
            return self._any(node)
        if isinstance(node, Near):
            return (NEAR, self.of(node.left), self.of(node.right), node.distance)
        if isinstance(node, Not):
            return (NOT, self.of(node.part))
        if isinstance(node, Field):
            return self._within(node.name).of(node.part)
        return self._special(node)

    def _special(self, node: Meta | Regex | Clause | Blank | Alone) -> Program:
        if isinstance(node, Meta):
            return self._terms.number(Term((node.value,), node.name)) if node.filed else (META, node.name, node.value)
        if isinstance(node, Regex):
            return (REGEX, node.pattern)
        if isinstance(node, Alone):
            return (ALONE, self.of(node.part))
        if isinstance(node, Clause):
            return (CLAUSE, self._set(node.weak), self._set(node.context), node.title_only)
        return (BLANK, self.of(node.part), self._set(node.phrases))

    def _any(self, node: Or) -> Program:
        if are_phrases(node.parts):
            several = list(map(self.__getitem__, node.parts))
            return (ANY, frozenset(several)) if len(several) >= _MANY else (OR, *several)
        parts = list(map(self.of, node.parts))
        plain = [part for part in parts if isinstance(part, int)]
        if len(plain) < _MANY:
            return _any_of(parts)
        rest = [part for part in parts if not isinstance(part, int)]
        return _any_of([(ANY, frozenset(plain)), *rest]) if rest else (ANY, frozenset(plain))

    def _set(self, phrases: Iterable[Phrase]) -> frozenset[int]:
        return frozenset(map(self._within("").__getitem__, phrases))

    def _within(self, scope: str) -> _Building:
        if scope == self._scope:
            return self
        if scope not in self._inner:
            self._inner[scope] = _Building(self._terms, scope)
        return self._inner[scope]


def _any_of(parts: list[Program]) -> Program:
    return Many((OR, *parts)) if len(parts) >= _MANY else (OR, *parts)


def _cost(part: Program) -> int:
    return -1 if isinstance(part, int) else int(part[0])


def required(program: Program) -> list[frozenset[int]]:
    """Sets of terms: for the program to hold, one term of each set must be there."""
    if isinstance(program, int):
        return [frozenset((program,))]
    kind = program[0]
    if kind in (AND, NEAR):
        return [found for part in (program[1:] if kind == AND else program[1:3]) for found in required(part)]
    if kind == OR:
        sides = [required(part) for part in program[1:]]
        return [frozenset().union(*(min(side, key=len) for side in sides))] if all(sides) else []
    if kind == CLAUSE:
        return [program[1], program[2]]
    if kind in (BLANK, ALONE):
        return required(program[1])
    return [program[1]] if kind == ANY else []


def numbers(program: Program) -> set[int]:
    """The number of every term of a program."""
    if isinstance(program, int):
        return {program}
    found: set[int] = set()
    for part in _under(program):
        if isinstance(part, int):
            found.add(part)
        else:
            found |= part if isinstance(part, frozenset) else numbers(part)
    return found


def among(program: Program, present: set[int]) -> set[int]:
    """The terms of a program that are in `present`; found by set operations, however many terms it has."""
    if isinstance(program, int):
        return {program} & present
    found: set[int] = set()
    for part in _under(program):
        found |= present & part if isinstance(part, frozenset) else among(part, present)
    return found


def _under(program: tuple[Any, ...]) -> tuple[Program | frozenset[int], ...]:
    """The programs and sets of terms directly under a program."""
    if program[0] in (META, REGEX):
        return ()
    return program[1:3] if program[0] in (NEAR, CLAUSE, BLANK) else program[1:]
