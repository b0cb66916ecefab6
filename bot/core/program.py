"""Trees compiled for the engine: nested tuples over term numbers, small enough to keep by the million.

A program is a term's number, or a tuple that begins with what it does (`AND` … `BLANK`). Equal canonical trees give
equal programs as long as their terms are in use, so that a program is also the key by which equal queries are shared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from bot.core.lexicon import Lexicon
from bot.core.terms import Term
from bot.core.tree import Alone, And, Blank, Clause, Field, Meta, Near, Node, Not, Or, Phrase, Regex

AND, OR, ANY, NEAR, CLAUSE, BLANK, ALONE, NOT, META, REGEX = range(10)
"""What a program does; in an And the parts stand in this order of cost, plain terms first."""

Program = int | tuple[Any, ...]
_MANY = 8  # terms in an Or from which on a set pays


def build(node: Node, lexicon: Lexicon, scope: str = "") -> Program:
    """The program of a canonical tree; every term in it is counted as used once more."""
    if isinstance(node, Phrase):
        return lexicon.use(Term.of(node, scope))
    if isinstance(node, And):
        parts = [build(part, lexicon, scope) for part in node.parts]
        return (AND, *sorted(parts, key=_cost))
    if isinstance(node, Or):
        return _alternatives([build(part, lexicon, scope) for part in node.parts], lexicon)
    if isinstance(node, Near):
        return (NEAR, build(node.left, lexicon, scope), build(node.right, lexicon, scope), node.distance)
    if isinstance(node, Not):
        return (NOT, build(node.part, lexicon, scope))
    if isinstance(node, Field):
        return build(node.part, lexicon, node.name)
    return _special(node, lexicon, scope)


def _special(node: Meta | Regex | Clause | Blank | Alone, lexicon: Lexicon, scope: str) -> Program:
    if isinstance(node, Meta):
        return (META, node.name, node.value)
    if isinstance(node, Regex):
        return (REGEX, node.pattern)
    if isinstance(node, Alone):
        return (ALONE, build(node.part, lexicon, scope))
    if isinstance(node, Clause):
        return (CLAUSE, _set(node.weak, lexicon), _set(node.context, lexicon), node.title_only)
    return (BLANK, build(node.part, lexicon, scope), _set(node.phrases, lexicon))


def _set(phrases: Iterable[Phrase], lexicon: Lexicon) -> frozenset[int]:
    return frozenset(lexicon.use(term) for term in {Term.of(phrase) for phrase in phrases})


def _alternatives(parts: list[Program], lexicon: Lexicon) -> Program:
    plain = [part for part in parts if isinstance(part, int)]
    if len(plain) < _MANY:
        return (OR, *parts)
    several = frozenset(plain)
    for number, uses in Counter(plain).items():
        for _ in range(uses - 1):  # a set counts each once
            lexicon.drop(number)
    rest = [part for part in parts if not isinstance(part, int)]
    return (OR, (ANY, several), *rest) if rest else (ANY, several)


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
