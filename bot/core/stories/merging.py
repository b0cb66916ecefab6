"""Decides when two stories are one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from bot.core.stories.again import another_matter, figures_apart, matter
from bot.core.stories.beside import parts
from bot.core.stories.followup import State, parted
from bot.core.stories.grounds import too_little
from bot.core.stories.score import Judged, judge, judged_by
from bot.core.stories.side import Member, Side
from bot.core.stories.veto import against, one_listing, other_version, outweighs
from bot.core.stories.views import StoryView
from bot.core.stories.weights import Weights

_HIGHEST = 0.8  # threshold that silence can raise
_AGREE = 2  # reports of each of two stories that must fit the other before they become one
_GROWN = 3  # reports that a story must have to be looked back from
_SMALL = 3  # reports that a story may have to become part of it
_TELLING = 5  # reports from which on a story tells what a lone report is part of
_LINKED = 5  # reports that two stories must have together to be compared as wholes,
_EACH = 2  # and each alone
_SURELY, _MAYBE = 0.6, 0.4  # of one matter: the surest report of two stories, and the one in the middle
_TITLED = 0.5  # cosine of what titles of one company say beside its name


def one_story(fit: Sequence[StoryView], weights: Weights) -> list[StoryView]:
    """The second of the stories that a report fits, if it and the first are one: reports of each fit the other."""
    if len(fit) < 2:
        return []
    best, other = fit[:2]
    if (best.state.forms and other.state.forms) or other_version(best.state.versions, other.state.versions):
        return []
    silence = _silence(best, other)
    agree = _enough(best, other, silence, weights) and _enough(other, best, silence, weights)
    return [other] if agree and _may(best, other, weights) and _one_matter(best, other, weights) else []


def one_company(report: State, fit: Sequence[StoryView], weights: Weights) -> list[StoryView]:
    """The first other story of a company's listing that a report of that listing fits, if both stories are about this
    company alone: they may have begun in two languages, with little in common.
    """
    best, *others = fit
    if len(best.state.subjects) != 1:
        return []
    found = (view for view in others if view.state.subjects == best.state.subjects and one_listing(report, view.state))
    return [view for view in found if _may(best, view, weights)][:1]


def looked_back(grown: StoryView, others: Sequence[StoryView], weights: Weights) -> list[StoryView]:
    """The first small story that a grown one explains by now: it came too early to be recognised.

    A lone report of a sentence or two needs little. It was alerted on its own, so nobody misses it, and a report that
    tells of the event in other words than all the rest (a column, a brother's tears) is near no other story.
    """
    if grown.size < _GROWN:
        return []
    for view in others:
        small = view.size <= min(_SMALL, grown.size // 2)
        if small and _explains(grown, view, weights) and _one_matter(view, grown, weights):
            return [view]
    return []


def linked(grown: StoryView, others: Sequence[StoryView], weights: Weights) -> list[StoryView]:
    """The first story whose reports fit the grown one on average, and the other way round, without an objection.

    Average linkage (Sokal and Michener 1958): between two pieces of one event many reports each fit a little, which no
    single report may show. The lesser of the two averages counts, in each script that both stories are told in.
    """
    for view in others:
        few = grown.size + view.size < _LINKED or min(grown.size, view.size) < _EACH
        if few or not _may(grown, view, weights):
            continue
        if against(view.state, grown.state):
            continue
        needed = min(weights.linked * (1.0 + _silence(grown, view) / weights.quiet_ms), _HIGHEST)
        scripts = sorted(view.sides.keys() & grown.sides.keys())
        pairs = [(view.sides[script], grown.sides[script]) for script in scripts]
        fit = pairs and all(
            _on_average(one, into, needed, weights) and _on_average(into, one, needed, weights) for one, into in pairs
        )
        if fit and _one_matter(view, grown, weights):
            return [view]
    return []


def _one_matter(one: StoryView, other: StoryView, weights: Weights) -> bool:
    """Whether some report of two stories is surely of the other's matter, and half of the reports may be. A fit alone
    only says that they read alike (docs/stories-measured.md).
    """
    if _of_one_maker(one, other):
        return False
    silence = _silence(one, other)
    sure = [
        found
        for story, into in ((one, other), (other, one))
        for report in _reports(story)
        if (found := matter(report, into, judged_by(report, into, weights), into.last_at + silence)) is not None
    ]
    return not sure or (max(sure) >= _SURELY and median(sure) >= _MAYBE)


def _of_one_maker(one: StoryView, other: StoryView) -> bool:
    """Whether most titles of two grown stories share little but a company's name: two launches of one week.

    The larger a story is, the more of the company's words it holds, so that reports of either fit the other.
    """
    if min(one.size, other.size) < _GROWN:
        return False
    pairs = [(one.sides[script], other.sides[script]) for script in one.sides.keys() & other.sides.keys()]
    shared = {term for a, b in pairs for term in a.topic[0].keys() & b.topic[0].keys() if term[0] == "@"}
    return bool(shared) and all(_titles_cosine(a, b) < _TITLED for a, b in pairs)


def _titles_cosine(one: Side, other: Side) -> float:
    """The cosine of two stories' titles, those of each taken together, without the names of entities."""
    entities = [term for side in (one, other) for term in side.tables.heads if term[0] == "@"]
    names = parts(entities).union(entities)
    mine, theirs = [{term: w for term, w in side.titles.items() if term not in names} for side in (one, other)]
    length = math.sqrt(sum([w * w for w in mine.values()]) * sum([w * w for w in theirs.values()]))
    return sum([weight * theirs[term] for term, weight in mine.items() if term in theirs]) / (length or 1.0)


def _reports(view: StoryView) -> list[Member]:
    return [one for side in view.sides.values() for one in side.lately]


def _on_average(side: Side, into: Side, needed: float, weights: Weights) -> bool:
    """Whether the reports of a side reach a score against another side on average."""
    members = side.lately
    lacking, at = needed * len(members), 0
    while 0.0 < lacking <= len(members) - at:
        lacking -= judge(members[at], into, weights).score
        at += 1
    return lacking <= 0.0


def _explains(grown: StoryView, small: StoryView, weights: Weights) -> bool:
    if outweighs(against(small.state, grown.state), 0.0) or not _may(grown, small, weights):
        return False
    silence = _silence(grown, small)
    members = [one for side in small.sides.values() for one in side.members]
    alone = len(members) == 1 and grown.size >= _TELLING
    subjects = small.state.subjects
    return all(_fits(one, grown, silence, weights, subjects, alone=alone) for one in members)


def _silence(one: StoryView, other: StoryView) -> int:
    """The ms between the end of the earlier story and the beginning of the later."""
    early, late = sorted((one, other), key=lambda view: view.first_at)
    return max(0, late.first_at - early.last_at)


def _may(one: StoryView, other: StoryView, weights: Weights) -> bool:
    """Whether two stories may be merged: together they span no more than an open story may, and were never split."""
    if parted(one.state, other.state):
        return False
    return max(one.last_at, other.last_at) - min(one.first_at, other.first_at) <= weights.close_ms


def _enough(view: StoryView, into: StoryView, silence_ms: int, weights: Weights) -> bool:
    """Whether enough of a story's reports fit another story."""
    members = _reports(view)
    enough = min(_AGREE, len(members))
    good = 0
    for one in members:
        good += _fits(one, into, silence_ms, weights, view.state.subjects)
        if good >= enough:
            return True
    return False


def _fits(
    one: Member,
    into: StoryView,
    silence_ms: int,
    weights: Weights,
    subjects: frozenset[str],
    *,
    alone: bool = False,
) -> bool:
    said = judged_by(one, into, weights)
    little = alone and one.words >= weights.lead_words and _in_english(one, into)  # other models say .05 of strangers
    needed = (weights.back if little else max(weights.merge, said.threshold)) * (1.0 + silence_ms / weights.quiet_ms)
    if said.score < min(needed, _HIGHEST) or not _grounded(one, into, said, subjects):
        return False
    if figures_apart(one, into):
        return False  # two recalls of one maker: merged, the next of either would be known
    return (
        little or another_matter(one, into, said, into.last_at + silence_ms) is None
    )  # who tells of it late tells it in words of his own


def _grounded(one: Member, into: StoryView, said: Judged, subjects: frozenset[str]) -> bool:
    return _in_english(one, into) or too_little(one, into, said, subjects) is None


def _in_english(one: Member, into: StoryView) -> bool:
    return one.script == "la" and "la" in into.sides
