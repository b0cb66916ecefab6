"""At most so many requests in any second, counted as they leave.

Lanes take their places beforehand (`DiscordPlatform.paces`). A program that stood still for half a second, on a busy
machine, would else send what those places are for at once, and Discord takes 50 a second from a bot (Rate Limits).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

MOST = 48


class Second:
    """`clock` gives seconds."""

    def __init__(
        self,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._left: deque[float] = deque(maxlen=most)
        self._clock = clock
        self._sleep = sleep

    async def turn(self) -> None:
        """Wait until one more may leave; it counts from then on."""
        while len(self._left) == self._left.maxlen and (wait := self._left[0] + 1.0 - self._clock()) > 0:
            await self._sleep(wait)
        self._left.append(self._clock())
