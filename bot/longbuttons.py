"""What buttons stand for that a platform's own ids can't hold: kept with the day it was said, forgotten after thirty.

Discord lets anybody press a button on a message of any age. After thirty days a preview, a page or an undo speaks of
a state of things that is long gone; whoever presses is asked to run the command again.
"""

from __future__ import annotations

from bot.ports.memory import Records

DAYS = 30
PREFIX = "discord:discord.button."
"""Of the keys, as the store has them."""


def dated(text: str, now: int) -> str:
    """What is kept for a button; `now` in ms."""
    return f"{now} {text}"


def undated(kept: str) -> str:
    """The text in what is kept."""
    return _parted(kept)[1]


def _parted(kept: str) -> tuple[int, str]:
    """Since when (ms; 0 where an earlier version kept it, which noted no time), and the text: actions are words."""
    at, space, text = kept.partition(" ")
    return (int(at), text) if space and at.isdecimal() else (0, kept)


async def purge(records: Records, now: int) -> int:
    """Forget what is older than thirty days; returns how many went. What has no time yet gets this one."""
    gone = 0
    for key, kept in (await records.recall_all(PREFIX)).items():
        at, text = _parted(kept)
        if not at:
            await records.keep(key, dated(text, now))
        elif at <= now - DAYS * 86_400_000:
            await records.keep(key, "")
            gone += 1
    return gone
