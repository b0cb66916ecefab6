"""JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1). If it was cut short, the items that came whole are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import escape
from itertools import islice
from typing import Any

from bot.core.errors import NotAFeed
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.sources.parsing.dates import parse_date
from bot.sources.parsing.fields import CONTENT_BYTES, LINK_BYTES, SUMMARY_BYTES, TITLE_BYTES, cap, clean_text, short_id
from bot.sources.parsing.links import web_only

_MOST_ITEMS = 500
_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_COMMA = re.compile(r"\s*,\s*")


def read_json(text: str, base: str, *, complete: bool) -> ParsedFeed:
    """Parse a JSON Feed. Raises `NotAFeed` for other JSON."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        feed, complete = _cut(text), False
    if not isinstance(feed, Mapping) or not isinstance(feed.get("items"), list):
        raise NotAFeed("this is JSON, but no JSON Feed: it has no list of items")
    page = web_only("", _text(feed, "home_page_url")) or base
    lang = _text(feed, "language")[:2].lower()
    items = (item for item in feed["items"] if isinstance(item, Mapping))
    entries = tuple(entry for item in islice(items, _MOST_ITEMS) if (entry := _entry(item, page, lang)))
    if not entries and not _text(feed, "version").startswith(("https://jsonfeed.org/", "http://jsonfeed.org/")):
        raise NotAFeed("this is JSON, but no JSON Feed: its items have neither id, link nor text")
    return ParsedFeed(FeedInfo(cap(_text(feed, "title"), TITLE_BYTES), page), entries, complete)


def _cut(text: str) -> dict[str, Any]:
    """A JSON Feed that ends too early or is broken inside: the fields before its items, and the intact items."""
    start = _ITEMS.search(text)
    if start is None:
        raise NotAFeed("this is JSON, but it is broken or no JSON Feed")
    try:
        feed = json.loads(text[: start.start()].rstrip().rstrip(",") + "}")
    except (ValueError, RecursionError):
        feed = {}
    return {**(feed if isinstance(feed, dict) else {}), "items": list(_whole_items(text, start.end()))}


def _whole_items(text: str, at: int) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    while at < len(text):
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield item
        comma = _COMMA.match(text, at)
        if comma is None:
            return
        at = comma.end()


def _entry(item: Mapping[str, Any], page: str, lang: str) -> ParsedEntry | None:
    link = web_only(page, _text(item, "url") or _text(item, "external_url"))
    identity = _text(item, "id") or link
    html, plain = _text(item, "content_html"), _text(item, "content_text")
    content = html or escape(plain, quote=False)
    summary = escape(_text(item, "summary"), quote=False) or content
    title = _text(item, "title")
    if not (identity or title or content):
        return None
    own = _text(item, "language")[:2].lower() or lang
    return ParsedEntry(
        short_id(identity),
        link if len(link) <= LINK_BYTES else "",
        cap(title, TITLE_BYTES),
        cap(summary, SUMMARY_BYTES),
        cap(content, CONTENT_BYTES),
        parse_date(_text(item, "date_published"), own) or parse_date(_text(item, "date_modified"), own),
        lang=own,
    )


def _text(item: Mapping[str, Any], key: str) -> str:
    """A field as text. Ids are numbers in some feeds; any other type counts as missing."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return clean_text(str(value).strip())
