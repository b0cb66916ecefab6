"""Decides when a story is two: its reports form groups that either half of their terms would show."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from bot.core.stories.agreement import agreement, halves
from bot.core.stories.headline import of_calendar
from bot.core.stories.score import judge, judge_across, probability
from bot.core.stories.side import Member, Side
from bot.core.stories.twomeans import FEWEST, Likeness, Split, likeness, rarity, rows_of, settled
from bot.core.stories.weekdays import weekdays_apart
from bot.core.stories.weights import Model, Weights

_SEEDS = 12  # pairs of reports that are begun with
_MOST = 60  # reports that are parted so; more go with the part that they are liker
_HELD, _LACKED = 0.6, 0.15  # shares of a part's reports that hold a mark of it, and of the other's at most
_SLACK = 0.05  # added to what a link lacks to 1, so that its logarithm ends somewhere
PARTING = Model(-7.18, (2.55, 10.93, 0.61), 0.5)
"""The model that judges a split by three signals: how little its parts fit each other (`apart`), how far the halves of
their terms agree, and how surely the parts name different weekdays (`benchmarks.partfit`).
"""


class Parts(NamedTuple):
    """Two stories in one: the places of each one's reports (the part with the first report first), and its marks."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    marks: tuple[str, ...]
    other_marks: tuple[str, ...]


def enough(reports: int) -> bool:
    """Whether a story of so many reports is large enough to be split."""
    return reports >= 2 * FEWEST


def parts(members: Sequence[Member], written: Sequence[int], weights: Weights) -> Parts | None:
    """Split reports, without copies, into two stories; None if they tell of one event. `written`: the day of each.

    The reports in the commonest script are split by the names and figures that not all of them share (two-means). The
    split is kept if the parts fit each other little, and if any half of the terms splits the reports in the same way:
    reports of one event score near 1 against the other part, however they are split. Reports in the other script go
    with the part that they are more similar to.
    """
    scripts = Counter(one.script for one in members)
    script = max(scripts, key=lambda name: (scripts[name], name), default="")
    looked = [place for place, one in enumerate(members) if one.script == script][:_MOST]
    told = [members[place] for place in looked]
    if not enough(len(told)) or median(one.words for one in told) < weights.lead_words:
        return None  # bare headlines tell too little of themselves
    split = _best(told, [written[place] for place in looked], weights)
    if split is None:
        return None
    mine, theirs = _sides(told, split)
    one, other = Side(mine), Side(theirs)
    told_of = [_liker(report, one, other, weights) for report in members]
    for place, of_one in zip(looked, split, strict=True):
        told_of[place] = of_one
    first = [of_one == told_of[0] for of_one in told_of]
    mine, theirs = _sides(told, [first[place] for place in looked])
    return Parts(
        tuple(place for place, of_one in enumerate(first) if of_one),
        tuple(place for place, of_one in enumerate(first) if not of_one),
        _marks(mine, theirs),
        _marks(theirs, mine),
    )


def _best(told: Sequence[Member], written: Sequence[int], weights: Weights) -> Split | None:
    """The split that is most surely two events; None if no split is."""
    found = {
        split: (apart(told, split, weights), weekdays_apart(told, split, written)) for split in partings(told, weights)
    }
    hopeful = [split for split, (wide, days) in found.items() if _sure(wide, 1.0, days) >= PARTING.threshold]
    dealt = halves(told) if hopeful else []
    judged = ((_sure(found[split][0], agreement(split, dealt), found[split][1]), split) for split in hopeful)
    sure, split = max(judged, default=(0.0, None))
    return split if sure >= PARTING.threshold else None


def _sure(wide: float, agreed: float, days: float) -> float:
    return probability(PARTING, (wide, agreed, days))


def partings(told: Sequence[Member], weights: Weights) -> set[Split]:
    """Possible splits: found by names, figures and words of titles, then corrected by the judgement on all terms."""
    alike = likeness(rows_of(told, map(_tells, told), rarity(told)))
    found = {split for one in _begun(alike) if (split := settled(alike, one))}
    return {_put_right(told, split, weights) for split in found}


def _put_right(told: Sequence[Member], split: Split, weights: Weights) -> Split:
    """Move each report to the part that it fits better, not counting itself; unchanged if a part would be too small."""
    one, other = map(Side, _sides(told, split))
    moved = []
    for report, first in zip(told, split, strict=True):
        own = one if first else other
        own.drop(report)
        moved.append(_liker(report, one, other, weights))
        own.add(report)
    return tuple(moved) if FEWEST <= sum(moved) <= len(moved) - FEWEST else split


def apart(told: Sequence[Member], split: Split, weights: Weights) -> float:
    """How little the parts fit each other: log(1 - their mean score against each other)."""
    return math.log(1.0 + _SLACK - _link(*_sides(told, split), weights))


def _liker(report: Member, one: Side, other: Side, weights: Weights) -> bool:
    """Whether a report is at least as similar to the first part as to the second."""
    by = judge if report.script == one.members[0].script else judge_across
    return by(report, one, weights).score >= by(report, other, weights).score


def _link(mine: Sequence[Member], theirs: Sequence[Member], weights: Weights) -> float:
    """The mean score of each part's reports against the other part, over both directions."""
    one, other = Side(mine), Side(theirs)
    there = fmean(judge(report, other, weights).score for report in mine)
    back = fmean(judge(report, one, weights).score for report in theirs)
    return (there + back) / 2


def _sides(told: Sequence[Member], split: Sequence[bool]) -> tuple[list[Member], list[Member]]:
    mine = [one for one, first in zip(told, split, strict=True) if first]
    return mine, [one for one, first in zip(told, split, strict=True) if not first]


def _marks(mine: Sequence[Member], theirs: Sequence[Member]) -> tuple[str, ...]:
    """The heaviest names and figures that mark the first part; other words if there are none."""
    held = _held(mine, theirs)
    named = {term for one in mine for term in _tells(one) if _is_mark(term, one)}
    marks = held.keys() & named or held.keys()
    return tuple(sorted(marks, key=lambda term: (-held[term], term))[:4])


def _tells(one: Member) -> list[str]:
    """A report's names, figures and title words. No years: they tell of the page as often as of the news."""
    years = {f"#{year}" for year in one.years}
    return [t for t in one.weights if (t in one.names or t in one.head or t[0] in "#@") and t not in years]


def _begun(alike: Likeness) -> list[Split]:
    """Starting points for two-means: for each report and the one least similar to it, all others by which is nearer."""
    pairs = sorted((min(row), place, row.index(min(row))) for place, row in enumerate(alike))
    seeds = dict.fromkeys((min(a, b), max(a, b)) for _, a, b in pairs)
    return [tuple(row[one] >= row[other] for row in alike) for one, other in list(seeds)[:_SEEDS]]


def _held(mine: Sequence[Member], theirs: Sequence[Member]) -> dict[str, int]:
    """The terms that most of the first part holds and the other lacks, with weights."""
    holds, lacks = (Counter(term for one in part for term in one.weights) for part in (mine, theirs))
    return {
        term: max(one.weights.get(term, 0) for one in mine)
        for term, count in holds.items()
        if count >= _HELD * len(mine) and lacks[term] <= _LACKED * len(theirs)
    }


def _is_mark(term: str, one: Member) -> bool:
    """Whether a term is a name or a figure in a report. A day is neither: an event is told of on several days."""
    return term[0] in "#@" or (term in one.names and not of_calendar(term))
