"""Backtests a rule over stored entries, before it is subscribed to or changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from bot.core.matching.judge import Judge
from bot.core.matching.tree import Node
from bot.core.model import Entry
from bot.core.units import DAY_MS

BUSY_A_DAY = 20
BROADEST = 0.2
_FEWEST_TO_JUDGE = 50  # entries, below which a share says nothing
_LATEST = 3
_WEEK = 7
_CHARACTERS = 200_000  # of text are read, some 15 ms of CPU: forty whole articles, or all of 300 short entries
_FEWEST_READ = 20

Row = tuple[int, Entry]
"""A story's id and one of its entries."""


class Match(NamedTuple):
    """An entry that a rule would have matched, with its words as published."""

    story: int
    entry: Entry
    terms: tuple[str, ...]


class Backtest(NamedTuple):
    """Stories (not entries) that a rule would have matched in the last 7 and 30 days.

    `looked_at` are the entries read, `matched` those that matched; `span_days` is how far back they reach (≤ 30).
    """

    week: int
    month: int
    looked_at: int
    matched: int
    span_days: float
    latest: tuple[Match, ...]

    @property
    def daily(self) -> float:
        """Alerts a day to expect."""
        return self.month / max(1.0, self.span_days)

    @property
    def young(self) -> bool:
        """Whether the store reaches back less far than the counts ask, so that the average is over fewer days."""
        return self.month > 0 and round(self.span_days) < _WEEK

    @property
    def share(self) -> float:
        """The share of the entries read that it matches."""
        return self.matched / self.looked_at if self.looked_at else 0.0

    @property
    def busy(self) -> bool:
        """Whether it deserves a warning: more than 20 alerts a day."""
        return self.daily > BUSY_A_DAY

    @property
    def too_broad(self) -> bool:
        """Whether it is refused: it matches more than a fifth of everything."""
        return self.looked_at >= _FEWEST_TO_JUDGE and self.share > BROADEST


def readable(rows: Sequence[Row]) -> Sequence[Row]:
    """The first rows, as many as may be read at once: fewer of whole articles than of short entries, but 20 or more."""
    read = 0
    for at, (_, entry) in enumerate(rows):
        read += len(entry.title) + len(entry.summary) + len(entry.content)
        if at >= _FEWEST_READ and read > _CHARACTERS:
            return rows[:at]
    return rows


def backtest(
    tree: Node, rows: Iterable[Row], now: int, topics_of: Callable[[Entry], frozenset[str]] = lambda _: frozenset()
) -> Backtest:
    """Run the rule over stored entries, newest first; those of the last 30 days count. `now` in ms.

    `topics_of` gives the topics of an entry, if the rule asks for them.
    """
    judge = Judge(tree)
    week: set[int] = set()
    month: set[int] = set()
    latest: list[Match] = []
    looked_at = matched = 0
    oldest = now
    for story, entry in rows:
        if entry.at < now - 30 * DAY_MS:
            continue
        looked_at += 1
        oldest = min(oldest, entry.at)
        if not judge.matches(entry, topics := topics_of(entry)):
            continue
        matched += 1
        if story not in month and len(latest) < _LATEST:
            latest.append(Match(story, entry, judge.terms(entry, topics)))
        month.add(story)
        if entry.at >= now - 7 * DAY_MS:
            week.add(story)
    return Backtest(len(week), len(month), looked_at, matched, (now - oldest) / DAY_MS, tuple(latest))


def projected(said: Backtest, age_days: float) -> Backtest:
    """Project the counts of the newest matches to all `age_days` (1 minute to 30 days) that the store reaches back.

    For a rule with more matches than were read, whose counts are those of `span_days` alone.
    """
    span = max(said.span_days, 1 / 1440)
    times = max(1.0, age_days / span)
    week = said.week if span >= 7 else round(said.week * max(1.0, min(7.0, age_days) / span))
    return said._replace(week=week, month=round(said.month * times), span_days=max(span, age_days))


class Change(NamedTuple):
    """The matches that a changed rule would gain and lose, in the order of the rows, newest first."""

    gained: tuple[Match, ...]
    lost: tuple[Match, ...]
    kept: int


def compare(old: Node, new: Node, rows: Iterable[Row]) -> Change:
    """Run both rules over stored entries."""
    before, after = Judge(old), Judge(new)
    gained: list[Match] = []
    lost: list[Match] = []
    kept = 0
    for story, entry in rows:
        was, now = before.matches(entry), after.matches(entry)
        kept += was and now
        if now and not was:
            gained.append(Match(story, entry, after.terms(entry)))
        elif was and not now:
            lost.append(Match(story, entry, before.terms(entry)))
    return Change(tuple(gained), tuple(lost), kept)
