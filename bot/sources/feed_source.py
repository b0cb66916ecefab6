"""The plain feed: a conditional GET; the body is parsed only if it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.core.errors import NotAFeed
from bot.core.model import ParsedFeed
from bot.core.urls import redacted
from bot.ports import Feed, Fetch, Fetched, Polled
from bot.sources.edgar_rows import filings
from bot.sources.kit.items import no_feed
from bot.sources.kit.kept import body_hash, left, validators
from bot.sources.kit.polls import answered, unchanged
from bot.sources.kit.shown import Look, Shown
from bot.sources.kit.tools import number

Parse = Callable[[bytes, Mapping[str, str]], Awaitable[ParsedFeed]]


class FeedSource:
    """Implements `bot.ports.Source` for RSS, Atom and JSON Feed.

    `parse(body, headers)` gets lower-case header names: `content-location` is the base URL, `content-type` is as sent.
    The feed's option `every_ms` is the shortest time between two requests to its host.
    """

    def __init__(self, fetch: Fetch, parse: Parse) -> None:
        self._fetch = fetch
        self._parse = parse
        self._shown = Shown()

    async def poll(self, feed: Feed, now: int) -> Polled:
        """Poll the feed. Raises `FetchError`, and `NotAFeed` with the URL and what came instead."""
        asked = validators(feed, now)
        answer = await self._fetch.get(feed.url, headers=asked, every_ms=number(feed, "every_ms", 0) or None)
        if same := unchanged(feed, answer):
            return same
        digest = body_hash(answer)
        headers = {**answer.headers, "content-location": answer.url}
        look = self._shown.look(feed, answer, now)
        parsed = await self._news(look, headers) or await self._whole(feed, answer, headers)
        parsed = parsed._replace(complete=parsed.complete and answer.complete)
        self._shown.keep(feed, digest, look, parsed)
        return answered(answer, await _filings_told(parsed), *left(answer), digest)

    async def _news(self, look: Look | None, headers: Mapping[str, str]) -> ParsedFeed | None:
        """What is new in a body since the one before; None if that can't be told without parsing all of it."""
        if look is None or look.rest is None:
            return None
        try:
            return look.told(await self._parse(look.rest, headers))
        except NotAFeed:
            return None

    async def _whole(self, feed: Feed, answer: Fetched, headers: Mapping[str, str]) -> ParsedFeed:
        try:
            return await self._parse(answer.body, headers)
        except NotAFeed as error:
            raise no_feed(error, redacted(feed.url), answer.body) from None


async def _filings_told(parsed: ParsedFeed) -> ParsedFeed:
    """If this is a feed of EDGAR that was added like any other, make each filing one entry, in words."""
    if not any(entry.form for entry in parsed.entries):
        return parsed
    return parsed._replace(entries=tuple(await asyncio.to_thread(filings, parsed.entries)))
