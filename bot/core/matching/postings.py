"""The inverted index of rules: filed under one term, or under two that must both be present."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.matching.anchors import is_plain
from bot.core.matching.program import AND, Program, required

_MOST_PAIRS = 16  # under which one rule is filed; beyond, one set of anchors has to do
Slots = int | list[int]
"""Most keys hold one slot: an int alone takes a third of a list's memory."""


class Postings:
    """Slots by the terms that must be there.

    A slot under `_sure` holds if the term is there; one under `_maybe` must be evaluated. A slot under `_pairs`, by the
    rarer term and then the other one, holds if it is stored as its complement (~slot); otherwise it must be evaluated.
    A term with only one partner stores it as (other, slot) instead of in a dictionary.
    """

    def __init__(self) -> None:
        self._sure: dict[int, Slots] = {}
        self._maybe: dict[int, Slots] = {}
        self._pairs: dict[int, tuple[int, int] | dict[int, Slots]] = {}

    def add(self, slot: int, program: Program, cost: Callable[[int], float]) -> None:
        """File a slot. Raises `ValueError` for a program that can hold without any term."""
        sets = _rarest_first(required(program), cost)
        if not sets:
            raise ValueError("a rule needs a word that must be there")
        first = sets[0]
        second = next((other for other in sets[1:] if len(first) * len(other) <= _MOST_PAIRS), None)
        if second is None:
            table = self._sure if is_plain(program) else self._maybe
            for number in first:
                _put(table, number, slot)
            return
        kept = ~slot if _is_pair(program) else slot
        for number in first:
            for other in second:
                self._put_pair(number, other, kept)

    def _put_pair(self, number: int, other: int, kept: int) -> None:
        seconds = self._pairs.get(number)
        if seconds is None:
            self._pairs[number] = (other, kept)
            return
        if isinstance(seconds, tuple):
            seconds = self._pairs[number] = {seconds[0]: seconds[1]}
        _put(seconds, other, kept)

    def remove(self, slot: int, program: Program) -> None:
        """Remove a filed slot from where its anchors put it."""
        anchors = frozenset[int]().union(*required(program))
        for number in anchors:
            _take_out(self._sure, number, slot)
            _take_out(self._maybe, number, slot)
            seconds = self._pairs.get(number)
            if isinstance(seconds, dict):
                for other in anchors:
                    _take_out(seconds, other, slot)
                    _take_out(seconds, other, ~slot)
            if not seconds or (isinstance(seconds, tuple) and seconds[1] in (slot, ~slot)):
                self._pairs.pop(number, None)

    def touched(self, present: set[int]) -> tuple[set[int], set[int]]:
        """The slots that hold, and those that may hold, if the terms `present` are there."""
        sure: set[int] = set()
        maybe: set[int] = set()
        paired: set[int] = set()
        _gather(self._sure, present, sure)
        _gather(self._maybe, present, maybe)
        for number in self._pairs.keys() & present:
            seconds = self._pairs[number]
            if isinstance(seconds, dict):
                _gather(seconds, present, paired)
            elif seconds[0] in present:
                paired.add(seconds[1])
        sure.update([~slot for slot in paired if slot < 0])
        maybe.update([slot for slot in paired if slot >= 0])
        return sure, maybe


def _rarest_first(sets: list[frozenset[int]], cost: Callable[[int], float]) -> list[tuple[int, ...]]:
    """Sort sets of anchors by how often one of them occurs. A lone set, such as a topic's, needs no count."""
    if len(sets) < 2:
        return [tuple(anchors) for anchors in sets]
    return [anchors for _, anchors in sorted((sum(map(cost, anchors)), tuple(anchors)) for anchors in sets)]


def _gather(table: dict[int, Slots], present: set[int], into: set[int]) -> None:
    """Add every slot under a term that is present."""
    for number in table.keys() & present:
        slots = table[number]
        if isinstance(slots, int):
            into.add(slots)
        else:
            into.update(slots)


def _is_pair(program: Program) -> bool:
    """Whether the program is an And of two parts for each of which one of its terms is enough."""
    return not isinstance(program, int) and program[0] == AND and len(program) == 3 and all(map(is_plain, program[1:]))


def _put(table: dict[int, Slots], key: int, slot: int) -> None:
    held = table.get(key)
    if held is None:
        table[key] = slot
    elif isinstance(held, int):
        table[key] = [held, slot]
    else:
        held.append(slot)


def _take_out(table: dict[int, Slots], key: int, slot: int) -> None:
    held = table.get(key)
    if held == slot:
        del table[key]
    elif isinstance(held, list) and slot in held:
        held.remove(slot)
        if not held:
            del table[key]
