"""What a kind of source says of a list that is paged (`bot.sources.kit.paging` reads it)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")
REFUSED = (400, 404, 410, 422)
"""Statuses that say of a page, twice, that there is none: its number or cursor is not taken."""


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


def place(at: str) -> int:
    """The number that a page is named by; 0 for a name that is none."""
    return int(at[:9]) if at.isdecimal() else 0
