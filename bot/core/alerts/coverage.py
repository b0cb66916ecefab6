"""Extractive multi-document summarisation: picks the sentences that cover the most concepts within a budget. Pure.

Concept coverage after Gillick and Favre, "A scalable global model for summarization" (2009). A concept is a pair of
neighbouring words or, at half the worth, a word; its worth is the number of reports that have it. The chosen sentences
should cover the most worth, so redundancy gains nothing. Solved greedily three times, by worth per length and with
length counting less, each solution improved by exchanging single sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import chain, pairwise

from bot.core.language.sentences import set_of, words

_STOP = set_of(
    "a an the and or but if of to in on at by for from with as is are was were be been being it its this that these "
    "those he she they we you i his her their our has have had do does did not no will would can could may might "
    "should than then so such about into over after before out up down also who which what when where there here "
    "said says say 的 了 在 是 和 与 也 就 都 将 有 为 对 中 等 被"
)
_FIRST_BONUS = 1.0  # a concept in a report's first sentence counts once more: news puts first what matters
_WORD = 0.5  # a single word's part of a pair's worth: it tells less, but more reports share it
_LENGTHS = (1.0, 0.7, 0.4)  # powers of a sentence's cost by which its gain is divided, one greedy choice each
_LEAST_GAIN = 1e-6


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be chosen: its report, its place there (0 is the first), its cost in the budget's unit."""

    text: str
    doc: int
    place: int
    cost: int


def choose(candidates: Sequence[Candidate], budget: int, docs: int) -> list[Candidate]:
    """The candidates that cover most within `budget`, in reading order; deterministic. `docs`: how many reports."""
    return _Cover(candidates, budget, docs).solve()


def _concepts(text: str) -> frozenset[str]:
    stems = [_stem(word) for word in words(text)]
    pairs = (f"{a} {b}" for a, b in pairwise(stems) if not (a in _STOP and b in _STOP))
    return frozenset(chain(pairs, (stem for stem in stems if stem not in _STOP)))


def _stem(word: str) -> str:
    if len(word) < 4 or not word.isascii():
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


def _worth(candidates: Sequence[Candidate], concepts: Sequence[frozenset[str]], docs: int) -> dict[str, float]:
    """In how many reports each concept is; first sentences count more, and concepts of a single report are dropped."""
    by_doc: dict[int, set[str]] = {}
    for candidate, found in zip(candidates, concepts, strict=True):
        by_doc.setdefault(candidate.doc, set()).update(found)
    spread = Counter(chain.from_iterable(by_doc.values()))
    least = 1 if docs < 2 else 2 if docs < 7 else 3
    first = Counter(
        chain.from_iterable(
            found for candidate, found in zip(candidates, concepts, strict=True) if candidate.place == 0
        )
    )
    return {
        concept: (count + _FIRST_BONUS * first[concept]) * (1 if " " in concept else _WORD)
        for concept, count in spread.items()
        if count >= least
    }


class _Cover:
    """A choice in progress. `held` are the concepts of each candidate that are worth anything, `full` their worth."""

    def __init__(self, candidates: Sequence[Candidate], budget: int, docs: int) -> None:
        found = [_concepts(candidate.text) for candidate in candidates]
        worth = _worth(candidates, found, docs)
        self.candidates = candidates
        self.budget = budget
        self.price = worth.__getitem__
        self.held = [concepts & worth.keys() for concepts in found]
        self.full = [self._sum(concepts) for concepts in self.held]

    def solve(self) -> list[Candidate]:
        picked = max((self._bettered(self._greedy(power)) for power in _LENGTHS), key=self._value)
        chosen = (self.candidates[at] for at in picked)
        return sorted(chosen, key=lambda candidate: (candidate.place, candidate.doc))

    def _bettered(self, picked: list[int]) -> list[int]:
        while better := self._exchanged(picked):  # each covers more, so this ends
            picked = better
        return picked

    def _value(self, picked: Iterable[int]) -> float:
        return self._sum(frozenset(chain.from_iterable(self.held[at] for at in picked)))

    def _sum(self, concepts: Iterable[str]) -> float:
        return sum(map(self.price, concepts))

    def _greedy(self, power: float) -> list[int]:
        """Choose by gain per cost to a power. Gains only fall, so only the top candidate is weighed again each time."""
        covered: set[str] = set()
        picked: list[int] = []
        left = self.budget
        prices = [candidate.cost**power for candidate in self.candidates]
        queue = [(-self.full[at] / price, at) for at, price in enumerate(prices)]
        heapify(queue)
        while queue:
            rate, at = heappop(queue)
            cost = self.candidates[at].cost
            if cost > left or not rate:
                continue
            now = -self._sum(self.held[at] - covered) / prices[at]
            if queue and (now, at) > queue[0]:
                heappush(queue, (now, at))
            elif now:
                picked.append(at)
                covered |= self.held[at]
                left -= cost
        return picked

    def _exchanged(self, picked: list[int]) -> list[int] | None:
        """The first choice that covers more with one sentence exchanged; None if there is none."""
        value = self._value(picked)
        for out in picked:
            kept = [at for at in picked if at != out]
            room = self.budget - sum(self.candidates[at].cost for at in kept)
            covered = frozenset(chain.from_iterable(self.held[at] for at in kept))
            needed = value - self._sum(covered) + _LEAST_GAIN
            for at, candidate in enumerate(self.candidates):
                hopeful = self.full[at] >= needed and candidate.cost <= room and at not in picked
                if hopeful and self._sum(self.held[at] - covered) >= needed:
                    return [*kept, at]
        return None
