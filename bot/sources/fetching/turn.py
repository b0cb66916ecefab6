"""Request slots shared by all workers on all machines, for sources that count all requests of a client together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.core.errors import FetchError
from bot.core.units import MINUTE_MS, Clock

_PATIENCE_MS = MINUTE_MS
_LOOK = 0
"""The length of a place that only tells the wait, without taking a place."""

Reserve = Callable[[str, int, int, int], Awaitable[int]]
"""The store's own pace (`bot.ports.Outbox.reserve`): key, now in ms, ms between two, burst → ms to wait."""


async def shared_turn(reserve: Reserve, clock: Clock, key: str, every_ms: int) -> None:
    """A `bot.sources.kit.tools.Turn` over the store's pace rows: one row for each key, for every process on the store.

    Raises `FetchError` (`rate-limit`) when the next place is more than a minute away; the place is then not taken.
    """
    key = f"source:{key}"
    wait = await reserve(key, clock(), _LOOK, 1)
    if wait > _PATIENCE_MS:
        told = f"{key.partition(':')[2]}: {wait // 1000} s of requests stand in line"
        raise FetchError("rate-limit", told, retry_after_s=wait / 1000)
    if (wait := await reserve(key, clock(), every_ms, 1)) > 0:
        await asyncio.sleep(wait / 1000)
