"""HKEXnews' title search, for look-ups: JSON whose `result` is a text that contains JSON, or the word null.

`rowRange` is cumulative, titles are HTML, and several codes of one document are separated by `<br/>`. From a recorded
answer of 2026-02.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from bot.core.errors import NotAFeed
from bot.core.model import ParsedEntry
from bot.ports import Feed, Polled
from bot.sources.hkex_acts import HOST, ticker
from bot.sources.kit import polls
from bot.sources.kit.clocks import HONG_KONG, wall
from bot.sources.kit.items import Fields, plain
from bot.sources.kit.polls import polled_json
from bot.sources.kit.tools import Tools

_KIND = "hkex-search"


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one search; the feed's URL holds all its parameters. Raises `FetchError`, `NotAFeed`."""
    return await asyncio.to_thread(polled_json, _KIND, feed, await tools.get(feed), found)


def found(body: Any, fields: Fields) -> list[ParsedEntry]:
    """The documents of an answer. Raises `NotAFeed` if the inner JSON is invalid."""
    if not isinstance(body, dict) or "result" not in body:
        raise NotAFeed(f"{_KIND}: the answer has no field result: its shape has changed")
    inner = body["result"]
    if isinstance(inner, str):
        try:
            inner = json.loads(inner)
        except (ValueError, RecursionError):
            raise NotAFeed(f"{_KIND}: result holds no JSON: its shape has changed") from None
    return [_entry(row, fields) for row in fields.rows(inner, "")]


def _entry(row: Mapping[str, Any], fields: Fields) -> ParsedEntry:
    codes, names = (plain(fields.text(row, name)).split() for name in ("STOCK_CODE", "STOCK_NAME"))
    tickers = [ticker(code) for code in codes]
    name, category = " ".join(names), plain(fields.maybe(row, "LONG_TEXT"))
    path = fields.text(row, "FILE_LINK")
    title = plain(fields.text(row, "TITLE"))
    return polls.entry(
        f"hkex-document:{fields.text(row, 'NEWS_ID')}",
        HOST + path if path.startswith("/") else path,
        f"{name} ({', '.join(tickers)}): {title}" if tickers else title,
        category,
        published=wall(fields.text(row, "DATE_TIME"), "%d/%m/%Y %H:%M", HONG_KONG),
        form="Announcement",
        lang="en",
        facts={"company": name, "tickers": ",".join(tickers), "category": category},
        act=True,
    )
