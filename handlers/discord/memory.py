"""The little that Discord's side keeps over restarts: what long buttons stand for, which commands are registered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Memory(Protocol):
    """Text by key, kept over restarts."""

    async def get(self, key: str) -> str | None:
        """What was set, or None."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""
        ...


class Buttons:
    """What buttons stand for whose custom ids can't hold it, by the key that these have instead."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def keep(self, kept: Mapping[str, str]) -> None:
        """Keep what the buttons of a message stand for: before it is sent, or one that is pressed at once is stale."""
        for key, text in kept.items():
            await self._memory.set(f"discord.button.{key}", text)

    async def of(self, key: str) -> str | None:
        """What was kept, or None."""
        return await self._memory.get(f"discord.button.{key}")


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
