"""Queries compiled for the engine: nested tuples over term numbers, small enough to keep by the million.

A program is a term's number, or a tuple that begins with what it does (`AND` … `BLANK`). Equal canonical trees give
equal programs as long as their terms are in use, so that a program is also the key by which equal queries are shared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from bot.core.termindex import TermIndex
from bot.core.terms import Term, term_of
from bot.core.tree import Alone, And, Blank, Clause, Field, Meta, Near, Node, Not, Or, Phrase, Regex

AND, OR, ANY, NEAR, CLAUSE, BLANK, ALONE, NOT, META, REGEX = range(10)
"""What a program does; in an And the parts stand in this order of cost, plain terms first."""

Program = int | tuple[Any, ...]
_MANY = 8  # terms or parts in an Or from which on a look-up pays


class Many(tuple[Any, ...]):
    """An Or of many parts. Like any program it equals the tuple of the same parts."""

    @cached_property
    def _by_term(self) -> dict[int, list[Program]]:
        """Each part under terms of which one must be there for it to hold; under -1 those that need none."""
        found: dict[int, list[Program]] = {}
        for part in self[1:]:
            for number in min(required(part), key=len, default=(-1,)):
                found.setdefault(number, []).append(part)
        return found

    def within(self, present: set[int]) -> Iterator[Any]:
        """The parts that may hold where the terms `present` are there."""
        parts = self._by_term
        for number in parts.keys() & present:
            yield from parts[number]
        yield from parts.get(-1, ())


def build(node: Node, terms: TermIndex, scope: str = "") -> Program:
    """The program of a canonical tree; every term in it is counted as used once more."""
    if isinstance(node, Phrase):
        return terms.use(term_of(node, scope))
    if isinstance(node, And):
        parts = [build(part, terms, scope) for part in node.parts]
        return (AND, *sorted(parts, key=_cost))
    if isinstance(node, Or):
        return _alternatives([build(part, terms, scope) for part in node.parts], terms)
    if isinstance(node, Near):
        return (NEAR, build(node.left, terms, scope), build(node.right, terms, scope), node.distance)
    if isinstance(node, Not):
        return (NOT, build(node.part, terms, scope))
    if isinstance(node, Field):
        return build(node.part, terms, node.name)
    return _special(node, terms, scope)


def _special(node: Meta | Regex | Clause | Blank | Alone, terms: TermIndex, scope: str) -> Program:
    if isinstance(node, Meta):
        return terms.use(Term((node.value,), node.name)) if node.filed else (META, node.name, node.value)
    if isinstance(node, Regex):
        return (REGEX, node.pattern)
    if isinstance(node, Alone):
        return (ALONE, build(node.part, terms, scope))
    if isinstance(node, Clause):
        return (CLAUSE, _set(node.weak, terms), _set(node.context, terms), node.title_only)
    return (BLANK, build(node.part, terms, scope), _set(node.phrases, terms))


def _set(phrases: Iterable[Phrase], terms: TermIndex) -> frozenset[int]:
    return frozenset(terms.use(term) for term in {term_of(phrase, "") for phrase in phrases})


def _alternatives(parts: list[Program], terms: TermIndex) -> Program:
    plain = [part for part in parts if isinstance(part, int)]
    if len(plain) < _MANY:
        return _any_of(parts)
    several = frozenset(plain)
    for number, uses in Counter(plain).items():
        for _ in range(uses - 1):  # a set counts each once
            terms.drop(number)
    rest = [part for part in parts if not isinstance(part, int)]
    return _any_of([(ANY, several), *rest]) if rest else (ANY, several)


def _any_of(parts: list[Program]) -> Program:
    return Many((OR, *parts)) if len(parts) >= _MANY else (OR, *parts)


def _cost(part: Program) -> int:
    return -1 if isinstance(part, int) else int(part[0])


def parts_of(program: Program) -> tuple[Program, ...]:
    """The programs directly under one."""
    if isinstance(program, int) or program[0] in (META, REGEX):
        return ()
    if program[0] == NEAR:
        return program[1:3]
    if program[0] == CLAUSE:
        return (*program[1], *program[2])
    if program[0] == BLANK:
        return (program[1], *program[2])
    return tuple(program[1]) if program[0] == ANY else program[1:]


def required(program: Program) -> list[frozenset[int]]:
    """Sets of terms of each of which one must be there for the program to hold."""
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


def numbers(program: Program) -> Iterator[int]:
    """The number of every term of a program, as often as it was counted as used."""
    if isinstance(program, int):
        yield program
    for part in parts_of(program):
        yield from numbers(part)


def among(program: Program, present: set[int]) -> set[int]:
    """Those of `present` that are terms of a program: by set operations, however many terms it has."""
    if isinstance(program, int):
        return {program} & present
    if program[0] in (META, REGEX):
        return set()
    found: set[int] = set()
    for part in program[1:3] if program[0] in (NEAR, CLAUSE, BLANK) else program[1:]:
        found |= present & part if isinstance(part, frozenset) else among(part, present)
    return found
