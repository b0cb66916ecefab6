"""A persistent key-value store for small texts: registrations, installed workspaces, webhooks, a day's spending."""

from __future__ import annotations

from typing import Protocol

STOPPED = "stopped"
"""The key under which a program that does everything records when it stopped in order, in ms."""
READING = "reading:"
"""The prefix of keys under which each program that polls records "since last": since when it polls, and when it last
said so (ms)."""


class Memory(Protocol):
    """Small texts by key. A `Store` is one."""

    async def recall(self, key: str) -> str:
        """The text under `key`, "" when there is none."""

    async def keep(self, key: str, text: str) -> None:
        """Keep `text`; "" forgets the key."""


class Sums(Memory, Protocol):
    """Counters that several processes add to. A `Store` is one."""

    async def add(self, key: str, n: int) -> None:
        """Add `n` to the number under `key`, 0 when there is none, in one step: what others add is not lost."""


class Records(Memory, Protocol):
    """Texts that can be listed, and of which only one program makes each. A `Store` is one."""

    async def keep_new(self, key: str, text: str) -> bool:
        """Keep `text` under a key that has none; False, and nothing changes, when it has one."""

    async def recall_all(self, prefix: str) -> dict[str, str]:
        """Every text whose key begins with `prefix`, by key."""
