"""Runs a gateway client for each block of shards that this process leases, and stops it with the lease."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.core.errors import StoreError
from bot.ports import ShardAsk, Share
from handlers.discord.link import Link, Part
from handlers.discord.rest import FAILURES
from handlers.discord.shared import Sharding

log = logging.getLogger(__name__)

_LOOKS = 4
"""How often a lease is renewed within its duration."""
_SOONEST_S, _LATE_S = 0.05, 0.01


class Hearing:
    """Keeps leases and connections. `count` asks how many shards Discord recommends; `link` makes a part's `Link`."""

    def __init__(
        self,
        sharding: Sharding,
        bot: str,
        count: Callable[[], Awaitable[int]],
        link: Callable[[Part], Link],
        clock: Callable[[], float],
    ) -> None:
        self._sharding = sharding
        self._bot = bot
        self._count = count
        self._link = link
        self._clock = clock
        self._links: dict[tuple[int, int], Link] = {}
        self._until = 0.0
        self._running: asyncio.Task[None] | None = None
        self._problem = "not connected yet"

    @property
    def problem(self) -> str:
        """One sentence; "" while all leased shards are connected, or while other programs hear all shards."""
        return self._problem or next((link.problem for link in self._links.values() if link.problem), "")

    @problem.setter
    def problem(self, sentence: str) -> None:
        self._problem = sentence

    def holds(self) -> bool:
        """Whether the leases have time left, by a clock that also counts the time of a stalled program."""
        return self._clock() < self._until

    def start(self) -> None:
        """Lease and hear in the background."""
        self._running = asyncio.create_task(self._stay(), name="discord-shards")
        self._running.add_done_callback(self._ended)

    def _ended(self, running: asyncio.Task[None]) -> None:
        """Renewing has ended: leased shards are heard until their lease ends, and `problem` must say so."""
        if not running.cancelled() and (error := running.exception()):
            self._problem = f"shards are leased no more ({type(error).__name__}); see the log, and restart"
            log.error("%s", self._problem, extra=self._ids(), exc_info=error)

    async def stop(self) -> None:
        """Disconnect and give the shards back; idempotent."""
        if self._running is None:
            return
        self._running.cancel()
        await asyncio.wait([self._running])
        self._running = None
        await self._keep({})
        self._problem = "stopped"
        try:
            async with asyncio.timeout(1.0):
                await self._sharding.store.release_shards(self._bot, self._sharding.owner)
        except (StoreError, TimeoutError) as error:
            log.warning("the shards are not given back, their leases will end: %s", error, extra=self._ids())

    def _ids(self) -> dict[str, object]:
        """The context of log lines: whose shards, and which are heard here, as (of so many, block)."""
        return {"bot": self._bot, "owner": self._sharding.owner, "blocks": sorted(self._links)}

    async def _stay(self) -> None:
        shards = self._sharding.shards or await self._recommended()
        sharding = self._sharding
        ask = ShardAsk(self._bot, sharding.owner, shards, min(sharding.width, shards), round(sharding.lease_s * 1000))
        while True:
            rest = await self._look(ask)
            await asyncio.sleep(rest)

    async def _recommended(self) -> int:
        wait = 1.0
        while True:
            try:
                return await self._count()
            except FAILURES as error:
                self._problem = f"Discord does not say how many shards there are: {type(error).__name__}"
                log.warning("%s", self._problem, extra=self._ids())
            await asyncio.sleep(wait)
            wait = min(wait * 2, 300.0)

    async def _look(self, ask: ShardAsk) -> float:
        """Renew the leases and hear what is leased; returns the seconds until the next look."""
        began, store = self._clock(), self._sharding.store
        try:
            async with asyncio.timeout(max(_SOONEST_S, self._until - began) if self._links else None):
                share = await store.lease_shards(ask, store.now())
        except (StoreError, TimeoutError) as error:
            return await self._unsure(error)
        self._until = began + self._sharding.lease_s
        self._problem = ""
        await self._keep({(share.shards, block): share for block in share.blocks})
        rest = self._sharding.lease_s / _LOOKS
        ends = (share.next_at - store.now()) / 1000 + _LATE_S if share.next_at else rest
        return max(_SOONEST_S, min(rest, ends))

    async def _unsure(self, error: Exception) -> float:
        """The leases could not be renewed: the connections end with them."""
        self._problem = f"the leases of the shards can't be renewed: {str(error) or type(error).__name__}"
        log.warning("%s", self._problem, extra=self._ids())
        if not self.holds():
            await self._keep({})
        return self._sharding.lease_s / _LOOKS / 2

    async def _keep(self, wanted: dict[tuple[int, int], Share]) -> None:
        """Stop the connections that are not wanted, start the new ones."""
        for gone in self._links.keys() - wanted.keys():
            await self._links.pop(gone).stop()
            log.info("no longer hears block %d of Discord's shards", gone[1])
        for key, share in wanted.items():
            if key not in self._links:
                self._links[key] = made = self._link(Part(share.shards, share.ids(key[1])))
                made.start()
                log.info("hears shards %s of %d", share.ids(key[1]), share.shards)
