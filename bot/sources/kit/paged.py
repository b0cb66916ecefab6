"""How a kind of source describes a paged list (`bot.sources.kit.paging` reads it)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
REFUSED = (400, 404, 410, 422)
"""Statuses that, if a page gives one twice, say that it does not exist: its number or cursor is not accepted."""


class Page(NamedTuple, Generic[T]):
    """One page: its rows, where the next page is ("" after the last), and whether this one was `cut`."""

    rows: Sequence[T]
    next: str = ""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """A kind's list: how to `read` a page, the `mark` of a row, how many pages a poll reads (`most`; the first:
    `begin`).

    A page that fails twice in a row with one of the statuses `ends` does not exist: the list became shorter. `further`
    is the first page of a longer list, for a list that starts anew each day. `by_day`: rows are ordered by day only, so
    that a new row may stand below a known one. `group` names which rows belong together: no group with a new row is
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


def place(at: str) -> int:
    """The number in a page's name; 0 if the name is no number."""
    return int(at[:9]) if at.isdecimal() else 0
