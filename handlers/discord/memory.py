"""The little that Discord's side keeps over restarts: what long buttons stand for, which commands are registered."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

from bot.fading import dated, undated

BUTTON = "discord.button."
"""How the keys of what buttons stand for begin; what they name fades (`bot.fading`)."""


class Memory(Protocol):
    """Text by key, kept over restarts."""

    async def get(self, key: str) -> str | None:
        """What was set, or None."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""
        ...


class Buttons:
    """What buttons stand for whose custom ids can't hold it, by the key that these have instead. `clock` in s."""

    def __init__(self, memory: Memory, clock: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._clock = clock

    async def keep(self, kept: Mapping[str, str]) -> None:
        """Keep what the buttons of a message stand for: before it is sent, or one that is pressed at once is stale."""
        now = int(self._clock() * 1000)
        for key, text in kept.items():
            await self._memory.set(BUTTON + key, dated(text, now))

    async def of(self, key: str) -> str | None:
        """What was kept, or None: never, or forgotten (`bot.fading`)."""
        kept = await self._memory.get(BUTTON + key)
        return None if kept is None else undated(kept)


class InMemory:
    """A `Memory` that lasts as long as the process: tests, and hosts without a store."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """What was set, or None."""
        return self.texts.get(key)

    async def set(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""
        self.texts[key] = value
