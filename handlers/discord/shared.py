"""State that the processes of one bot share through the store: shards, identify pace, refused requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from bot.core.errors import StoreError
from bot.ports import Store

log = logging.getLogger(__name__)

IDENTIFY_MS = 5_200
"""Discord lets `max_concurrency` shards identify in five seconds (Discord, "Sharding", Max Concurrency): one for each
remainder of shard by `max_concurrency`. The rest is for the way there."""
REFUSAL_MS, REFUSALS = 150, 4_000
"""A bucket of 4,000 refusals that empties in ten minutes: 8,000 at most in any ten. Discord bans at 10,000."""
_LOOK_S, _PATIENCE_S = 5.0, 2.0


@dataclass(frozen=True, slots=True)
class Sharding:
    """How the gateway is shared. `leased`: other programs may run the bot too, so shards are leased, `width` together,
    for `lease_s`. `shards`: how many there are, 0 for what Discord recommends. `owner` is this program's name.
    """

    store: Store
    owner: str
    leased: bool = True
    shards: int = 0
    width: int = 16
    lease_s: float = 20.0


def digest(token: str) -> str:
    """A bot's name in the store."""
    return blake2b(token.encode(), digest_size=6).hexdigest()


async def turn(store: Store, bot: str, every_ms: int, shard: int, concurrency: int) -> float:
    """The seconds until a shard may identify, taking turns with all programs. Raises `StoreError`."""
    key = f"discord:identify:{bot}:{shard % max(1, concurrency)}"
    return await store.reserve(key, store.now(), every_ms, 1) / 1000


class Refusals:
    """The refused requests of all programs, as a pace row. An unavailable store is waited for only two seconds."""

    def __init__(self, store: Store, bot: str, clock: Callable[[], float]) -> None:
        self._store = store
        self._key = f"discord:refused:{bot}"
        self._clock = clock
        self._looked = clock() - _LOOK_S

    async def add(self) -> float:
        """Count one; returns for how many seconds there are too many, 0 if there are not."""
        return await self._asked(REFUSAL_MS)

    async def look(self) -> float:
        """The same without counting, at most every five seconds; 0 in between."""
        if self._clock() - self._looked < _LOOK_S:
            return 0.0
        self._looked = self._clock()
        return await self._asked(0)

    async def _asked(self, every_ms: int) -> float:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                ahead = await self._store.reserve(self._key, self._store.now(), every_ms, 1)
        except (StoreError, TimeoutError) as error:
            log.warning("refused requests can't be counted together: %s", error, extra={"key": self._key})
            return 0.0
        return max(0.0, (ahead - (REFUSALS - 1) * REFUSAL_MS) / 1000)
