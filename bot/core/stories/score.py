"""How similar a report and a story are: signals between 0 and about 1, and the judgement that is made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import NamedTuple

from bot.core.language.meaning import Embedder, closeness
from bot.core.language.quantities import is_day
from bot.core.language.stems import suffixless
from bot.core.stories.side import UNIT, Member, Side
from bot.core.stories.views import StoryView
from bot.core.stories.weights import PLAIN, Model, Weights

_GROWN = 5  # reports from which on a story is no harder to join for having more
_RIVAL = 0.25  # how near in meaning some other story is at least
_RIVAL_ALIKE = 0.1  # how alike in words
_BARE = 0.9  # of a report's terms stand in its title: the title is all of it


class Judged(NamedTuple):
    """A judgement with its signals. `meant` is the cosine of the nearest titles' vectors, 0 if none were compared."""

    score: float
    threshold: float
    signals: tuple[float, ...]
    meant: float = 0.0


class Meant(NamedTuple):
    """A comparison of titles across languages by meaning: how near the story's titles are, how near those of the
    nearest other story are, and whether the story is told in the report's own language too.
    """

    near: float
    rival: float
    own: bool


def signals(one: Member, side: Side) -> tuple[float, ...]:
    """The values of `SIGNALS` for a report against a story's reports in its own script."""
    weights, summed, own, tables = one.weights, side.sum, one.own, side.tables
    common = weights.keys() & summed.keys()
    along = sum([weights[term] * summed[term] for term in common])
    closest = along  # of a lone report; where nothing is shared with the sum, nothing is with any of its parts
    if along and len(side.members) > 1:
        closest = max([_within(common, weights, other.weights) for other in side.lately])
    named = {name: weights[name] for name in one.names & common}
    told = sum([weight * weight for weight in named.values()]) / UNIT**2
    core, core_all = side.core
    core_told = sum([core[name] for name in core.keys() & common])
    marked = [term for term in common if term[0] in "#d"]
    figures = sum([weights[term] for term in marked if term[0] == "#"])
    held, held_all = side.figures
    held_told = sum([held[term] for term in marked if term in held])
    names = sum([weight for name, weight in named.items() if name in tables.names])
    scale = one.nats
    topic, topic_all = side.topic
    topic_told = sum([topic[term] for term in topic.keys() & common])
    agree = not one.years.isdisjoint(tables.years)
    apart = bool(one.years and tables.years) and not agree
    head_told, told_of_title = _told_of_title(one, side)
    return (
        along / (UNIT * side.length),
        closest / UNIT**2,
        (told + 0.02) / (own.squares / UNIT**2 + 0.04),
        (core_told / UNIT + 0.05) / (core_all / UNIT + 0.1),
        min(figures * scale, 10.0) / 10.0,
        float(apart),
        float(agree),
        min(names * scale, 20.0) / 20.0,
        math.log(min(max(side.size, 1), _GROWN)),
        math.log(max(one.words, 3) / 75.0),
        told_of_title,
        (topic_told + 50.0) / (topic_all + 100.0),
        min(own.names - sum(named.values()), core_all - core_told) / UNIT,
        min(own.head - head_told, topic_all - topic_told) / UNIT,
        min(own.figures - figures, held_all - held_told) / UNIT,
        float(any(map(is_day, marked))),
    )


def title_told(one: Member, side: Side) -> float:
    """The signal "title told" alone."""
    return _told_of_title(one, side)[1]


def _told_of_title(one: Member, side: Side) -> tuple[int, float]:
    """The weight that a report's title shares with a story, and the same as a share of the title's weight."""
    told = sum([one.weights[term] for term in one.head & side.sum.keys()])
    return told, (told + 50.0) / (one.own.head + 100.0)


def _within(common: Iterable[str], one: dict[str, int], other: dict[str, int]) -> int:
    """As `dot`, if all that the two share is among `common`."""
    return sum([one[term] * other[term] for term in common if term in other])


