"""Where rules are filed: by a term, or by two terms that must both be there."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.anchors import is_plain, required
from bot.core.program import AND, Program

_MOST_PAIRS = 16  # under which one rule is filed; beyond, one set of anchors has to do
_FEW = 3.0  # of a thousand texts: an anchor this rare needs no second one


class Postings:
    """Slots by the terms that must be there.

    A slot under `_sure` holds when the term is there; one under `_maybe` must be evaluated; one under `_pairs`, by
    the rarer term and then the other, holds if it is kept as its complement (~slot), else must be evaluated.
    """

    def __init__(self) -> None:
        self._sure: dict[int, list[int]] = {}
        self._maybe: dict[int, list[int]] = {}
        self._pairs: dict[int, dict[int, list[int]]] = {}

    def add(self, slot: int, program: Program, cost: Callable[[int], float]) -> None:
        """File a slot. Raises `ValueError` for a program that can hold without any term."""
        if is_plain(program):
            for anchors in required(program):
                for number in anchors:
                    self._sure.setdefault(number, []).append(slot)
            return
        sets = sorted((sum(map(cost, anchors)), tuple(anchors)) for anchors in required(program))
        if not sets:
            raise ValueError("a rule needs a word that must be there")
        first = sets[0][1]
        second = next((other for _, other in sets[1:] if len(first) * len(other) <= _MOST_PAIRS), None)
        if second is None:
            for number in first:
                self._maybe.setdefault(number, []).append(slot)
            return
        kept = ~slot if _is_pair(program) else slot
        for number in first:
            seconds = self._pairs.setdefault(number, {})
            for other in second:
                seconds.setdefault(other, []).append(kept)

    def remove(self, slot: int, program: Program) -> None:
        """Take a filed slot out, wherever its anchors put it."""
        anchors = frozenset[int]().union(*required(program))
        for number in anchors:
            _take_out(self._sure, number, slot)
            _take_out(self._maybe, number, slot)
            if (seconds := self._pairs.get(number)) is not None:
                for other in anchors:
                    _take_out(seconds, other, slot)
                    _take_out(seconds, other, ~slot)
                if not seconds:
                    del self._pairs[number]

    def touched(self, present: set[int]) -> tuple[set[int], set[int]]:
        """The slots that hold, and those that may, when the terms `present` are there."""
        sure: set[int] = set()
        maybe: set[int] = set()
        for number in self._sure.keys() & present:
            sure.update(self._sure[number])
        for number in self._maybe.keys() & present:
            maybe.update(self._maybe[number])
        paired: set[int] = set()
        for number in self._pairs.keys() & present:
            seconds = self._pairs[number]
            for other in seconds.keys() & present:
                paired.update(seconds[other])
        sure.update([~slot for slot in paired if slot < 0])
        maybe.update([slot for slot in paired if slot >= 0])
        return sure, maybe


def _is_pair(program: Program) -> bool:
    """Whether the program is an And of two parts that each hold as soon as one of their terms is there."""
    return not isinstance(program, int) and program[0] == AND and len(program) == 3 and all(map(is_plain, program[1:]))


def _take_out(table: dict[int, list[int]], key: int, slot: int) -> None:
    if slot in table.get(key, ()):
        table[key].remove(slot)
        if not table[key]:
            del table[key]
