"""Deduplicates requests: Slack delivers again what it thinks was not received."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

log = logging.getLogger(__name__)

REMEMBER_S = 2 * 3600.0
"""Slack delivers an event up to three times within about an hour (docs.slack.dev, Events API, Retries)."""
MOST = 50_000


class Once:
    """Keys seen within the last two hours; the oldest go first when there are too many."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, remember_s: float = REMEMBER_S, most: int = MOST
    ) -> None:
        self._clock = clock
        self._most = most
        self._remember_s = remember_s
        self._seen: dict[str, float] = {}

    def first(self, key: str) -> bool:
        """Is this the first time that `key` comes? A key of "" always is."""
        now = self._clock()
        while self._seen and (
            len(self._seen) >= self._most or next(iter(self._seen.values())) < now - self._remember_s
        ):
            del self._seen[next(iter(self._seen))]
        if not key or key in self._seen:
            return not key
        self._seen[key] = now
        return True


class Tasks:
    """Work that goes on after a request was acknowledged. Kept here, or the garbage collector may end it."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], about: Mapping[str, str] | None = None) -> asyncio.Task[Any]:
        """Start work; what it raises is logged once, with the ids that it is `about`."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(partial(self._done, {"work": getattr(work, "__qualname__", ""), **(about or {})}))
        return task

    async def idle(self) -> None:
        """Wait until nothing runs, work started meanwhile included."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def finish(self, seconds: float) -> None:
        """Let what runs end, for so long; then stop it."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds)
        for task in set(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _done(self, about: Mapping[str, str], task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("work on a request failed", extra=about, exc_info=error)
