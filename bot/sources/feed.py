"""A feed's bytes → the feed. feedparser says what a feed means; this says it many times faster and never guesses.

The chain: size cap → our own decoding → JSON Feed, or a strict XML parser → small repairs and the strict parser again →
item after item, so that one broken item costs only itself → feedparser itself in a killable process (`fallback`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Self

from bot.core.errors import NotAFeed
from bot.core.model import ParsedFeed
from bot.sources.decode import Decoded, declares_other, decode
from bot.sources.fallback import Worker, shared_worker
from bot.sources.jsonfeed import read_json
from bot.sources.xmlchain import read_strictly, read_tolerantly

MOST_BYTES = 64 * 1024 * 1024
"""A body above this is refused unread; the fetcher's own limit is far below."""

INLINE_BYTES = 64 * 1024
"""Up to this `Parser` parses a sound body where it is: about a millisecond, no more than a thread's hand-over costs."""

REPAIR_BYTES = 128 * 1024
"""Up to this it repairs a broken one in a thread: a step of that holds the interpreter for milliseconds."""

THREAD_BYTES = 1024 * 1024
"""Up to this it parses a sound one in a thread, where lxml lets others run. All else goes to the process."""

Last = Callable[[bytes, Mapping[str, str]], ParsedFeed]
"""What parses a body when all else failed; raises `NotAFeed`."""


def parse(data: bytes, headers: Mapping[str, str], last: Last | None = None) -> ParsedFeed:
    """Parse a body. `headers` have lower-case names; `content-location` is the address that links are relative to.

    Raises `NotAFeed` in one clear line. May take seconds on hostile input of many MB: `Parser` keeps that away from
    the event loop. `last` is what reads a body that nothing else could, by default feedparser in a process of its own.
    """
    if len(data) > MOST_BYTES:
        raise NotAFeed(f"the body has {len(data) >> 20} MB; no feed is read beyond {MOST_BYTES >> 20} MB")
    feed = _quickly(data, headers)
    if feed is not None:
        return feed
    base = headers.get("content-location", "")
    body = decode(data, headers.get("content-type", ""))
    first = body.utf8[:1000].lstrip()[:1]
    if not first:
        raise NotAFeed("the body is empty")
    if first in b"{[":
        return read_json(body.utf8.decode(), base, complete=not body.cut)
    return (
        read_strictly(body, base) or read_tolerantly(body, base) or (last or shared_worker().parse)(body.utf8, headers)
    )


def _quickly(data: bytes, headers: Mapping[str, str]) -> ParsedFeed | None:
    """A well-formed body in UTF-8, which nearly all are: the strict parser itself finds out. None for any other."""
    if data[:1] != b"<":
        return None
    if data.isascii():
        body = decode(data, headers.get("content-type", ""))
    elif declares_other(data):
        return None
    else:
        body = Decoded(data)
    feed = read_strictly(body, headers.get("content-location", ""))
    return feed._replace(sound=True) if feed is not None and body.utf8 is data else feed


class Parser:
    """`parse` off the event loop: small sound bodies at once, others in a thread, big or hopeless ones in a process."""

    def __init__(self, worker: Worker | None = None) -> None:
        self._worker = worker or Worker()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def parse(self, data: bytes, headers: Mapping[str, str]) -> ParsedFeed:
        """As `parse`. Raises `NotAFeed`, and of its kind `ParserLost` for a body that stops every parser."""
        feed = None
        if len(data) <= INLINE_BYTES:
            feed = _quickly(data, headers)
        elif len(data) <= THREAD_BYTES:
            feed = await asyncio.to_thread(_quickly, data, headers)
        if feed is not None:
            return feed
        if len(data) <= REPAIR_BYTES:
            return await asyncio.to_thread(parse, data, headers, self._worker.parse)
        return await asyncio.to_thread(self._worker.parse_whole, data, headers)

    async def close(self) -> None:
        """End the parsing process. Waits for a parse that is under way."""
        await asyncio.to_thread(self._worker.close)
