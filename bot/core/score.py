"""How alike a report and a story are: signals between 0 and about 1, and the judgement made of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.commonness import Commonness
from bot.core.features import Features
from bot.core.weights import SIGNALS, Model, Weights

UNIT = 1000  # length of a member's vector: whole numbers, so that sums are exact in any order
_NAME_BOOST = 1.5


@dataclass(frozen=True, slots=True)
class Member:
    """A report as a story keeps it: `weights` by term, of length `UNIT`; `mass` is the length before that.

    `shared` is the same in the space that both languages share. All of it can be written down and read back exactly.
    """

    script: str
    words: int
    weights: dict[str, int]
    mass: int
    names: frozenset[str]
    shared: dict[str, int]
    years: frozenset[int]


def member(found: Features, common: Commonness) -> Member:
    """Weigh the features of a text by how rare they are now."""
    names = frozenset(name for name in found.names if common.is_name(name))
    weights, mass = _weighed(found.terms, names, common)
    shared = weights if found.cross is found.terms else _weighed(found.cross, names, common)[0]
    return Member(found.script, found.words, weights, mass, names, shared, frozenset(found.figures.years))


def _weighed(terms: dict[str, int], names: frozenset[str], common: Commonness) -> tuple[dict[str, int], int]:
    idf = common.idf
    raw = {
        term: (1.0 + math.log(count) if count > 1 else 1.0) * idf(term) * (_NAME_BOOST if term in names else 1.0)
        for term, count in terms.items()
    }
    mass = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
    return {term: round(UNIT * weight / mass) for term, weight in raw.items()}, round(mass * 100)


class Side:
    """The reports of a story in one script: their sum, and how many hold each term. Built once, only read."""

    __slots__ = ("core", "counts", "length", "members", "names", "size", "sum", "years")

    def __init__(self, members: Sequence[Member], size: int) -> None:
        self.members = members
        self.size = size
        self.sum: dict[str, int] = {}
        self.names: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        for one in members:
            self.counts.update(one.weights.keys())
            self.names.update(one.names)
            for term, weight in one.weights.items():
                self.sum[term] = self.sum.get(term, 0) + weight
        self.length = math.sqrt(sum(weight * weight for weight in self.sum.values())) or 1.0
        enough = max(2, (len(members) + 1) // 2)
        core = {term: self.sum[term] // len(members) for term, count in self.names.items() if count >= enough}
        self.core = core
        self.years = frozenset(year for one in members for year in one.years)


class Judged(NamedTuple):
    """A judgement with its reasons: the signals by name, and the terms that weighed most."""

    score: float
    threshold: float
    signals: tuple[float, ...]
    terms: tuple[str, ...]


def signals(one: Member, side: Side) -> tuple[float, ...]:
    """What `SIGNALS` names, of a report against a story's reports in its own script."""
    weights = one.weights
    closest = max(_dot(weights, other.weights) for other in side.members) / UNIT**2
    named = [(weights.get(name, 0), name in side.counts) for name in one.names]
    all_names = sum(weight * weight for weight, _ in named) / UNIT**2
    told = sum(weight * weight for weight, there in named if there) / UNIT**2
    core = sum(side.core.values()) / UNIT
    core_told = sum(weight for name, weight in side.core.items() if name in weights) / UNIT
    figures = sum(weight for term, weight in weights.items() if term[0] == "#" and term in side.sum)
    names = sum(weights.get(name, 0) for name in one.names if name in side.names)
    scale = one.mass / 100.0 / UNIT
    agree = bool(one.years & side.years)
    apart = bool(one.years and side.years) and not agree
    return (
        _dot(weights, side.sum) / (UNIT * side.length),
        closest,
        (told + 0.02) / (all_names + 0.04),
        (core_told + 0.05) / (core + 0.1),
        min(figures * scale, 10.0) / 10.0,
        float(apart),
        float(agree),
        min(names * scale, 20.0) / 20.0,
        math.log(side.size),
        math.log(max(one.words, 3) / 75.0),
    )


def judge(one: Member, side: Side, weights: Weights) -> Judged:
    """The judgement on a report and a story's reports in the same script."""
    found = signals(one, side)
    score, threshold = _mixed(found, min(one.words, 75), weights)
    return Judged(score, threshold, found, heaviest(one.weights, side.sum))


def judge_across(one: Member, side: Side, weights: Weights) -> Judged:
    """The judgement on a report and a story's reports in the other script, by what both languages share."""
    best = max(side.members, key=lambda other: _dot(one.shared, other.shared))
    cosine = _dot(one.shared, best.shared) / UNIT**2
    score = probability(weights.across, (cosine,) + (0.0,) * (len(SIGNALS) - 1))
    return Judged(score, weights.across.threshold, (cosine,), heaviest(one.shared, best.shared))


def probability(model: Model, found: Sequence[float]) -> float:
    """The logistic of a model on signals."""
    z = model.bias + sum(weight * signal for weight, signal in zip(model.weights, found, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def heaviest(one: dict[str, int], other: dict[str, int], most: int = 6) -> tuple[str, ...]:
    """The shared terms that weigh most."""
    shared = sorted(((weight * other[term], term) for term, weight in one.items() if term in other), reverse=True)
    return tuple(term for _, term in shared[:most])


def _mixed(found: Sequence[float], words: int, weights: Weights) -> tuple[float, float]:
    """Score and threshold, between the model of headlines and that of leads by how much text there is."""
    span = weights.lead_words - weights.headline_words
    share = min(1.0, max(0.0, (words - weights.headline_words) / span))
    if share in (0.0, 1.0):
        model = weights.lead if share else weights.headline
        return probability(model, found), model.threshold
    low, high = probability(weights.headline, found), probability(weights.lead, found)
    threshold = weights.headline.threshold + share * (weights.lead.threshold - weights.headline.threshold)
    return low + share * (high - low), threshold


def _dot(one: dict[str, int], other: dict[str, int]) -> int:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)
