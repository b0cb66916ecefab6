"""Small texts that expire: kept with the time they were written, deleted after thirty days.

One of them is the action behind a button whose text is too long for the platform. Anybody may press a button on a
message of any age, but after thirty days a preview, a page or an undo is about a state that is long gone; the person
who presses it is asked to run the command again. The platforms say which keys fade.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.units import DAY_MS
from bot.ports.memory import Records

DAYS = 30
_AGE_MS = DAYS * DAY_MS


def dated(text: str, now: int) -> str:
    """The text as it is kept, with its time `now` in ms."""
    return f"{now} {text}"


def undated(kept: str) -> str:
    """The text without its time."""
    return _parted(kept)[1]


def _parted(kept: str) -> tuple[int, str]:
    """Since when it is kept (ms; 0: by an earlier version, which stored no time), and the text: actions are words."""
    at, space, text = kept.partition(" ")
    return (int(at), text) if space and at.isdecimal() else (0, kept)


async def purge(records: Records, prefixes: Iterable[str], now: int) -> int:
    """Forget texts older than thirty days whose keys begin with one of `prefixes`; returns how many.

    A text without a time gets `now`.
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
