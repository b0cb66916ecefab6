"""Persists button payloads that are too long for a custom id."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot.fading import dated, undated
from bot.ports import Memory

BUTTON = "discord:discord.button."
"""The prefix of the keys of stored button payloads, which expire (`bot.fading`)."""


class Buttons:
    """Stores payloads of buttons that don't fit a custom id, which holds a key instead. `clock` gives seconds."""

    def __init__(self, memory: Memory, clock: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._clock = clock

    async def keep(self, kept: Mapping[str, str]) -> None:
        """Store the payloads of a message's buttons, before it is sent: a button may be pressed at once."""
        now = int(self._clock() * 1000)
        for key, text in kept.items():
            await self._memory.keep(BUTTON + key, dated(text, now))

    async def of(self, key: str) -> str | None:
        """The stored payload; None if it never was stored, or has expired (`bot.fading`)."""
        kept = await self._memory.recall(BUTTON + key)
        return undated(kept) if kept else None
