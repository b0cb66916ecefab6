"""What is done now and then beside the two loops: reading files and rules again, digests, upkeep."""

from __future__ import annotations

import asyncio
import logging

from bot import fading
from bot.core.units import HOUR_MS
from bot.delivery import departures
from bot.ingest.apart import grown_since, looked_again
from bot.parts import Parts
from bot.pipeline import Pipeline
from bot.waiting import waited

log = logging.getLogger(__name__)
_LOOK_S, _TURN_S = 3.0, 10.0
_QUERIES_S, _INBOX_S, _ALONE_S = 1.5, 0.25, 60.0


class Chores:
    """Loops that run until the stop. They set `wake` when deliveries are due."""

    def __init__(self, parts: Parts, pipeline: Pipeline, wake: asyncio.Event) -> None:
        self._parts = parts
        self._pipeline = pipeline
        self._wake = wake

    async def watch_topics(self, stop: asyncio.Event) -> None:
        """Every few seconds: have the topic files changed?"""
        files = self._parts.topic_files
        while not stop.is_set():
            if files is not None:
                await asyncio.to_thread(files.look)
            await waited(stop, _LOOK_S)

    async def watch_queries(self, stop: asyncio.Event) -> None:
        """Has another program added queries? Where there are others, ask more often than every two seconds.

        A program that neither matches nor answers commands asks once a minute.
        """
        often = not self._parts.alone and not {"ingest", "gateway", "web"}.isdisjoint(self._parts.roles)
        while not stop.is_set():
            await self._parts.rules.refresh(self._parts.store)
            await waited(stop, _QUERIES_S if often else _ALONE_S)

    async def drain(self, stop: asyncio.Event) -> None:
        """Place what other programs fetched. If this program fetches too, there is seldom anything."""
        rest = _ALONE_S if self._parts.alone else _INBOX_S * (20 if "poll" in self._parts.roles else 1)
        while not stop.is_set():
            if not await self._pipeline.drain():
                await waited(stop, rest)

    async def turn(self, stop: asyncio.Event) -> None:
        """Has the time of a digest come? Ask when the next one is due, and every ten seconds: timers stand still while
        a machine is suspended.
        """
        while not stop.is_set():
            now = self._parts.clock()
            if await self._parts.store.turn(now):
                self._wake.set()
            due = await self._parts.store.next_turn()
            await waited(stop, min(_TURN_S, max(0.5, (due - now) / 1000)) if due else _TURN_S)

    async def upkeep(self, stop: asyncio.Event) -> None:
        """Once an hour: forget what is old enough, and look again at the stories that grew."""
        while not stop.is_set():
            now = self._parts.clock()
            if not await self._parts.store.claim("upkeep", now, 3_500_000):
                await waited(stop, 600)
                continue
            gone = await self._parts.store.retain(now, self._parts.keep_ms, self._parts.seen_ms)
            await departures.purge(self._parts.store, now, self._parts.keep_ms)
            await fading.purge(self._parts.store, self._parts.fading, now)
            if gone:
                log.info("upkeep: %d old entries forgotten", gone, extra={"entries": gone})
            await self._look_again(now)
            await waited(stop, 3600)

    async def _look_again(self, now: int) -> None:
        parts = self._parts
        grown = await grown_since(parts.store, now - 2 * HOUR_MS)
        if moved := await looked_again(parts.store, grown, parts.lexicon, parts.pipeline.weights):
            log.info("stories that were two: %d reports have their own now", len(moved), extra={"entries": len(moved)})
