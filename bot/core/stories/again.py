"""How a report relates to a story that it fits: another matter, the same news again, or what came next.

Score and grounds only ask whether two texts are about one subject. Of the reports that they join silently on real
wires, a third tell of another event of the same kind, and a third of the next thing to happen. So this module compares
the report with the most similar report of the story: how much of each title the other tells, which names and figures
differ, how much time lies between them, what kind of title it is. The models are logistic regressions, fitted on 8,400
such joins of twenty streams that were judged by reading, and on joins of the labelled sets (docs/stories-measured.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.core.language.quantities import figures
from bot.core.language.text import fold
from bot.core.stories.cues import cues
from bot.core.stories.score import Judged, dot, probability, title_told
from bot.core.stories.side import Member, Side
from bot.core.stories.veto import Contradiction
from bot.core.stories.views import StoryView
from bot.core.stories.weights import SIGNALS, Model
from bot.core.units import DAY_MS, HOUR_MS

_NATS = 40.0  # of idf, from which on more in common or apart says no more
_FIGURES = 3
_HOURS = 72.0
_HEADLINE = 110  # characters: what is longer is a text's first sentence, which tells half of it in words of its own
_TITLE_TOLD = SIGNALS.index("title told")
_OTHER_FIGURES = SIGNALS.index("other figures")
_SHORT = 20.0  # words of a short report
_MEANT = 0.7  # nearness in meaning to one of its reports: no question of words
_OFFICIAL = 0.8
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:周|星期)[一二三四五六日天]")
_SAME_FRAME = 0.7  # cosine of two titles that may be the same but for a day
_COPIED_AGAIN = 0.3  # from which on a copy has no news
_SURE = 0.95  # nearness in meaning of one event told again


_COLUMNS = ("la matter", "la again", "zh matter", "zh again")
_FITTED = {
    "": (0.69, 1.23, -0.48, 0.07),
    "title told": (3.54, 1.21, 3.68, 2.26),
    "told back": (3.03, 1.66, 3.85, 1.04),
    "figures apart": (-2.51, -1.81, -2.5, -3.48),
    "names apart": (-2.5, -0.86, -3.77, -2.14),
    "shared": (0.91, 1.14, 0.43, -0.03),
    "hours": (-0.31, -0.33, -0.18, -0.39),
    "silence": (-0.53, -0.45, -0.61, -0.28),
    "text new": (-1.02, -0.75, -0.44, -1.27),
    "title new": (0.37, -1.47, 1.54, 0.59),
    "other figures": (-1.81, -1.81, -1.53, -1.17),
    "titles": (-1.8, 0.12, -1.95, 1.32),
    "length": (-0.09, -0.1, -0.61, -0.1),
    "next": (0.28, -0.65, 0.38, -0.79),
    "explains": (0.2, 0.46, 1.04, 1.51),
    "edition": (-1.64, -0.74, -1.23, -0.79),
    "notice": (-0.65, -0.19, -2.68, -1.07),
    "own": (0.0, -1.21, 0.0, -0.88),
}
"""The weights of four logistic models by signal (`compared`); "" is the bias.

Shares, nats of idf and figures are scaled to about 1; hours are logarithms; "titles" is the cosine with the nearest
title. Then come `bot.core.stories.cues`, and the outlet's own share of the story, which does not count when a report
chooses its story.
"""


class Kinds(NamedTuple):
    """The models of a script: whether a report is of a story's matter, tells it again, and whether a copy does."""

    matter: Model
    again: Model
    copied: Model


def _fitted(column: str, threshold: float) -> Model:
    bias, *weights = [row[_COLUMNS.index(column)] for row in _FITTED.values()]
    return Model(bias, tuple(weights), threshold)


