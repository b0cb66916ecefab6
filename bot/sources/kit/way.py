"""One poll's way down the pages of a list: which rows it takes, where it ends, and where the next poll reads on."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Generic

from bot.core.errors import FetchError, NotAFeed
from bot.sources.kit import seen
from bot.sources.kit.gaps import Gap
from bot.sources.kit.paged import Page, Paged, T

ROWS = 500
"""How many rows one poll reads after those of the first page; the last page may add some."""
_LONGEST_S = 25.0
"""After so long no further page is requested: even with two lists of slow pages, the poll ends within its lease."""

_MORE = "more came since the last poll than one poll reads; the next ones read on"


class Way(Generic[T]):
    """What one poll reads: `rows` so far, those after which the list goes on unread (`open`), and notes.

    `met`: the last way down reached what it looked for. `failed`: the page that stopped it, or "". `news`: this is not
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
        self._tail = self._since = self._first = ""  # the last row's group, the page on which it begins, the first page

    def marks(self) -> list[str]:
        """The marks of the first rows."""
        return list(dict.fromkeys(filter(None, map(self._paged.mark, self.rows))))[: seen.KEPT]

    async def down(self, at: str, until: frozenset[str]) -> str:
        """Read from the page `at` on; returns where to read on, "" when it met one of `until` or the list ended."""
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
            if self.met or marks <= listed:  # some servers repeat the last page for ever
                return ""
            if page.cut:
                return self._stopped(at, "a page came cut, it is asked for again")
            listed |= marks
            at = page.next
        return ""

    async def read_on(self, gap: Gap) -> str:
        """`down` in a gap. A group that was cut before is complete if it is read to its end there."""
        cut, begun = self.open, len(self.rows)
        self.open = []
        left = await self.down(gap.at, gap.until)
        if group := self._paged.group:
            whole = {group(row) for row in self.rows[begun:]}
            self.open += [row for row in cut if group(row) not in whole]
        return left

    def _take(self, at: str, page: Page[T], until: frozenset[str]) -> set[str]:
        """The marks of a page's rows; keeps the rows that may be news."""
        rows, group = page.rows, self._paged.group
        marks, groups = [self._paged.mark(row) for row in rows], [group(row) for row in rows] if group else []
        found = [place for place, mark in enumerate(marks) if mark in until]
        self._follow(at, groups, found)
        end = self._end(len(rows), groups, found)
        self.rows += rows[:end]
        self._meet(groups, end, goes_on=bool(page.next) if end == len(rows) else _is_split(groups, end))
        self._room -= len(rows) if self._begun else 0
        self._pages, self._begun = self._pages - 1, True
        return set(marks)

    def _follow(self, at: str, groups: Sequence[str], found: Sequence[int]) -> None:
        """Track which groups have a new row, and on which page the last group begins."""
        if groups and set(groups) != {self._tail}:
            self._tail, self._since = groups[-1], at
        if not self._known:
            self._new |= set(groups[: found[0]] if found else groups)
        self._known = self._known or bool(found)

    def _end(self, rows: int, groups: Sequence[str], found: Sequence[int]) -> int:
        """How many of a page's rows are kept: on later pages, none below the last known row.

        Rows below it are older than those with which the first poll began.
        """
        if not self._known or not self._begun or self._paged.by_day:
            return rows
        end = found[-1] + 1 if found else 0
        while groups and end < rows and groups[end] in self._new:
            end += 1
        return end

    def _meet(self, groups: Sequence[str], end: int, *, goes_on: bool) -> None:
        """Decide whether the way ends here: a known row was met, and the last group has no new row or is complete."""
        self.met = self._known and not (goes_on and groups and groups[end - 1] in self._new)
        self.open += self.rows[-1:] if self.met and goes_on else []

    def _broken(self, at: str, error: FetchError | NotAFeed) -> str:
        status = error.status if isinstance(error, FetchError) else 0
        self.failed = f"{status} {at}"
        if status in self._paged.ends and self._gap and self._gap.failed == self.failed:
            return ""
        return self._stopped(at, f"older rows were not read, they are asked for again: {error}")

    def _stopped(self, at: str, why: str) -> str:
        """The page to read on from: where the last group began, unless the group is longer than one poll."""
        if self._news:
            self.notes.append(f"{self._paged.kind}: {why}")
        if self._since in ("", self._first):
            return at
        self.open += self.rows[-1:]
        return self._since


def _is_split(groups: Sequence[str], end: int) -> bool:
    """Whether the rows before and after a place belong to one group."""
    return groups[end - 1 : end] == groups[end : end + 1]
