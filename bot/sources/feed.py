"""A feed's bytes → the feed (`chain`), with feedparser in a killable process as the last reader (`fallback`)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Self

from bot.core.model import ParsedFeed
from bot.sources.parsing.chain import Last, parse_by, quickly
from bot.sources.parsing.fallback import Worker, shared_worker

INLINE_BYTES = 64 * 1024
"""Up to this size `Parser` parses a sound body at once: about a millisecond, no more than a hand-over to a thread."""

REPAIR_BYTES = 128 * 1024
"""Up to this size it repairs a broken body in a thread; one step of that holds the interpreter for milliseconds."""

THREAD_BYTES = 1024 * 1024
"""Up to this size it parses a sound body in a thread, where lxml lets others run. All else goes to the process."""


def parse(data: bytes, headers: Mapping[str, str], last: Last | None = None) -> ParsedFeed:
    """Parse a body. `headers` have lower-case names; `content-location` is the address that links are relative to.

    Raises `NotAFeed` in one clear line. May take seconds on hostile input of many MB; `Parser` keeps that off the event
    loop. `last` reads a body that nothing else can; by default it is feedparser in a separate process.
    """
    return parse_by(last or shared_worker().parse, data, headers)


class Parser:
    """Keeps `parse` off the event loop: small sound bodies at once, others in a thread, big or broken ones in a
    process.
    """

    def __init__(self, worker: Worker | None = None) -> None:
        self._worker = worker or Worker()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def parse(self, data: bytes, headers: Mapping[str, str]) -> ParsedFeed:
        """As the function `parse`. Raises `NotAFeed`, or its kind `ParserLost` for a body that stops every parser."""
        feed = None
        if len(data) <= INLINE_BYTES:
            feed = quickly(data, headers)
        elif len(data) <= THREAD_BYTES:
            feed = await asyncio.to_thread(quickly, data, headers)
        if feed is not None:
            return feed
        if len(data) <= REPAIR_BYTES:
            return await asyncio.to_thread(parse, data, headers, self._worker.parse)
        return await asyncio.to_thread(self._worker.parse_whole, data, headers)

    async def close(self) -> None:
        """End the parsing process. Waits for a running parse."""
        await asyncio.to_thread(self._worker.close)
