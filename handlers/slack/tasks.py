"""Background work that goes on after a request was acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from functools import partial
from typing import Any

log = logging.getLogger(__name__)


class Tasks:
    """Keeps a reference to each running task: without one the garbage collector may end it."""

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
