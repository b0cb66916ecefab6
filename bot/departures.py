"""Keeps the data of servers and workspaces that removed the app, and deletes it after the retention period."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.ports import Memory, Store

log = logging.getLogger(__name__)
_PREFIX = "left:"


class Departures:
    """When each left first, in `memory`. `clock` gives ms."""

    def __init__(self, memory: Memory, clock: Callable[[], int]) -> None:
        self._memory = memory
        self._clock = clock

    async def left(self, platform: str, scope: str) -> None:
        """The app was removed there. Told again, the first time counts."""
        if not await self._memory.recall(_key(platform, scope)):
            await self._memory.keep(_key(platform, scope), str(self._clock()))

    async def back(self, platform: str, scope: str) -> None:
        """The app is there (again)."""
        if await self._memory.recall(_key(platform, scope)):
            await self._memory.keep(_key(platform, scope), "")


async def purge(store: Store, now: int, keep_ms: int) -> int:
    """Forget the channels of who left `keep_ms` ago or earlier; returns how many went."""
    gone = 0
    for key, at in (await store.recall_all(_PREFIX)).items():
        if int(at) > now - keep_ms:
            continue
        platform, _, scope = key.removeprefix(_PREFIX).partition(":")
        n = await store.forget_scope(platform, scope)
        await store.keep(key, "")
        log.info("forgot who removed the app long ago", extra={"platform": platform, "scope": scope, "channels": n})
        gone += n
    return gone


def _key(platform: str, scope: str) -> str:
    return f"{_PREFIX}{platform}:{scope}"
