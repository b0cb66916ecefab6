"""What the tests of sources share: sources over recorded answers, feeds, and a fixed now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from bot.core.model import ParsedEntry, ParsedFeed, fact
from bot.ports import Feed, Fetch, Polled, Source
from bot.sources.feed import parse
from bot.sources.feed_source import FeedSource
from bot.sources.kinds import build
from bot.sources.kit.tools import Tools

NOW = int(datetime(2026, 11, 24, 15, 0, tzinfo=UTC).timestamp() * 1000)


async def parse_now(body: bytes, headers: Mapping[str, str]) -> ParsedFeed:
    return parse(body, headers)


def source(kind: str, fetch: Fetch, contact: str = "desk@example.test") -> Source:
    return build(Tools(fetch, FeedSource(fetch, parse_now), parse_now, contact))[kind]


async def poll(kind: str, fetch: Fetch, url: str, *, now: int = NOW, memo: str = "", **options: object) -> Polled:
    feed = Feed(1, url, kind, options=options, memo=memo)
    return await source(kind, fetch).poll(feed, now)


def entries(polled: Polled) -> tuple[ParsedEntry, ...]:
    assert polled.parsed is not None
    return polled.parsed.entries


def facts(entry: ParsedEntry, *names: str) -> list[str]:
    return [fact(entry.facts, name) for name in names]
