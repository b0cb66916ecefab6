"""Waits for a free place in a platform's rate limit, and wakes in time for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.core.units import Clock
from bot.ports import Outbox, Pace
from bot.waiting import waited

_SLACK_MS, _PLACES, _NEAR_MS = 60, 3, 1_000
"""How long after its place a send that had to wait is made, how many places it tries, what counts as a near place."""


class Pacing:
    """Reserves places for a program with so many `lanes`. Once `halt` is set, nothing waits any longer."""

    def __init__(self, outbox: Outbox, clock: Clock, lanes: int, halt: asyncio.Event) -> None:
        self._outbox = outbox
        self._clock = clock
        self._lanes = lanes
        self._halt = halt

    async def due(self, paces: Sequence[Pace]) -> int:
        """Wait for a send's turn; returns the time (ms) to send at."""
        due = self._clock()
        for pace in paces:
            due = await self._place(pace)
        return due

    async def _place(self, pace: Pace) -> int:
        """Take a place and wait for it; returns the time (ms) to send at. A send that is late for its place (a busy
        machine) takes another one, so that sends do not bunch up.

        A send that has to wait gets a little time on top, for its `begin`.
        """
        due = 0
        for _ in range(_PLACES):
            now = self._clock()
            wait = await self._reserve(pace, now)
            due = now + wait + (_SLACK_MS if wait > 0 else 0)
            if wait > 0:
                await waited(self._halt, wait / 1000)
            if self._clock() <= max(due, now + _SLACK_MS) or self._halt.is_set():
                break
        return due

    async def _reserve(self, pace: Pace, now: int) -> int:
        return await self._outbox.reserve(pace.key, now, pace.every_ms, pace.burst, pace.line_ms(self._lanes))

    async def on_time(self, paces: Sequence[Pace], due: int) -> None:
        """Wait for the time to send at. If `begin` took too long for it, wait for another place that is near."""
        for pace in paces[-1:]:
            now = self._clock()
            if now > due + _SLACK_MS and not self._halt.is_set():
                wait = await self._reserve(pace, now)
                due = now + wait if wait <= _NEAR_MS else 0
        await asyncio.sleep(min(max(0, due - self._clock()), _NEAR_MS) / 1000)
