"""How alike a report and a story are: signals between 0 and about 1, and the judgement made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from bot.core.commonness import Commonness
from bot.core.features import Features
from bot.core.meaning import Embedder, closeness
from bot.core.weights import Model, Weights

UNIT = 1000  # length of a member's vector: whole numbers, so that sums are exact in any order
_NAME_BOOST = 1.4
_MEANT = 3  # newest reports whose titles are compared by meaning, the first always
_TITLE = 160  # characters of a title that are kept
_NEAREST = 6  # newest reports that a new one is compared with one by one, the first always
K = TypeVar("K", str, int)


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
    head: frozenset[str] = frozenset()
    title: str = ""


def member(found: Features, common: Commonness) -> Member:
    """Weigh the features of a text by how rare they are now."""
    names = found.names
    if found.script == "la":
        names = frozenset(name for name in names if common.is_name(name))
    weights, mass = _weighed(found.terms, names, common)
    shared = weights if found.cross is found.terms else _weighed(found.cross, names, common)[0]
    years = frozenset(found.figures.years)
    title = found.title[:_TITLE].encode("utf-8", "replace").decode()  # half a surrogate pair can not be stored
    return Member(found.script, found.words, weights, mass, names, shared, years, found.head, title)


def _weighed(terms: dict[str, float], names: frozenset[str], common: Commonness) -> tuple[dict[str, int], int]:
    raw = {
        term: (1.0 + math.log(count) if count > 1 else count) * idf * (_NAME_BOOST if term in names else 1.0)
        for (term, count), idf in zip(terms.items(), common.idfs(terms), strict=True)
    }
    mass = math.sqrt(sum([weight * weight for weight in raw.values()])) or 1.0
    return {term: round(UNIT * weight / mass) for term, weight in raw.items()}, round(mass * 100)


class Side:
    """The reports of a story in one script: their sum, and how many hold each term.

    All of it is whole numbers, so that adding and removing reports gives the same as counting afresh.
    """

    __slots__ = ("_core", "_squares", "_topic", "counts", "heads", "members", "names", "size", "sum", "years")

    def __init__(self, members: Sequence[Member] = (), size: int = 0) -> None:
        self.members: list[Member] = []
        self.size = size
        self.sum: dict[str, int] = {}
        self.counts: dict[str, int] = {}
        self.names: dict[str, int] = {}
        self.years: dict[int, int] = {}
        self.heads: dict[str, int] = {}
        self._squares = 0
        self._topic: tuple[dict[str, int], int] | None = None
        self._core: tuple[dict[str, int], int] | None = None
        for one in members:
            self.add(one)

    @property
    def length(self) -> float:
        """The length of the sum."""
        return math.sqrt(self._squares) or 1.0

    @property
    def lately(self) -> list[Member]:
        """The first report and the newest ones."""
        return [*self.members[:1], *self.members[1:][-_NEAREST:]]

    @property
    def titles(self) -> list[str]:
        """The titles of the first report and the newest few."""
        return [one.title for one in (*self.members[:1], *self.members[1:][-_MEANT:])]

    @property
    def core(self) -> tuple[dict[str, int], int]:
        """The names that half of the reports hold (two at the fewest) with their mean weights; and the sum of these."""
        if self._core is None:
            many = len(self.members)
            enough = max(2, (many + 1) // 2)
            core = {name: self.sum[name] // many for name, count in self.names.items() if count >= enough}
            self._core = core, sum(core.values())
        return self._core

    @property
    def topic(self) -> tuple[dict[str, int], int]:
        """The terms of the titles, those of at least half of them, with their mean weights; and the sum of these."""
        if self._topic is None:
            many = len(self.members)
            enough = (many + 1) // 2
            topic = {term: self.sum[term] // many for term, count in self.heads.items() if count >= enough}
            self._topic = topic, sum(topic.values())
        return self._topic

    def add(self, one: Member) -> None:
        """Take a report in."""
        self.members.append(one)
        self._change(one, 1)

    def drop(self, one: Member) -> None:
        """Let a report go (the first that equals it)."""
        self.members.remove(one)
        self._change(one, -1)

    def _change(self, one: Member, sign: int) -> None:
        summed = self.sum
        for term, weight in one.weights.items():
            before = summed.get(term, 0)
            after = summed[term] = before + sign * weight
            self._squares += after * after - before * before
        _count(self.counts, one.weights, sign)
        _count(self.names, one.names, sign)
        _count(self.years, one.years, sign)
        _count(self.heads, one.head, sign)
        if sign < 0:
            for term in one.weights:
                if term not in self.counts:
                    del self.sum[term]
        self._core = self._topic = None


def _count(table: dict[K, int], keys: Iterable[K], sign: int) -> None:
    for key in keys:
        count = table.get(key, 0) + sign
        if count:
            table[key] = count
        else:
            del table[key]


class Judged(NamedTuple):
    """A judgement with the signals that it was made of; `meant` is the cosine of the nearest titles, 0 if not asked."""

    score: float
    threshold: float
    signals: tuple[float, ...]
    meant: float = 0.0


def signals(one: Member, side: Side) -> tuple[float, ...]:
    """What `SIGNALS` names, of a report against a story's reports in its own script."""
    weights, summed = one.weights, side.sum
    common = weights.keys() & summed.keys()
    along = sum([weights[term] * summed[term] for term in common])
    closest = along if len(side.members) == 1 else max([_dot(weights, other.weights) for other in side.lately])
    named = one.names & common
    all_names = sum([weights[name] ** 2 for name in one.names if name in weights]) / UNIT**2
    told = sum([weights[name] ** 2 for name in named]) / UNIT**2
    core, core_all = side.core
    core_told = sum([weight for name, weight in core.items() if name in common]) / UNIT
    figures = sum([weights[term] for term in common if term[0] == "#"])
    names = sum([weights[name] for name in named if name in side.names])
    scale = one.mass / 100.0 / UNIT
    topic, topic_all = side.topic
    topic_told = sum([weight for term, weight in topic.items() if term in common])
    head = sum([weights[term] for term in one.head])
    head_told = sum([weights[term] for term in one.head & common])
    agree = not one.years.isdisjoint(side.years)
    apart = bool(one.years and side.years) and not agree
    return (
        along / (UNIT * side.length),
        closest / UNIT**2,
        (told + 0.02) / (all_names + 0.04),
        (core_told + 0.05) / (core_all / UNIT + 0.1),
        min(figures * scale, 10.0) / 10.0,
        float(apart),
        float(agree),
        min(names * scale, 20.0) / 20.0,
        math.log(max(side.size, 1)),
        math.log(max(one.words, 3) / 75.0),
        (head_told + 50.0) / (head + 100.0),
        (topic_told + 50.0) / (topic_all + 100.0),
    )


