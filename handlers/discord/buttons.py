"""Persists button payloads that are too long for a custom id."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bot.fading import dated, undated
from bot.ports import Memory

BUTTON = "discord:discord.button."
"""How the keys of what buttons stand for begin; what they name fades (`bot.fading`)."""


class Buttons:
    """Payloads of buttons whose custom ids can't hold them, by the key in their place. `clock` in s."""

    def __init__(self, memory: Memory, clock: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._clock = clock

    async def keep(self, kept: Mapping[str, str]) -> None:
        """Keep what the buttons of a message stand for: before it is sent, or one that is pressed at once is stale."""
        now = int(self._clock() * 1000)
        for key, text in kept.items():
            await self._memory.keep(BUTTON + key, dated(text, now))

    async def of(self, key: str) -> str | None:
        """What was kept, or None: never, or forgotten (`bot.fading`)."""
        kept = await self._memory.recall(BUTTON + key)
        return undated(kept) if kept else None
