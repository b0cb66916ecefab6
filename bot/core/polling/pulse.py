"""Whether ingest is running, judged from the store: when a feed last answered, and which feeds are overdue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

GRACE_MS = 600_000
"""How long feeds may be overdue, without any answering, before "nobody reads the feeds" is reported."""

_UNHEARD_MS = 150_000
"""Programs report every minute that they read feeds; one that was silent for so long counts as gone."""


class Polls(NamedTuple):
    """The polls of all feeds: how many feeds are `active`, when one last answered, and since when the longest overdue
    one has been due (ms, 0 for never).
    """

    active: int
    last_ok: int
    due: int


class Pulse(NamedTuple):
    """The state to report, with its time (ms)."""

    word: Literal["idle", "started", "unanswered", "stopped", "new", "silent", "well"]
    at: int = 0


def is_reading(said: str, now: int) -> bool:
    """Whether a program still reads feeds. `said`: since when it reads, and when it last reported so."""
    return now - int(said.split()[1]) <= _UNHEARD_MS


def reading_since(said: Iterable[str], now: int) -> int:
    """Since when (ms) the earliest of the running programs has been reading; 0 for none."""
    return min((int(text.split()[0]) for text in said if is_reading(text, now)), default=0)


def pulse(polled: Polls, stopped: int, since: int, now: int) -> Pulse:
    """`stopped`: when the last program stopped in order, 0 for never; it counts until a feed answers after it.

    `since`: when the programs that run began to read, 0 for none.
    """
    if not polled.active:
        return Pulse("idle")
    overdue = min(now - polled.due, now - polled.last_ok) > GRACE_MS
    if since:
        return _of_running(polled, since, now, overdue)
    if stopped and stopped >= polled.last_ok:
        return Pulse("stopped", stopped)
    if not polled.last_ok:
        return Pulse("new")
    return Pulse("silent" if overdue else "well", polled.last_ok)


def _of_running(polled: Polls, since: int, now: int, overdue: bool) -> Pulse:
    if polled.last_ok < since and (now - since <= GRACE_MS or not polled.last_ok):
        return Pulse("started", since)
    return Pulse("unanswered" if overdue else "well", polled.last_ok)
