"""Stored webhooks. `scope` is who added them: `local` for the terminal, else platform and workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.core.commands.webhooks import Hook


class Webhooks(Protocol):
    """A method raises `ConfigError` when it has to open a record and the key that is set can't."""

    async def get(self, name: str, scope: str = "local") -> Hook | None: ...

    async def all(self, scope: str = "local") -> Mapping[str, Hook]: ...

    async def add(self, hook: Hook, scope: str = "local") -> bool:
        """Add one; False, and nothing changes, when there is one of this name."""

    async def remove(self, name: str, scope: str = "local") -> bool:
        """Remove one; False when there was none. It need not be opened, so it works even if the key is lost."""
