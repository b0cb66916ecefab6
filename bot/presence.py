"""Records which programs poll the feeds of one store: each says so every minute, the last one to stop says when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bot.core.errors import StoreError
from bot.core.polling.pulse import is_reading
from bot.core.units import Clock
from bot.ports import READING, STOPPED, Records
from bot.waiting import waited

_BEAT_S = 60.0


async def forget(store: Records, is_dead: Callable[[str], bool]) -> None:
    """At a start: forget programs that were killed and therefore did not say that they stopped."""
    for key in await store.recall_all(READING):
        if is_dead(key.removeprefix(READING)):
            await store.keep(key, "")


class Presence:
    """One program, known by the name of its `owner` to the others over its store. `clock` gives ms."""

    def __init__(self, store: Records, clock: Clock, owner: str) -> None:
        self._store = store
        self._clock = clock
        self._key = READING + owner

    async def run(self, stop: asyncio.Event) -> None:
        """Until the stop, say since when it polls and that it still does. Others report errors of the store."""
        since = self._clock()
        while not stop.is_set():
            with suppress(StoreError):
                await self._forget_the_dead()
                await self._store.keep(self._key, f"{since} {self._clock()}")
            await waited(stop, _BEAT_S)

    async def leave(self, *, alone: bool) -> None:
        """It polls no more. If it is `alone` and no other program polls, record when polling stopped."""
        await self._store.keep(self._key, "")
        now = self._clock()
        said = await self._store.recall_all(READING)
        if alone and not any(is_reading(text, now) for text in said.values()):
            await self._store.keep(STOPPED, str(now))

    async def _forget_the_dead(self) -> None:
        """Forget programs that ended without saying so."""
        now = self._clock()
        for key, text in (await self._store.recall_all(READING)).items():
            if key != self._key and not is_reading(text, now):
                await self._store.keep(key, "")
