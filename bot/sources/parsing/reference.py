"""feedparser as the last reader of a body: its result, under our own rules for dates, links and sizes.

Runs only in the parsing process (`python -m bot.sources.parsing.process`): it can take seconds on hostile input.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

from bot.core.errors import NotAFeed
from bot.core.model import FeedInfo, ParsedFeed
from bot.sources.parsing.elements import Draft
from bot.sources.parsing.fields import TITLE_BYTES, cap, clean_text, finish
from bot.sources.parsing.links import web_only
from bot.sources.parsing.repair import is_whole, mend_references
from bot.sources.parsing.xmlfeed import MOST_ITEMS


def parse_by_reference(utf8: bytes, headers: Mapping[str, str]) -> ParsedFeed:
    """Parse a body with feedparser. Raises `NotAFeed` when it finds no item either."""
    import feedparser

    text = mend_references(utf8.decode("utf-8", "replace"))
    base = headers.get("content-location", "")
    meta = {"content-type": "application/xml; charset=utf-8", "content-location": base}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = feedparser.parse(io.BytesIO(text.encode("utf-8", "replace")), response_headers=meta)
        lang = _text(found.feed, "language")[:2].lower()
        drafts = [_draft(item, base) for item in found.entries[:MOST_ITEMS]]
    page = web_only(base, _text(found.feed, "link"))
    entries = tuple(entry for draft in drafts if (entry := finish(draft, page, lang, suspect=True)))
    if not entries:
        raise NotAFeed("this looks like a feed, but no item in it can be read")
    return ParsedFeed(FeedInfo(cap(_text(found.feed, "title"), TITLE_BYTES), page), entries, is_whole(text))


def _draft(item: Mapping[str, Any], base: str) -> Draft:
    draft = Draft()
    draft.base = base
    draft.id, draft.link, draft.title = _text(item, "id"), _text(item, "link"), _text(item, "title")
    draft.summary = _text(item, "summary")
    draft.content = next((clean_text(content.get("value", "")) for content in item.get("content", ())), "")
    draft.published, draft.updated = _text(item, "published"), _text(item, "updated")
    draft.outlet = _text(item.get("source") or {}, "title")
    return draft


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return clean_text(value).strip() if isinstance(value, str) else ""
