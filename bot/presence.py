"""Which programs read the feeds over one store: each says so every minute, and the last one to stop says when."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress

from bot.core.errors import StoreError
from bot.core.pulse import is_reading
from bot.ports import READING, STOPPED, Records

_BEAT_S = 60.0


class Presence:
    """One program, as the others over its store know of it. `clock` gives ms."""

    def __init__(self, store: Records, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._key = f"{READING}{secrets.token_hex(8)}"

    async def run(self, stop: asyncio.Event) -> None:
        """Say since when and that it still reads, until the stop. A store that is away is for others to tell of."""
        since = self._clock()
        while not stop.is_set():
            with suppress(StoreError):
                await self._forget_the_dead()
                await self._store.keep(self._key, f"{since} {self._clock()}")
            with suppress(TimeoutError):
                async with asyncio.timeout(_BEAT_S):
                    await stop.wait()

    async def leave(self, *, alone: bool) -> None:
        """It reads no more. Who is `alone`, with no other over the store, says that nobody does."""
        await self._store.keep(self._key, "")
        now = self._clock()
        said = await self._store.recall_all(READING)
        if alone and not any(is_reading(text, now) for text in said.values()):
            await self._store.keep(STOPPED, str(now))

    async def _forget_the_dead(self) -> None:
        """Programs that ended without a word."""
        now = self._clock()
        for key, text in (await self._store.recall_all(READING)).items():
            if key != self._key and not is_reading(text, now):
                await self._store.keep(key, "")