KINDS = {
    "la": Kinds(
        _fitted("la matter", 0.5),
        _fitted("la again", 0.55),
        Model(-2.41, (4.62, 1.52, -4.24, -1.29, 0.73, -0.55, -2.48), 0.35),
    ),
    "zh": Kinds(
        _fitted("zh matter", 0.45),
        _fitted("zh again", 0.55),
        Model(-1.67, (3.78, 2.11, -2.97, -2.54, 0.12, -0.63, -2.71), 0.35),
    ),
}
"""The models by script; the counts behind the thresholds are in docs/stories-measured.md. Copies have models of their
own, which look at the first six signals and the outlet.
"""


def another_matter(one: Member, view: StoryView, said: Judged, at_ms: int) -> Contradiction | None:
    """The objection that a report, written at a time (ms), tells of another matter than a story in the same words."""
    if another_day(one, view):
        return Contradiction("another day in the same words", True)
    found = matter(one, view, said, at_ms)
    if found is None or found >= KINDS[one.script].matter.threshold:
        return None
    return Contradiction("another matter in the same words", True)


def matter(one: Member, view: StoryView, said: Judged, at_ms: int) -> float | None:
    """How likely a report, written at a time (ms), is of a story's matter; None where words cannot tell."""
    side = view.sides.get(one.script)
    if side is None or len(said.signals) < len(SIGNALS) or said.meant >= _MEANT:
        return None
    if one.script == "la" and len(one.title) > _HEADLINE:
        return None
    return probability(KINDS[one.script].matter, compared(one, side, said.signals, view, at_ms, 0.0))


def another_day(one: Member, view: StoryView) -> bool:
    """Whether a report's title and the most similar title of the story differ only in the day that each names: the
    central bank's operation of the 19th, and that of the 20th.
    """
    if not any(_days(one.title)):
        return False
    near = _nearest_in(view, one)
    pairs = zip(_days(one.title), _days(near.title), strict=True)
    return any(a and b and a.isdisjoint(b) for a, b in pairs) and _cosine(one, near) >= _SAME_FRAME


def figures_apart(one: Member, view: StoryView) -> bool:
    """Whether a report's title and the most similar title of the story each tell a figure that the other lacks."""
    near = _nearest_in(view, one)
    return bool(_figures(one, near) and _figures(near, one))


def tells_again(one: Member, view: StoryView, said: Judged, at_ms: int, *, official: bool = False) -> bool:
    """Whether a report repeats what its story has told, so that readers need not hear it. True across languages, where
    words cannot say.

    An outlet seldom tells one thing twice: what it reports on a story that it reported before is what came next. An
    `official` paper counts as repeated only if it surely is, even had the story been silent for a day: a reader who
    waits for a rule must not miss the next one.
    """
    side = view.sides.get(one.script)
    if side is None or len(said.signals) < len(SIGNALS) or said.meant >= _SURE:
        return True
    model = KINDS[one.script].again
    threshold = _OFFICIAL if official else model.threshold
    at_ms = max(at_ms, view.last_at + DAY_MS) if official else at_ms
    found = compared(one, side, said.signals, view, at_ms, _own(one, side))
    return probability(model, found) >= threshold


def copies_another(one: Member, view: StoryView, at_ms: int) -> bool:
    """Whether a titled report reads like a copy of a story's report but is none: pages of one outlet share the text
    around their news, and notices of two companies share everything but the names.
    """
    side = view.sides.get(one.script)
    if side is None:
        return False
    return another_day(one, view) or _copied(one, side, view, at_ms, 0.0) < KINDS[one.script].copied.threshold


def copies_with_news(one: Member, view: StoryView, at_ms: int) -> bool:
    """Whether a titled copy tells more than its story: the day's next price above the same text, or the result of the
    vote that the text awaited.
    """
    side = view.sides.get(one.script)
    return side is not None and _copied(one, side, view, at_ms, _own(one, side)) < _COPIED_AGAIN


