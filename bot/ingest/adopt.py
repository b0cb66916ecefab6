"""Turns a parsed item into an entry: plain text, a checked link, a language, an outlet and both timestamps."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.core.language.html import title_text, to_text
from bot.core.language.text import lang_of
from bot.core.model import Entry, ParsedEntry
from bot.core.units import MINUTE_MS
from bot.core.urls import host_of
from bot.ports import Feed

_BODY_LIMIT = 20_000
_TITLE_LIMIT = 1000
_OUTLET_LIMIT, _FORM_LIMIT = 120, 60
_AHEAD_MS = 15 * MINUTE_MS


def adopt(item: ParsedEntry, feed: Feed, now: int) -> Entry:
    """The entry that the pipeline takes in. A date more than 15 minutes in the future is not believed (case 67)."""
    title, summary, content = title_text(item.title), to_text(item.summary), to_text(item.content)
    published = int(item.published.timestamp() * 1000) if item.published else None
    body = content if len(content) > len(summary) else ""
    return Entry(
        id=item.id,
        url=item.link if _is_web(item.link) else "",
        title=title[:_TITLE_LIMIT],
        summary=summary[:_BODY_LIMIT],
        content=body[:_BODY_LIMIT],
        source=title_text(item.outlet)[:_OUTLET_LIMIT] or feed.source or feed.title or host_of(feed.url),
        lang=(item.lang or feed.lang)[:2].lower() or lang_of(f"{title} {summary}"),
        form=item.form[:_FORM_LIMIT],
        tier=feed.tier,
        published=published if published is None or published <= now + _AHEAD_MS else None,
        first_seen=now,
        facts=item.facts,
    )


def _is_web(link: str) -> bool:
    return link.startswith(("https://", "http://")) or urlsplit(link).scheme in ("http", "https")