def likeness(one: Member, sides: Mapping[str, Side]) -> float:
    """The cosine of a report and a story, in the script where it is highest: a first ranking before any judgement."""
    return max(
        [
            dot(one.weights, side.sum) / (UNIT * side.length) if script == one.script else _alike(one, side)
            for script, side in sides.items()
        ]
    )


def _alike(one: Member, side: Side) -> float:
    """The highest cosine of a report and a story's latest reports in the other script."""
    return max([dot(one.shared, other.shared) for other in side.lately]) / UNIT**2


def judge(one: Member, side: Side, weights: Weights, embed: Embedder | None = None) -> Judged:
    """Judge a report against a story's reports in the same script; with an embedder, by the meaning of titles too.

    If texts are nothing but titles, meaning judges; for long titles the judgement by words must pass as well. For a
    short text with more than a title the mean of both judgements counts. A long text is judged by words alone.
    """
    found = signals(one, side)
    share = _share_of_lead(one.words, weights)
    score, threshold = _by_words(one.script, found, share, weights)
    by_words = Judged(score, threshold, found)
    if embed is None or score < weights.unlike:
        return by_words
    bare = all(map(_bare, [one, *side.titled]))
    if share == 1.0 and not bare:
        return by_words
    near = nearness(one, side.titled, embed)
    model = weights.chinese_meant if one.script == "zh" else weights.headline_meant
    by_meaning = Judged(probability(model, (*found[:PLAIN], *near)), model.threshold, found, near[0])
    if not bare:
        mean, needed = (score + by_meaning.score) / 2, (threshold + model.threshold) / 2
        return by_meaning._replace(score=mean, threshold=needed)
    both = [by_meaning] if share < 1.0 else [by_meaning, by_words._replace(meant=near[0])]
    return min(both, key=lambda said: said.score - said.threshold)


def judge_across(
    one: Member, side: Side, weights: Weights, meant: Meant | None = None, rival: float = _RIVAL_ALIKE
) -> Judged:
    """Judge a report against a story's reports in the other script, by the terms that both languages share."""
    best = max(side.lately, key=lambda other: dot(one.shared, other.shared))
    found = signals_across(one, best, rival)
    if meant is None:
        return Judged(probability(weights.across, found), weights.across.threshold, found)
    said = probability(weights.across_meant, (*found, meant.near, meant.near - meant.rival, float(meant.own)))
    return Judged(said, weights.across_meant.threshold, found, meant.near)


def judged_by(
    one: Member,
    view: StoryView,
    weights: Weights,
    embed: Embedder | None = None,
    meant: Meant | None = None,
    rival: float = _RIVAL_ALIKE,
) -> Judged:
    """The better of the judgements in each script. Without `meant`, no other story counts as near in meaning.

    `rival`: the cosine of the most similar other story in the other script (`rivals_of`).
    """
    if embed and meant is None:
        meant = meant_of(one, [view], embed)[0]
    said = [
        judge(one, side, weights, embed) if script == one.script else judge_across(one, side, weights, meant, rival)
        for script, side in sorted(view.sides.items())
    ]
    return said[0] if len(said) == 1 else max(said, key=lambda one: one.score - one.threshold)


def rivals_of(one: Member, views: Sequence[StoryView]) -> list[float]:
    """For each story that a report may belong to, the cosine of the most similar other one in the other script."""
    near = [
        max([_alike(one, side) for script, side in view.sides.items() if script != one.script], default=0.0)
        for view in views
    ]
    first, second = sorted([*near, _RIVAL_ALIKE, _RIVAL_ALIKE], reverse=True)[:2]
    return [second if value == first else first for value in near]


def meant_of(one: Member, views: Sequence[StoryView], embed: Embedder) -> list[Meant]:
    """Compare a report's title by meaning with those of each story in the other script; the stories are rivals."""
    near = [_near(one, view, embed) for view in views]
    first, second = sorted([*near, _RIVAL, _RIVAL], reverse=True)[:2]
    return [
        Meant(value, second if value == first else first, one.script in view.sides)
        for value, view in zip(near, views, strict=True)
    ]


