"""When a story turns out to be two: its reports fall into parts that name other people, places and figures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from bot.core.headline import of_calendar
from bot.core.score import judge, judge_across
from bot.core.side import UNIT, Member, Side
from bot.core.weights import Weights

_FEWEST = 4  # reports that a part must have
_ROUNDS = 10  # of moving reports to the part that they are nearer to
_SEEDS = 12  # pairs of reports that are begun with, and terms
_MOST = 60  # reports that are parted so; more go with the part that they are liker
_COMMON = 0.85  # a term that more of the reports hold tells no parts apart
_HELD, _LACKED = 0.6, 0.15  # shares of a part's reports that hold a mark of it, and of the other's at most
_MARKS, _MARKED = 2, 0.25  # how many marks each part must have, and of what weight together
_LINKED = 0.65  # mean score of each part's reports against the other part, from which on the two stay one

Likeness = list[list[float]]
Split = tuple[bool, ...]
"""For each report, whether it is of one part."""


class Parts(NamedTuple):
    """Two stories in one: the places of their reports (the first report's part first), and what marks each."""

    one: tuple[int, ...]
    other: tuple[int, ...]
    marks: tuple[str, ...]
    other_marks: tuple[str, ...]


def enough(reports: int) -> bool:
    """Whether a story of so many reports can turn out to be two."""
    return reports >= 2 * _FEWEST


def parts(members: Sequence[Member], weights: Weights) -> Parts | None:
    """The two stories that reports tell of, copies left out; None where they tell of one.

    Reports in the script of most are parted by what they name and count, as far as it is not common to all (two means);
    they stay together unless each part has marks, names and figures that most of it holds and the other lacks,
    and scores low against the other: reports of one event score near 1 against its other half, however it is halved;
    those of two that were taken for one, near a half. The rest goes with the part that it is liker.
    """
    scripts = Counter(one.script for one in members)
    script = max(scripts, key=lambda name: (scripts[name], name), default="")
    looked = [place for place, one in enumerate(members) if one.script == script][:_MOST]
    told = [members[place] for place in looked]
    if not enough(len(told)) or median(one.words for one in told) < weights.lead_words:
        return None  # bare headlines tell too little of themselves
    split = _best(told, weights)
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
        _heaviest(_held(mine, theirs)),
        _heaviest(_held(theirs, mine)),
    )


def _best(told: Sequence[Member], weights: Weights) -> Split | None:
    """The parting whose parts have marks and fit each other least; None where none is wide enough."""
    likeness = _likeness(told)
    begun = (*_by_reports(likeness), *_by_terms(told))
    found = {split for one in begun if (split := _settled(likeness, one))}
    marked = [split for split in found if _marked(*_sides(told, split))]
    link, split = min(((_link(*_sides(told, split), weights), split) for split in marked), default=(1.0, None))
    return split if link < _LINKED else None


def _liker(report: Member, one: Side, other: Side, weights: Weights) -> bool:
    """Whether a report is liker the first part, or as like."""
    by = judge if report.script == one.members[0].script else judge_across
    return by(report, one, weights).score >= by(report, other, weights).score


def _link(mine: Sequence[Member], theirs: Sequence[Member], weights: Weights) -> float:
    """The mean score of each part's reports against the other part, of both ways."""
    one, other = Side(mine), Side(theirs)
    there = fmean(judge(report, other, weights).score for report in mine)
    back = fmean(judge(report, one, weights).score for report in theirs)
    return (there + back) / 2


def _sides(told: Sequence[Member], split: Sequence[bool]) -> tuple[list[Member], list[Member]]:
    mine = [one for one, first in zip(told, split, strict=True) if first]
    return mine, [one for one, first in zip(told, split, strict=True) if not first]


def _heaviest(marks: dict[str, int]) -> tuple[str, ...]:
    return tuple(sorted(marks, key=lambda term: (-marks[term], term))[:4])