def _copied(one: Member, side: Side, view: StoryView, at_ms: int, own: float) -> float:
    """How likely a report that reads like a copy is one; `own` is its outlet's share of the story's reports."""
    found = _nearest(one, _near(one, side), title_told(one, side))
    return probability(KINDS[one.script].copied, (*found, _hours(at_ms - view.first_at), own))


def _own(one: Member, side: Side) -> float:
    return sum([other.source == one.source for other in side.members]) / len(side.members) if one.source else 0.0


@lru_cache(maxsize=4_096)
def _days(title: str) -> tuple[frozenset[str], frozenset[str]]:
    """The days that a title names by date, and those that it names by weekday."""
    folded = fold(title)
    return frozenset(figures(folded).days), frozenset(_WEEKDAY.findall(folded))


def _near(one: Member, side: Side) -> Member:
    """The report of a story that is most similar to a report."""
    return max(side.lately, key=lambda other: dot(one.weights, other.weights))


def _nearest_in(view: StoryView, one: Member) -> Member:
    """The same of a story told in several scripts; the report itself where none is in its own."""
    side = view.sides.get(one.script)
    return _near(one, side) if side else one


def compared(
    one: Member, side: Side, found: Sequence[float], view: StoryView, at_ms: int, own: float
) -> tuple[float, ...]:
    """The models' signals for a report, written at a time (ms), and a story; `found`: those of `score.signals`."""
    near = _near(one, side)
    known = set().union(*[other.weights for other in side.lately])
    nats = one.nats
    body = [(term, weight) for term, weight in one.weights.items() if term not in one.head]
    return (
        *_nearest(one, near, found[_TITLE_TOLD]),
        _hours(at_ms - view.first_at),
        _hours(at_ms - view.last_at),
        sum([weight for term, weight in body if term not in known]) * nats / (sum([w for _, w in body]) * nats + 1.0),
        min(sum([one.weights.get(term, 0) for term in one.head if term not in known]) * nats, _NATS) / _NATS,
        found[_OTHER_FIGURES],
        _cosine(one, near),
        math.log(max(one.words, 3) / _SHORT),
        *cues(one.title, one.script),
        own,
    )


def _nearest(one: Member, near: Member, told: float) -> tuple[float, ...]:
    """The share of each title that the other tells, the figures and names that each has alone (nats of idf), and what
    both tell (nats).
    """
    shared = sum([weight for term, weight in one.weights.items() if term in near.weights]) * one.nats
    return (
        told,
        _told(near, one),
        min(_figures(one, near), _figures(near, one), _FIGURES) / _FIGURES,
        min(_names(one, near), _names(near, one), _NATS) / _NATS,
        min(shared, _NATS) / _NATS,
    )


def _hours(ms: int) -> float:
    return math.log1p(min(max(ms, 0) / HOUR_MS, _HOURS))


def _cosine(one: Member, other: Member) -> float:
    """How alike two titles are by their weighed terms."""
    mine = {term: one.weights.get(term, 0) for term in one.head}
    theirs = {term: other.weights.get(term, 0) for term in other.head}
    length = math.sqrt(sum([w * w for w in mine.values()]) * sum([w * w for w in theirs.values()]))
    return sum([weight * theirs[term] for term, weight in mine.items() if term in theirs]) / (length or 1.0)


def _told(one: Member, other: Member) -> float:
    """The share of a report's title, by squared weights, that the other report tells."""
    squares = [(term, one.weights.get(term, 0) ** 2) for term in one.head]
    return sum([square for term, square in squares if term in other.weights]) / (sum([s for _, s in squares]) or 1)


def _figures(one: Member, other: Member) -> int:
    """How many figures of a report's title the other report does not tell."""
    return sum([term[0] == "#" and term not in other.weights for term in one.head])


def _names(one: Member, other: Member) -> float:
    """How much the names in a report's title weigh that the other report does not tell, in nats of idf."""
    alone = [one.weights.get(term, 0) for term in one.head if term in one.names and term not in other.weights]
    return sum(alone) * one.nats