def likeness(one: Member, sides: Mapping[str, Side]) -> float:
    """How alike a report and a story read, by the likest of its scripts: what the judgement begins with."""
    return max(
        [
            _dot(one.weights, side.sum) / (UNIT * side.length)
            if script == one.script
            else max([_dot(one.shared, other.shared) for other in side.lately]) / UNIT**2
            for script, side in sides.items()
        ]
    )


def judge(one: Member, side: Side, weights: Weights, embed: Embedder | None = None) -> Judged:
    """The judgement on a report and a story's reports in the same script; a headline's by meaning too, if in doubt."""
    found = signals(one, side)
    share = _share_of_lead(one.words, weights)
    score, threshold = _mixed(found, share, weights.headline, weights.lead)
    if embed is None or share == 1.0 or not weights.unlike < score < weights.alike:
        return Judged(score, threshold, found)
    near = closeness(one.title, side.titles, embed)
    model = weights.chinese_meant if one.script == "zh" else weights.headline_meant
    score, threshold = _mixed((*found, *near), share, model, weights.lead)
    return Judged(score, threshold, found, near[0])


def judge_across(one: Member, side: Side, weights: Weights, embed: Embedder | None = None) -> Judged:
    """The judgement on a report and a story's reports in the other script, by what both languages share."""
    best = max(side.lately, key=lambda other: _dot(one.shared, other.shared))
    found = signals_across(one, best)
    if embed is None:
        return Judged(probability(weights.across, found), weights.across.threshold, found)
    near = closeness(one.title, [best.title], embed)[0]
    return Judged(probability(weights.across_meant, (*found, near)), weights.across_meant.threshold, found, near)


def signals_across(one: Member, other: Member) -> tuple[float, ...]:
    """What `SIGNALS_ACROSS` names, of two reports in different scripts."""
    common = [term for term in one.shared if term in other.shared]
    scale = min(one.mass, other.mass) / 100.0 / UNIT
    mass = sum(min(one.shared[term], other.shared[term]) for term in common) * scale
    figures = sum(min(one.shared[term], other.shared[term]) for term in common if term[0] in "#@") * scale
    return (
        _dot(one.shared, other.shared) / UNIT**2,
        min(mass, 40.0) / 40.0,
        min(figures, 15.0) / 15.0,
        math.log(max(3, min(one.words, other.words)) / 30.0),
    )


def probability(model: Model, found: Sequence[float]) -> float:
    """The logistic of a model on signals."""
    z = model.bias + sum(weight * signal for weight, signal in zip(model.weights, found, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def heaviest(one: dict[str, int], other: dict[str, int], most: int = 6) -> tuple[str, ...]:
    """The shared terms that weigh most."""
    shared = sorted(((weight * other[term], term) for term, weight in one.items() if term in other), reverse=True)
    return tuple(term for _, term in shared[:most])


def _share_of_lead(words: int, weights: Weights) -> float:
    """How far a text is from a bare headline to one with a lead."""
    span = weights.lead_words - weights.headline_words
    return min(1.0, max(0.0, (words - weights.headline_words) / span))


def _mixed(found: Sequence[float], share: float, headline: Model, lead: Model) -> tuple[float, float]:
    """Score and threshold, between the model of headlines and that of leads; each takes the signals that it knows."""
    if share in (0.0, 1.0):
        model = lead if share else headline
        return probability(model, found[: len(model.weights)]), model.threshold
    low, high = probability(headline, found), probability(lead, found[: len(lead.weights)])
    return low + share * (high - low), headline.threshold + share * (lead.threshold - headline.threshold)


def _dot(one: dict[str, int], other: dict[str, int]) -> int:
    return sum([one[term] * other[term] for term in one.keys() & other.keys()])
