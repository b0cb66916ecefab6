"""Parsing off the event loop: small bodies at once, larger ones in a thread, big or hopeless ones in a process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.core.model import ParsedFeed
from bot.sources.fallback import Worker
from bot.sources.feed import parse

INLINE_BYTES = 64 * 1024
"""Up to this a body is parsed where it is: it takes about a millisecond, less than a thread's hand-over costs."""

THREAD_BYTES = 1024 * 1024
"""Up to this in a thread: lxml lets others run. Above, single steps would hold the interpreter for too long."""


class _Hopeless(Exception):
    """Only the process could still read this."""

    def __init__(self, utf8: bytes) -> None:
        super().__init__()
        self.utf8 = utf8


class FeedParser:
    """`parse` for the event loop. Owns its parsing process; `close` ends it."""

    def __init__(self, worker: Worker | None = None) -> None:
        self._worker = worker or Worker()

    async def parse(self, data: bytes, headers: Mapping[str, str]) -> ParsedFeed:
        """As `bot.sources.feed.parse`. Raises `NotAFeed`, and `ParserLost` for a body that stops every parser."""
        if len(data) > THREAD_BYTES:
            return await asyncio.to_thread(self._worker.parse_whole, data, headers)
        if len(data) > INLINE_BYTES:
            return await asyncio.to_thread(parse, data, headers, self._worker.parse)
        try:
            return parse(data, headers, _hopeless)
        except _Hopeless as error:
            return await asyncio.to_thread(self._worker.parse, error.utf8, headers)

    async def close(self) -> None:
        """End the parsing process. Waits for a parse that is under way."""
        await asyncio.to_thread(self._worker.close)


def _hopeless(utf8: bytes, headers: Mapping[str, str]) -> ParsedFeed:
    raise _Hopeless(utf8)
