"""Hacker News through Algolia's search: stories by date, above a number of points. Titles and links may be null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.model import ParsedEntry
from bot.ports import Feed, Polled
from bot.sources import polls
from bot.sources.clocks import epoch
from bot.sources.items import Fields
from bot.sources.polls import polled_json
from bot.sources.tools import Tools

_KIND = "hackernews"
_ITEM = "https://news.ycombinator.com/item?id="


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll `https://hn.algolia.com/api/v1/search_by_date?tags=story&query=…&numericFilters=points>20`.

    Raises `FetchError`, `NotAFeed`.
    """
    return polled_json(_KIND, feed, await tools.get(feed), hits)


def hits(body: Any, fields: Fields) -> list[ParsedEntry]:
    """The stories of an answer."""
    told = (hit(row, fields) for row in fields.rows(body, "hits"))
    return [entry for entry in told if entry is not None]


def hit(row: Mapping[str, Any], fields: Fields) -> ParsedEntry | None:
    """A story that points at a page, or at its own discussion; None without any title (a comment, a dead item).

    Points and comments rise with each poll: they are no words of it, which would be edited each time.
    """
    title = fields.maybe(row, "title") or fields.maybe(row, "story_title")
    number = fields.text(row, "objectID")
    if not title:
        if row.keys().isdisjoint(("title", "story_title")):
            fields.miss("title")
        return None
    talk = _ITEM + number
    return polls.entry(
        f"hackernews:{number}",
        fields.maybe(row, "url") or fields.maybe(row, "story_url") or talk,
        title,
        published=epoch(fields.text(row, "created_at_i")),
        lang="en",
        facts={"discussion": talk, "points": fields.maybe(row, "points")},
    )
