"""Small texts that expire: kept with the time they were written, deleted after thirty days.

What a long button stands for is one: anybody may press a button on a message of any age, but after thirty days a
preview, a page or an undo speaks of a state of things that is long gone; whoever presses is asked to run the command
again. Which keys fade is the platforms' to say.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.units import DAY_MS
from bot.ports.memory import Records

DAYS = 30
_AGE_MS = DAYS * DAY_MS


def dated(text: str, now: int) -> str:
    """What is kept; `now` in ms."""
    return f"{now} {text}"


def undated(kept: str) -> str:
    """The text in what is kept."""
    return _parted(kept)[1]


def _parted(kept: str) -> tuple[int, str]:
    """Since when (ms; 0 where an earlier version kept it, which noted no time), and the text: actions are words."""
    at, space, text = kept.partition(" ")
    return (int(at), text) if space and at.isdecimal() else (0, kept)


async def purge(records: Records, prefixes: Iterable[str], now: int) -> int:
    """Forget what is older than thirty days among the keys that begin so; returns how many went.

    What has no time yet gets this one.
    """
    gone = 0
    for prefix in prefixes:
        for key, kept in (await records.recall_all(prefix)).items():
            at, text = _parted(kept)
            if not at:
                await records.keep(key, dated(text, now))
            elif at <= now - _AGE_MS:
                await records.keep(key, "")
                gone += 1
    return gone
