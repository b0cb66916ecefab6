"""Walks a list that is paged, from its head down to what the last poll saw.

What was read is told, whatever happens behind it. What was not, because a page failed or came cut, or because more
came than one poll reads, is a gap: the memo names it, and the next polls read on there. A list grows at its head, so
that what stood on a page stands there later or further on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, NamedTuple, TypeVar

from bot.core.errors import FetchError, NotAFeed
from bot.sources import seen

T = TypeVar("T")
ROWS = 500
"""Rows that one poll reads beside those of the first page; the last page may have some more."""
MOST = 3 * ROWS
"""Entries that a walk may bring: `bot.sources.polls.polled`'s `most`."""
REFUSED = (400, 404, 410, 422)
"""Statuses that say of a page, twice, that there is none: its number or cursor is not taken."""

_LONGEST_S = 25.0
"""After so long no other page is asked for: with two lists, and pages that take as long, a lease is not outlived."""
_MORE = "more came since the last poll than one poll reads; the next ones read on"


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
    so that a new one may stand below one that is known. `group` names what belongs together: no group with a new row is
    left half read.
    """

    kind: str
    read: Callable[[str], Awaitable[Page[T]]]
    mark: Callable[[T], str]
    most: int
    begin: int = 1
    ends: tuple[int, ...] = REFUSED
    further: str = ""
    by_day: bool = False
    group: Callable[[T], str] | None = None


class Walked(NamedTuple, Generic[T]):
    """The rows that were read, what the next poll must know ({} when nothing was listed), and what was not read.

    Behind the `open` rows the list goes on unread: their groups may be cut.
    """

    rows: list[T]
    memo: dict[str, Any]
    notes: tuple[str, ...]
    open: list[T]


class Gap(NamedTuple):
    """What is still to be read: from the page `at` down to one of the marks `until`; which page `failed`, and how."""

    at: str
    until: frozenset[str]
    failed: str = ""


async def walk(paged: Paged[T], memo: Mapping[str, Any], first: str) -> Walked[T]:
    """Read from the page `first` to what `memo` knows, then what is left of a gap.

    Raises what reading the first page raises: `FetchError`, `NotAFeed`.
    """
    known, gap = frozenset(seen.listed(memo)), gap_of(memo)
    way = _Way(paged, gap, news=bool(known))
    left = await way.down(first, known)
    marks = way.marks()
    until = gap.until if gap else known
    if left and paged.further:
        left, way.failed = paged.further, ""
    elif not way.met and known and paged.further:
        left = await way.down(paged.further, known)
    if left:
        gap = Gap(left, until, way.failed)
    elif not way.met:
        gap = None
    elif gap and known:
        left = await way.read_on(gap)
        gap = Gap(left, gap.until, way.failed) if left else None
    marks = marks or way.marks()
    if marks and paged.further:  # the first rows of a day are few, and each may be taken back
        marks = list(dict.fromkeys((*marks, *seen.listed(memo))))[: seen.KEPT]
    more = {"gap": {"at": gap.at, "until": sorted(gap.until), "failed": gap.failed}} if gap and known else {}
    return Walked(way.rows, {"seen": marks, **more} if marks else {}, tuple(dict.fromkeys(way.notes)), way.open)


def place(at: str) -> int:
    """The number that a page is named by; 0 for a name that is none."""
    return int(at[:9]) if at.isdecimal() else 0


def gap_of(memo: Mapping[str, Any]) -> Gap | None:
    """The gap of a memo."""
    found = memo.get("gap")
    if not isinstance(found, dict) or not isinstance(found.get("at"), str) or not isinstance(found.get("until"), list):
        return None
    return Gap(found["at"], frozenset(map(str, found["until"])), str(found.get("failed") or ""))


class _Way(Generic[T]):
    """What one poll reads: `rows` so far, those behind which the list goes on unread (`open`), and notes.

    `met`: the last way down came to what it looked for; `failed`: the page that stopped it, "" for none. `news`: not
    the first poll.
    """

    def __init__(self, paged: Paged[T], gap: Gap | None, *, news: bool) -> None:
        self._paged, self._gap, self._news = paged, gap, news
        self._pages, self._room = paged.most if news else paged.begin, ROWS
        self._ends = monotonic() + _LONGEST_S
        self.rows: list[T] = []
        self.open: list[T] = []
        self.notes: list[str] = []
        self.met = False
        self.failed = ""
        self._begun = self._known = False
        self._new: set[str] = set()
        self._tail = self._since = self._first = ""  # the last row's group, the page on which it begins

    def marks(self) -> list[str]:
        """The marks of the first rows."""
        return list(dict.fromkeys(filter(None, map(self._paged.mark, self.rows))))[: seen.KEPT]

    async def down(self, at: str, until: frozenset[str]) -> str:
        """Read from the page `at` on; where to read on, "" when it met one of `until`, or the list ended."""
        self.met = self._known = False
        self.failed = self._tail = self._since = ""
        self._first = "" if self._paged.further and not self._begun else at
        listed = set[str]()
        while at:
            if self._begun and (self._pages <= 0 or self._room <= 0 or monotonic() > self._ends):
                return self._stopped(at, _MORE)
            try:
                page = await self._paged.read(at)
            except (FetchError, NotAFeed) as error:
                if not self._begun:
                    raise
                return self._broken(at, error)
            marks = self._take(at, page, until)
            if self.met or marks <= listed:  # some servers give the last page again and again
                return ""
            if page.cut:
                return self._stopped(at, "a page came cut, it is asked for again")
            listed |= marks
            at = page.next
        return ""

    async def read_on(self, gap: Gap) -> str:
        """`down` in a gap; a group that was cut before and is read to its end there is whole."""
        cut, begun = self.open, len(self.rows)
        self.open = []
        left = await self.down(gap.at, gap.until)
        if group := self._paged.group:
            whole = {group(row) for row in self.rows[begun:]}
            self.open += [row for row in cut if group(row) not in whole]
        return left

    def _take(self, at: str, page: Page[T], until: frozenset[str]) -> set[str]:
        """The marks of a page's rows, which are kept: of a later page none below the last that is known.

        What stands there is older than what the first poll began with.
        """
        rows, group = page.rows, self._paged.group
        marks, groups = [self._paged.mark(row) for row in rows], [group(row) for row in rows] if group else []
        found = [place for place, mark in enumerate(marks) if mark in until]
        if groups and set(groups) != {self._tail}:
            self._tail, self._since = groups[-1], at
        if not self._known:
            self._new |= set(groups[: found[0]] if found else groups)
        self._known = self._known or bool(found)
        end = len(rows)
        if self._known and self._begun and not self._paged.by_day:
            end = found[-1] + 1 if found else 0
            while groups and end < len(rows) and groups[end] in self._new:
                end += 1
        self.rows += rows[:end]
        goes_on = bool(page.next) if end == len(rows) else groups[end - 1 : end] == groups[end : end + 1]
        self.met = self._known and not (goes_on and groups and groups[end - 1] in self._new)
        self.open += self.rows[-1:] if self.met and goes_on else []
        self._room -= len(rows) if self._begun else 0
        self._pages, self._begun = self._pages - 1, True
        return set(marks)

    def _broken(self, at: str, error: FetchError | NotAFeed) -> str:
        status = error.status if isinstance(error, FetchError) else 0
        self.failed = f"{status} {at}"
        if status in self._paged.ends and self._gap and self._gap.failed == self.failed:
            return ""
        return self._stopped(at, f"older rows were not read, they are asked for again: {error}")

    def _stopped(self, at: str, why: str) -> str:
        """The page to read on at: that on which the last group began, unless one poll is too short for it."""
        if self._news:
            self.notes.append(f"{self._paged.kind}: {why}")
        if self._since in ("", self._first):
            return at
        self.open += self.rows[-1:]
        return self._since
