"""Stored webhooks. `scope` is who added them: `local` for the terminal, else platform and workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.core.commands.webhooks import Hook


class Webhooks(Protocol):
    """A method raises `ConfigError` when a record that it has to open can't be, with the key that is set."""

    async def get(self, name: str, scope: str = "local") -> Hook | None: ...

    async def all(self, scope: str = "local") -> Mapping[str, Hook]: ...

    async def add(self, hook: Hook, scope: str = "local") -> bool:
        """False, and nothing changed, when there is one of this name."""

    async def remove(self, name: str, scope: str = "local") -> bool:
        """False when there was none. One whose key is lost can be removed too: it need not be opened."""
