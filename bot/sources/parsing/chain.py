"""A feed's bytes → the feed. feedparser defines what a feed means; this parser is many times faster and never guesses.

The chain: size cap → our own decoding → JSON Feed, or a strict XML parser → small repairs and the strict parser again →
item after item, so that one broken item costs only itself → feedparser itself, as the caller passes it in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.core.errors import NotAFeed
from bot.core.model import ParsedFeed
from bot.sources.parsing.decode import Decoded, declares_other, decode
from bot.sources.parsing.jsonfeed import read_json
from bot.sources.parsing.xmlchain import read_strictly, read_tolerantly

MOST_BYTES = 64 * 1024 * 1024
"""A larger body is refused unread; the fetcher's own limit is far below."""

Last = Callable[[bytes, Mapping[str, str]], ParsedFeed]
"""Parses a body when all else failed; raises `NotAFeed`."""


def parse_by(last: Last, data: bytes, headers: Mapping[str, str]) -> ParsedFeed:
    """Parse a body; `last` reads it when nothing else can. See `bot.sources.feed.parse`.

    Raises `NotAFeed` in one clear line, and what `last` raises.
    """
    if len(data) > MOST_BYTES:
        raise NotAFeed(f"the body has {len(data) >> 20} MB; no feed is read beyond {MOST_BYTES >> 20} MB")
    feed = quickly(data, headers)
    if feed is not None:
        return feed
    base = headers.get("content-location", "")
    body = decode(data, headers.get("content-type", ""))
    first = body.utf8[:1000].lstrip()[:1]
    if not first:
        raise NotAFeed("the body is empty")
    if first in b"{[":
        return read_json(body.utf8.decode(), base, complete=not body.cut)
    return read_strictly(body, base) or read_tolerantly(body, base) or last(body.utf8, headers)


def quickly(data: bytes, headers: Mapping[str, str]) -> ParsedFeed | None:
    """Parse a well-formed UTF-8 body, which nearly all are, as the strict parser itself finds out; None for others."""
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