def _tells(one: Member) -> list[str]:
    """What a report names, counts or says in its title; no years, which are of the page as often as of the news."""
    years = {f"#{year}" for year in one.years}
    return [t for t in one.weights if (t in one.names or t in one.head or t[0] in "#@") and t not in years]


def _likeness(told: Sequence[Member]) -> Likeness:
    """How alike reports are in what does not stand in nearly all of them."""
    tellings = [list(_tells(one)) for one in told]
    holds = Counter(term for one in told for term in one.weights)
    many = len(told)
    rare = {t: math.log(many / n) for t, n in holds.items() if 2 <= n <= _COMMON * many}
    rows = [
        {term: one.weights[term] * rare[term] for term in tells if term in rare}
        for one, tells in zip(told, tellings, strict=True)
    ]
    lengths = [math.sqrt(sum([x * x for x in row.values()])) or 1.0 for row in rows]
    return [
        [sum([x * b[t] for t, x in a.items() if t in b]) / m / n for b, n in zip(rows, lengths, strict=True)]
        for a, m in zip(rows, lengths, strict=True)
    ]


def _by_reports(likeness: Likeness) -> list[Split]:
    """Beginnings: all by which of two reports they are liker, for each report and the one least like it."""
    pairs = sorted((min(row), place, row.index(min(row))) for place, row in enumerate(likeness))
    seeds = dict.fromkeys((min(a, b), max(a, b)) for _, a, b in pairs)
    return [tuple(row[one] >= row[other] for row in likeness) for one, other in list(seeds)[:_SEEDS]]


def _by_terms(told: Sequence[Member]) -> list[Split]:
    """Beginnings: all by whether they hold a name or a figure, for the heaviest that tell many from many."""
    many = len(told)
    weights: Counter[str] = Counter()
    holds: Counter[str] = Counter()
    for one in told:
        named = [term for term in _tells(one) if _is_mark(term, one)]
        holds.update(named)
        weights.update({term: one.weights[term] for term in named})
    telling = {term: weight * (many - holds[term]) for term, weight in weights.items() if holds[term] >= _FEWEST}
    seeds = sorted(telling, key=lambda term: (-telling[term], term))[:_SEEDS]
    return [tuple(term in one.weights for one in told) for term in seeds]


def _settled(likeness: Likeness, split: Split, rounds: int = _ROUNDS) -> Split | None:
    """Two means from a beginning on; None if a part becomes too small."""
    if not _FEWEST <= sum(split) <= len(split) - _FEWEST:
        return None
    moved = tuple(_nearer(row, place, split) for place, row in enumerate(likeness))
    return split if moved == split or not rounds else _settled(likeness, moved, rounds - 1)


def _nearer(row: Sequence[float], place: int, split: Split) -> bool:
    """Whether a report is nearer to the first part, itself left out."""
    mine = [x for at, x in enumerate(row) if split[at] and at != place]
    theirs = [x for at, x in enumerate(row) if not split[at] and at != place]
    return fmean(mine) >= fmean(theirs)


def _held(mine: Sequence[Member], theirs: Sequence[Member]) -> dict[str, int]:
    """The marks of the first part, with weights. A day is none: an event is told of on several."""
    holds, lacks = (Counter(term for one in part for term in one.weights) for part in (mine, theirs))
    named = {t for one in mine for t in _tells(one) if _is_mark(t, one)}
    return {
        term: max(one.weights.get(term, 0) for one in mine)
        for term in named
        if holds[term] >= _HELD * len(mine) and lacks[term] <= _LACKED * len(theirs)
    }


def _is_mark(term: str, one: Member) -> bool:
    return term[0] in "#@" or (term in one.names and not of_calendar(term))


def _marked(one: Sequence[Member], other: Sequence[Member]) -> bool:
    """Whether each part has marks enough: one alone is a turn of phrase as often as somebody else."""
    return all(
        len(marks) >= _MARKS and sum(marks.values()) >= _MARKED * UNIT
        for marks in (_held(one, other), _held(other, one))
    )
