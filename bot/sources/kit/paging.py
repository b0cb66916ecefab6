"""Walks a list that is paged, from its head down to what the last poll saw.

What was read is told, whatever happens behind it. What was not, because a page failed or came cut, or because more
came than one poll reads, is a gap: the memo names it, and the next polls read on there. A list grows at its head, so
that what stood on a page stands there later or further on. `paged` says what a list is, `way` what one poll reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, NamedTuple

from bot.sources.kit import seen
from bot.sources.kit.gaps import Gap, gap_of, noted
from bot.sources.kit.paged import Paged, T
from bot.sources.kit.way import ROWS, Way

MOST = 3 * ROWS
"""Entries that a walk may bring: `bot.sources.kit.polls.polled`'s `most`."""


class Walked(NamedTuple, Generic[T]):
    """The rows that were read, what the next poll must know ({} when nothing was listed), and what was not read.

    Behind the `open` rows the list goes on unread: their groups may be cut.
    """

    rows: list[T]
    memo: dict[str, Any]
    notes: tuple[str, ...]
    open: list[T]


async def walk(paged: Paged[T], memo: Mapping[str, Any], first: str) -> Walked[T]:
    """Read from the page `first` to what `memo` knows, then what is left of a gap.

    Raises what reading the first page raises: `FetchError`, `NotAFeed`.
    """
    known, gap = frozenset(seen.listed(memo)), gap_of(memo)
    way = Way(paged, gap, news=bool(known))
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
    more = noted(gap) if gap and known else {}
    return Walked(way.rows, {"seen": marks, **more} if marks else {}, tuple(dict.fromkeys(way.notes)), way.open)
