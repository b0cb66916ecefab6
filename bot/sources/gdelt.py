"""GDELT's article list (JSON): breadth in many languages, in batches of 15 minutes; a widener, never identity.

Errors come as a 200 with a sentence instead of JSON. One request in five seconds is allowed for all machines behind one
address. Titles are tokenised, with spaces around punctuation. The JSON may contain backslashes that are no escapes.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any

from bot.core.errors import FetchError
from bot.core.language.text import CJK
from bot.core.model import ParsedEntry
from bot.ports import Feed, Fetched, Polled
from bot.sources.kit import polls
from bot.sources.kit.clocks import wall
from bot.sources.kit.items import Fields, clean, read_json
from bot.sources.kit.polls import polled, unchanged
from bot.sources.kit.tools import Tools

EVERY_MS = 5000
PACE_KEY = "gdeltproject.org"
_KIND = "gdelt"
_LANGUAGES = {
    "english": "en",
    "chinese": "zh",
    "japanese": "ja",
    "korean": "ko",
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "russian": "ru",
    "arabic": "ar",
    "portuguese": "pt",
}
_ESCAPE = re.compile(rb'\\(["\\/bfnrtu])?')
_BEFORE = re.compile(r"\s+([,.;:!?%)\]}’”])")
_AFTER = re.compile(r"([(\[{$‘“#])\s+")
_APOSTROPHE = re.compile(r"(?<=\w) ['’] (?=(?:s|t|re|ve|ll|d|m)\b)", re.IGNORECASE)
_CJK_GAP = re.compile(f"(?<=[{CJK}，。！？：；、（）《》“”]) +(?=[{CJK}，。！？：；、（）《》“”])")


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll `https://api.gdeltproject.org/api/v2/doc/doc?query=…&mode=artlist&format=json&sort=datedesc`.

    Raises `FetchError` (also for an error in a sentence), `NotAFeed`.
    """
    await tools.turn(PACE_KEY, EVERY_MS)
    answer = await tools.get(feed, every_ms=EVERY_MS)
    if same := unchanged(feed, answer):
        return same
    refuse_sentence(answer)
    return await asyncio.to_thread(_told, answer)


def _told(answer: Fetched) -> Polled:
    fields = Fields(_KIND)
    body = read_json(_KIND, replace(answer, body=_ESCAPE.sub(_escaped, answer.body)))
    rows = fields.rows(body, "articles") if body else []
    return polled(answer, [article(row, fields) for row in rows], notes=fields.notes())


def _escaped(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] else rb"\\"


def refuse_sentence(answer: Fetched) -> None:
    """Raise `FetchError` if the body is a sentence: too many requests, or a query that GDELT does not accept."""
    text = answer.body[:400].decode("utf-8", "replace").strip()
    if not text or text[0] in "{[<\ufeff":
        return
    if "limit requests" in text.lower() or "too many" in text.lower():
        raise FetchError("rate-limit", f"{_KIND}: {clean(text, 120)}", status=429, retry_after_s=60)
    raise FetchError("protocol", f"{_KIND}: it does not take the query: {clean(text, 120)}", status=answer.status)


def article(row: Mapping[str, Any], fields: Fields) -> ParsedEntry:
    """One article. Its outlet is the site's domain, its time that of the batch."""
    url = fields.text(row, "url")
    language = fields.maybe(row, "language").casefold()
    return polls.entry(
        f"gdelt:{url}",
        url,
        joined(fields.text(row, "title")),
        published=wall(fields.text(row, "seendate"), "%Y%m%dT%H%M%SZ", UTC),
        outlet=fields.text(row, "domain"),
        lang=_LANGUAGES.get(language, ""),
    )


def joined(title: str) -> str:
    """A title without the spaces that tokenising put around punctuation and between Chinese characters."""
    text = _APOSTROPHE.sub(lambda mark: mark[0].strip(), title)
    text = _AFTER.sub(r"\1", _BEFORE.sub(r"\1", text))
    return _CJK_GAP.sub("", text)