def _near(one: Member, view: StoryView, embed: Embedder) -> float:
    found = [nearness(one, side.titled, embed)[0] for script, side in view.sides.items() if script != one.script]
    return max(found, default=0.0)


def nearness(one: Member, others: Sequence[Member], embed: Embedder) -> tuple[float, float]:
    """The highest and the mean cosine of titles' vectors; titles stored without a vector are embedded again."""
    titles = [other.title for other in (one, *others) if other.title and not other.meant]
    read = dict(zip(titles, embed(titles), strict=True)) if titles else {}
    mine, *theirs = [other.meant or read.get(other.title, ()) for other in (one, *others)]
    return closeness(mine, theirs)


def signals_across(one: Member, other: Member, rival: float) -> tuple[float, ...]:
    """The values of `SIGNALS_ACROSS` for two reports in different scripts.

    One word in common makes no event, however rare it is: "further" leaves out the heaviest one, and entities whose
    name is shared too ("@nvidia" beside "nvidia"). `rival`: the cosine of the most similar other story.
    """
    mine, theirs = one.shared, other.shared
    common = mine.keys() & theirs.keys()
    scale = min(one.nats, other.nats)
    once = [term for term in common if term[0] != "@" or suffixless(term[1:]) not in common]
    least = [min(mine[term], theirs[term]) for term in once]
    told = [mine[term] + theirs[term] for term in once]
    figures = sum([min(mine[term], theirs[term]) for term in common if term[0] in "#@"])
    return (
        min((sum(least) - max(least, default=0)) * scale, 40.0) / 40.0,
        min(figures * scale, 15.0) / 15.0,
        math.log(max(3, min(one.words, other.words)) / 30.0),
        (sum(told) - max(told, default=0)) / max(1, sum(mine.values()) + sum(theirs.values())),
        min(_untold(one, other), _untold(other, one)) / 10.0,
        sum([mine[term] * theirs[term] for term in once]) / UNIT**2 - rival,
    )


def _untold(one: Member, other: Member) -> float:
    """The weight of the names and figures that one report has and the other lacks, in nats."""
    weights = [weight for term, weight in one.shared.items() if term[0] in "#@" and term not in other.shared]
    return sum(weights) * one.nats


def probability(model: Model, found: Sequence[float]) -> float:
    """A model's probability for signals: the logistic of the weighted sum."""
    z = model.bias + sum(map(mul, model.weights, found))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


def heaviest(one: dict[str, int], other: dict[str, int], most: int = 6) -> tuple[str, ...]:
    """The shared terms that weigh most."""
    shared = sorted(((weight * other[term], term) for term, weight in one.items() if term in other), reverse=True)
    return tuple(term for _, term in shared[:most])


def _share_of_lead(words: int, weights: Weights) -> float:
    """Where a text's length lies between a bare headline (0) and a text with a lead (1)."""
    span = weights.lead_words - weights.headline_words
    return min(1.0, max(0.0, (words - weights.headline_words) / span))


def _bare(one: Member) -> bool:
    """Whether a report is nothing but its title, nearly (dates are no part of `head`)."""
    return len(one.head) >= _BARE * len(one.weights)


def _by_words(script: str, found: Sequence[float], share: float, weights: Weights) -> tuple[float, float]:
    """Score and threshold by words: one model for all Chinese, else a mixture of those of headlines and leads."""
    if script == "zh":
        return probability(weights.chinese, found), weights.chinese.threshold
    low = probability(weights.headline, found[:PLAIN]) if share < 1.0 else 0.0
    high = probability(weights.lead, found) if share > 0.0 else 0.0
    return low + share * (high - low), weights.headline.threshold + share * (
        weights.lead.threshold - weights.headline.threshold
    )


def dot(one: dict[str, int], other: dict[str, int]) -> int:
    """The dot product of two reports' weights; `UNIT` squared if they are equal."""
    return sum([one[term] * other[term] for term in one.keys() & other.keys()])
