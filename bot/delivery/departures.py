"""Handles servers and workspaces that remove the app: they are paused, and forgotten after a while."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from bot.core.model import BY_HAND
from bot.core.units import Clock
from bot.ports import Memory, Store, Subscriptions

log = logging.getLogger(__name__)
_PREFIX = "left:"


class Departures:
    """Pauses what a platform's server or workspace subscribes to, for this `reason`, while the app is removed from it.

    `memory` keeps when it first left; `clock` gives ms.
    """

    def __init__(self, platform: str, reason: str, store: Subscriptions, memory: Memory, clock: Clock) -> None:
        self._platform = platform
        self._reason = reason
        self._store = store
        self._memory = memory
        self._clock = clock

    async def left(self, scope: str) -> None:
        """The app was removed there (an outage is no removal). If called again, the first time counts."""
        if not await self._memory.recall(self._key(scope)):
            await self._memory.keep(self._key(scope), str(self._clock()))
        await self._pause(scope, "", self._reason)

    async def back(self, scope: str) -> None:
        """The app is there (again): resume what was paused only because it was gone. May be called more than once."""
        if await self._memory.recall(self._key(scope)):
            await self._memory.keep(self._key(scope), "")
        await self._pause(scope, self._reason, "")

    async def only(self, present: Collection[str], known: Callable[[str], bool]) -> None:
        """The app is in these scopes only; another scope, if `known`, removed it while nobody listened."""
        for scope in await self._store.scopes(self._platform):
            if known(scope) and scope not in present:
                await self.left(scope)

    async def _pause(self, scope: str, before: str, reason: str) -> None:
        """Pause, or resume, channels in which something is paused for `before`; what a person paused stays paused."""
        rows = await self._store.subscriptions_in(self._platform, scope)
        for channel in {channel.id: channel for channel, kept in rows if kept.paused == before}.values():
            await self._store.pause(channel, reason, but=BY_HAND)

    def _key(self, scope: str) -> str:
        return f"{_PREFIX}{self._platform}:{scope}"


async def purge(store: Store, now: int, keep_ms: int) -> int:
    """Forget the channels of scopes that left `keep_ms` ago or earlier; returns how many channels."""
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
