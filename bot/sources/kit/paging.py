"""Walks a paged list, from its head down to what the last poll saw.

Rows that were read are told, whatever happens after them. Rows that were not, because a page failed or was cut, or
because there were more than one poll reads, are a gap: the memo notes it, and the next polls read on there. A list
grows at its head, so what was on a page is later on the same page or a further one. `paged` describes a list, `way`
what one poll reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, NamedTuple

from bot.sources.kit import seen
from bot.sources.kit.gaps import Gap, gap_of, noted
from bot.sources.kit.paged import Paged, T
from bot.sources.kit.way import ROWS, Way

MOST = 3 * ROWS
"""The most entries of a walk: `most` of `bot.sources.kit.polls.polled`."""


class Walked(NamedTuple, Generic[T]):
    """The rows that were read, what the next poll must know ({} when nothing was listed), and notes on what was not
    read.

    After the `open` rows the list goes on unread, so their groups may be incomplete.
    """

    rows: list[T]
    memo: dict[str, Any]
    notes: tuple[str, ...]
    open: list[T]


async def walk(paged: Paged[T], memo: Mapping[str, Any], first: str) -> Walked[T]:
    """Read from the page `first` down to what `memo` knows, then the rest of a gap.

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
    if marks and paged.further:  # a day's first rows are few, and each may be withdrawn
        marks = list(dict.fromkeys((*marks, *seen.listed(memo))))[: seen.KEPT]
    more = noted(gap) if gap and known else {}
    return Walked(way.rows, {"seen": marks, **more} if marks else {}, tuple(dict.fromkeys(way.notes)), way.open)
