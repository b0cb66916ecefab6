"""A host that answers every address with one body, which is set from outside, and parses it as the program does."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.model import ParsedFeed
from bot.ports import Fetched
from bot.sources.feed import parse


class Site:
    """`bot.ports.Fetch` and a parser; `parsed` counts the bytes that were parsed."""

    def __init__(self, body: bytes = b"") -> None:
        self.body = body
        self.headers = {"content-type": "application/rss+xml"}
        self.parsed = 0

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        every_ms: int | None = None,
    ) -> Fetched:
        return Fetched(200, url, self.headers, self.body)

    async def parse(self, body: bytes, headers: Mapping[str, str]) -> ParsedFeed:
        self.parsed += len(body)
        return parse(body, headers)
