"""What a report that fits a story is to it: another matter, the same told again, or what came next.

Score and grounds ask whether two texts tell of one subject; on real wires a third of what they join without a word is
another event of the same kind, and a third is the next thing to happen. Here the report is held against the one report
of the story that it is most like: what of either title the other tells, whose names and figures differ. Both models are
logistic regressions on 2,700 such joins that were judged by reading (docs/adr/0004-story-identity.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.score import Judged, dot, probability, signals
from bot.core.side import Member, Side
from bot.core.veto import Contradiction
from bot.core.views import StoryView
from bot.core.weights import SIGNALS, Model

_NATS = 40.0  # of idf, from which on more in common or apart says no more
_FIGURES = 3
_HOURS = 72.0
_HOUR_MS = 3_600_000
_HEADLINE = 110  # characters: what is longer is a text's first sentence, which tells half of it in words of its own
_TITLE_TOLD = SIGNALS.index("title told")
_MEANT = 0.5  # nearness in meaning to one of its reports: no question of words
_OFFICIAL = 0.8
_COPIED = 0.35  # of telling again, from which on what reads like a copy of a report is one
_COPIED_AGAIN = 0.3  # from which on a copy has no news
_SURE = 0.85  # nearness in meaning of one event told again


class Kinds(NamedTuple):
    """The models of a script: whether a report is of a story's matter, and whether it tells it again."""

    matter: Model
    again: Model


KINDS = {
    "la": Kinds(
        Model(-1.62, (3.18, 0.8, -6.19, -3.43, 1.71, -0.12), 0.25),
        Model(-2.41, (4.62, 1.52, -4.24, -1.29, 0.73, -0.55, -2.48), 0.24),
    ),
    "zh": Kinds(
        Model(1.74, (3.11, 3.26, -2.84, -2.27, -2.34, -0.32), 0.53),
        Model(-1.67, (3.78, 2.11, -2.97, -2.54, 0.12, -0.63, -2.71), 0.19),
    ),
}
"""By script. The thresholds let nearly all pass that is of one matter, and nine of ten that tell again."""


def another_matter(one: Member, view: StoryView, said: Judged, age_ms: int) -> Contradiction | None:
    """That a report tells of something else than a story that began `age_ms` before it, though in the same words."""
    side = view.sides.get(one.script)
    if side is None or len(said.signals) < len(SIGNALS) or said.meant >= _MEANT:
        return None
    if one.script == "la" and len(one.title) > _HEADLINE:
        return None
    model = KINDS[one.script].matter
    if probability(model, _signals(one, side, said.signals, age_ms)) >= model.threshold:
        return None
    return Contradiction("another matter in the same words", True)


def tells_again(one: Member, view: StoryView, said: Judged, age_ms: int, *, official: bool = False) -> bool:
    """Whether who has heard of a story has heard what a report of it tells; so across languages, where none can say.

    An outlet seldom tells one thing twice: what it reports of a story that it reported before is what came next. An
    `official` paper is silent only where it is surely the same: whoever waits for a rule must not miss the next one.
    """
    side = view.sides.get(one.script)
    if side is None or len(said.signals) < len(SIGNALS) or said.meant >= _SURE:
        return True
    threshold = _OFFICIAL if official else KINDS[one.script].again.threshold
    return _again(one, side, said.signals, age_ms, _own(one, side)) >= threshold


def copies_another(one: Member, view: StoryView, age_ms: int) -> bool:
    """Whether a titled report that reads like a copy of a story's is none: pages of one outlet share what stands around
    their news, and notices of two companies all but the names.
    """
    side = view.sides.get(one.script)
    return side is not None and _again(one, side, signals(one, side), age_ms, 0.0) < _COPIED


def copies_with_news(one: Member, view: StoryView, age_ms: int) -> bool:
    """Whether a titled copy tells more than the story has: the day's next price above the same text, the vote that the
    text awaited.
    """
    side = view.sides.get(one.script)
    return side is not None and _again(one, side, signals(one, side), age_ms, _own(one, side)) < _COPIED_AGAIN


def _again(one: Member, side: Side, found: Sequence[float], age_ms: int, own: float) -> float:
    """How likely a report tells again what a story told, of whose reports a share `own` are of its outlet."""
    return probability(KINDS[one.script].again, (*_signals(one, side, found, age_ms), own))


def _own(one: Member, side: Side) -> float:
    return sum([other.source == one.source for other in side.members]) / len(side.members) if one.source else 0.0


def _signals(one: Member, side: Side, found: Sequence[float], age_ms: int) -> tuple[float, ...]:
    """Shares of the titles that are told on the other side, figures and names (nats of idf) that each title has alone,
    what is told by both (nats), and the story's age; all but the first, of `found`, against the nearest report.
    """
    near = max(side.lately, key=lambda other: dot(one.weights, other.weights))
    shared = sum([weight for term, weight in one.weights.items() if term in near.weights]) * one.nats
    return (
        found[_TITLE_TOLD],
        _told(near, one),
        min(_figures(one, near), _figures(near, one), _FIGURES) / _FIGURES,
        min(_names(one, near), _names(near, one), _NATS) / _NATS,
        min(shared, _NATS) / _NATS,
        math.log1p(min(max(age_ms, 0) / _HOUR_MS, _HOURS)),
    )


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
