"""Small texts by key, over restarts: what was registered, installed workspaces, webhooks, a day's spending."""

from __future__ import annotations

from typing import Protocol


class Memory(Protocol):
    """A `Store` is one."""

    async def recall(self, key: str) -> str:
        """The text under `key`, "" when there is none."""
        ...

    async def keep(self, key: str, text: str) -> None:
        """Keep `text`; "" forgets the key."""
        ...
