"""The little that Discord's side keeps over restarts: what long buttons stand for, which commands are registered."""

from __future__ import annotations

from typing import Protocol


class Memory(Protocol):
    """Text by key, kept over restarts."""

    async def get(self, key: str) -> str | None:
        """What was set, or None."""
        ...

    async def set(self, key: str, value: str) -> None:
        """Keep `value` under `key`."""
        ...


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
