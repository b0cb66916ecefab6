"""Walks a list that is paged, from its head down to what the last poll saw.

What was read is told, whatever happens behind it. What was not, because a page failed or came cut, or because more
came than one poll reads, is a gap: the memo names it, and the next polls read on there. A list grows at its head, so
that what stood on a page stands there later or further on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from bot.core.errors import FetchError, NotAFeed
from bot.sources import seen

T = TypeVar("T")
ROWS = 500
"""Rows that one poll reads beside those of the first page; the last page may have some more."""
MOST = 3 * ROWS
"""Entries that a walk may bring: `bot.sources.polls.polled`'s `most`."""


class Page(NamedTuple, Generic[T]):
    """One page: its rows, where the next one is ("" after the last), whether it came `cut`."""

    rows: Sequence[T]
    next: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """A kind's list: how a page is read, what marks a row, how many pages one poll reads, and how many the first one.

    A page that fails twice in a row with one of the statuses `ends` is none: the list became shorter. `further` is the
    first page of a longer list, for one that begins anew each day. `by_day`: rows are in the order of their days alone,
    so that a new one may stand below one that is known.
    """

    kind: str
    read: Callable[[str], Awaitable[Page[T]]]
    mark: Callable[[T], str]
    most: int
    begin: int = 1
    ends: tuple[int, ...] = (404,)
    further: str = ""
    by_day: bool = False


class Walked(NamedTuple, Generic[T]):
    """The rows that were read, what the next poll must know ({} when nothing was listed), and what was not read."""

    rows: list[T]
    memo: dict[str, Any]
    notes: tuple[str, ...]


class Gap(NamedTuple):
    """What is still to be read: from the page `at` down to one of the marks `until`; how that page `failed` (HTTP)."""

    at: str
    until: frozenset[str]
    failed: int = 0


async def walk(paged: Paged[T], memo: Mapping[str, Any], first: str) -> Walked[T]:
    """Read from the page `first` to what `memo` knows, then what is left of a gap.

    Raises what reading the first page raises: `FetchError`, `NotAFeed`.
    """
    known, gap = seen.ids(memo), gap_of(memo)
    way = _Way(paged, gap, news=bool(known))
    left = await way.down(first, known)
    marks = way.marks()
    until = gap.until if gap else known
    if left:
        gap = Gap(paged.further, until) if paged.further else Gap(left, until, way.failed)
    elif not way.met:
        gap = Gap(paged.further, until) if paged.further else None
    if gap and known and not left:
        left = await way.down(gap.at, gap.until)
        gap = Gap(left, gap.until, way.failed) if left else None
    marks = marks or way.marks()
    more = {"gap": {"at": gap.at, "until": sorted(gap.until), "failed": gap.failed}} if gap and known else {}
    return Walked(way.rows, {"seen": marks, **more} if marks else {}, tuple(dict.fromkeys(way.notes)))


def place(at: str) -> int:
    """The number that a page is named by; 0 for a name that is none."""
    return int(at[:9]) if at.isdecimal() else 0


def gap_of(memo: Mapping[str, Any]) -> Gap | None:
    """The gap of a memo."""
    found = memo.get("gap")
    if not isinstance(found, dict) or not isinstance(found.get("at"), str) or not isinstance(found.get("until"), list):
        return None
    failed = found.get("failed")
    return Gap(found["at"], frozenset(map(str, found["until"])), failed if isinstance(failed, int) else 0)


class _Way(Generic[T]):
    """What one poll reads: `rows` so far; `met`, whether the last way down came to what it looked for; notes.

    `failed`: the status with which the page failed at which that way stopped, 0 for none. `news`: not the first poll.
    """

    def __init__(self, paged: Paged[T], gap: Gap | None, *, news: bool) -> None:
        self._paged, self._gap, self._news = paged, gap, news
        self._pages, self._room = paged.most if news else paged.begin, ROWS
        self.rows: list[T] = []
        self.notes: list[str] = []
        self.met = False
        self.failed = 0
        self._begun = False

    def marks(self) -> list[str]:
        """The marks of the first rows."""
        return list(dict.fromkeys(filter(None, map(self._paged.mark, self.rows))))[: seen.KEPT]

    async def down(self, at: str, until: frozenset[str]) -> str:
        """Read from the page `at` on; where it stopped, "" when it met one of `until`, or the list ended."""
        self.met, self.failed = False, 0
        listed: set[str] = set()
        while at:
            if self._pages <= 0 or self._room <= 0:
                self._say("more came since the last poll than one poll reads; the next ones read on")
                return at
            try:
                page = await self._paged.read(at)
            except (FetchError, NotAFeed) as error:
                if not self._begun:
                    raise
                return self._broken(at, error)
            marks = self._take(page, until)
            if self.met or marks <= listed:  # some servers give the last page again and again
                return ""
            if page.cut:
                self._say("a page came cut, it is asked for again")
                return at
            listed |= marks
            at = page.next
        return ""

    def _take(self, page: Page[T], until: frozenset[str]) -> set[str]:
        """The marks of a page's rows, which are kept: of a later page none below the last that is known.

        What stands there is older than what the first poll began with.
        """
        marks = [self._paged.mark(row) for row in page.rows]
        last = max((place for place, mark in enumerate(marks, 1) if mark in until), default=0)
        self.met = last > 0
        whole = not (self._begun and self.met) or self._paged.by_day
        self.rows += page.rows if whole else page.rows[:last]
        self._room -= len(page.rows) if self._begun else 0
        self._pages, self._begun = self._pages - 1, True
        return set(marks)

    def _broken(self, at: str, error: FetchError | NotAFeed) -> str:
        status = error.status if isinstance(error, FetchError) else 0
        if self._gap and (at, status) == (self._gap.at, self._gap.failed) and status in self._paged.ends:
            return ""
        self.failed = status or 0
        self._say(f"older rows were not read, they are asked for again: {error}")
        return at

    def _say(self, what: str) -> None:
        if self._news:
            self.notes.append(f"{self._paged.kind}: {what}")
