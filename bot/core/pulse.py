"""Whether ingest is running, judged from the store: when a feed last answered, and which feeds are overdue."""

from __future__ import annotations

from typing import Literal, NamedTuple

GRACE_MS = 600_000
"""So long a feed may be due, and so long none may answer, before it is said that nobody reads them."""


class Polls(NamedTuple):
    """The polls of all feeds: how many are `active`, when one answered last and the longest due one is since (ms, 0
    for never).
    """

    active: int
    last_ok: int
    due: int


class Pulse(NamedTuple):
    """What is to be said, and of which moment (ms)."""

    word: Literal["idle", "stopped", "new", "silent", "well"]
    at: int = 0


def pulse(polled: Polls, stopped: int, now: int) -> Pulse:
    """`stopped`: when a program stopped in order last, 0 for never. It counts until a feed answers after it."""
    if not polled.active:
        return Pulse("idle")
    if stopped and stopped >= polled.last_ok:
        return Pulse("stopped", stopped)
    if not polled.last_ok:
        return Pulse("new")
    if min(now - polled.due, now - polled.last_ok) > GRACE_MS:
        return Pulse("silent", polled.last_ok)
    return Pulse("well", polled.last_ok)
