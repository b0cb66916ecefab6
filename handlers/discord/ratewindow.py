"""At most so many requests in any second, as Discord sees them arrive.

Lanes take their places beforehand (`DiscordPlatform.paces`). But a program that stood still for half a second, on a
busy machine, would then send all at once, and Discord accepts 50 requests a second from a bot (Rate Limits).

It is not known when a request arrives, only when it left and when its answer came. A request that took longer than the
quickest one may have arrived as late as its answer allows, and counts from then on. In a steady flow a request counts
from when it left.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

MOST = 49
_LOOK_S, _USUAL_S = 0.02, 0.25


class RateWindow:
    """Holds a request back while `MOST` others may arrive within its second. `clock` gives seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._under_way = 0
        self._quickest = _USUAL_S
        self._arrived: deque[float] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait until one more request may leave, and count it, from its leaving to a second after its arrival."""
        while (wait := self._wait()) > 0:
            await self._sleep(wait)
        self._under_way += 1
        left = self._clock()
        try:
            yield
        finally:
            now = self._clock()
            self._under_way -= 1
            self._quickest = min(self._quickest, now - left)
            self._arrived.append(now - self._quickest)

    def _wait(self) -> float:
        now = self._clock()
        while self._arrived and self._arrived[0] <= now - 1.0:
            self._arrived.popleft()
        if self._under_way + len(self._arrived) < MOST:
            return 0.0
        return max(self._arrived[0] + 1.0 - now, 0.001) if self._arrived else _LOOK_S
