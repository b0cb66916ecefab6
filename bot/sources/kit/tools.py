"""The toolbox that every kind of source is built from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.core.model import ParsedEntry, ParsedFeed
from bot.ports import Feed, Fetch, Fetched, Polled, Source
from bot.sources.kit.polls import beside

Turn = Callable[[str, int], Awaitable[None]]
"""Waits for the next place under a key that all workers share, at least so many ms after the place before."""


async def at_once(_key: str, _every_ms: int) -> None:
    """The `Turn` of a single process, for which the fetcher's own pace per host is enough."""


@dataclass(frozen=True, slots=True)
class Tools:
    """`feed` is the plain feed source, on which sources that reshape a feed are built; `parse` reads one body.

    `contact` is the mail address that some official sources ask for, "" when none is set.
    """

    fetch: Fetch
    feed: Source
    parse: Callable[[bytes, Mapping[str, str]], Awaitable[ParsedFeed]]
    contact: str = ""
    turn: Turn = at_once

    async def get(
        self,
        feed: Feed,
        url: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        every_ms: int = 0,
    ) -> Fetched:
        """A page of a feed (by default its own URL), at the slower of its kind's pace and its options' pace.

        Raises `FetchError`.
        """
        pace = max(every_ms, number(feed, "every_ms", 0))
        return await self.fetch.get(url or feed.url, headers=headers, data=data, every_ms=pace or None)


def words(feed: Feed, name: str) -> tuple[str, ...]:
    """A feed's option that is a list of words; () when it is not set."""
    value = feed.options.get(name)
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()


def number(feed: Feed, name: str, default: int) -> int:
    """A feed's option that is a whole number."""
    value = feed.options.get(name, default)
    return value if isinstance(value, int) else default


async def reshaped(
    tools: Tools, feed: Feed, now: int, reshape: Callable[[Feed, ParsedEntry], ParsedEntry | None]
) -> Polled:
    """Poll a plain feed whose entries `reshape` rewrites, or drops (None), by the rules of its publisher.

    Raises what the plain feed source raises.
    """
    polled = await tools.feed.poll(feed, now)
    if polled.parsed is None:
        return polled
    told = (reshape(feed, entry) for entry in polled.parsed.entries)
    kept = tuple(entry for entry in told if entry is not None)
    return beside(replace(polled, parsed=polled.parsed._replace(entries=kept)), polled.parsed.entries)
