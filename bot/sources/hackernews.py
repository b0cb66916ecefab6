"""Hacker News through Algolia's search: stories by date, above a number of points. Titles and links may be null."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.core.model import ParsedEntry
from bot.ports import Feed, Fetched, Polled
from bot.sources.kit import polls, seen
from bot.sources.kit.clocks import epoch
from bot.sources.kit.gaps import gap_of
from bot.sources.kit.items import Fields, as_text, read_json
from bot.sources.kit.paged import Page, Paged, place
from bot.sources.kit.paging import walk
from bot.sources.kit.polls import unchanged, walked
from bot.sources.kit.tools import Tools

_KIND, _PAGES = "hackernews", 4
_ITEM = "https://news.ycombinator.com/item?id="


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll `https://hn.algolia.com/api/v1/search_by_date?tags=story&query=…&numericFilters=points>20`.

    Reads page by page until a known story. Raises `FetchError`, `NotAFeed`.
    """
    fields, memo, answer = Fields(_KIND), seen.load(feed.memo), await tools.get(feed)
    if gap_of(memo) is None and (same := unchanged(feed, answer)):
        return same

    async def page(at: str) -> Page[dict[str, Any]]:
        number = place(at)
        came = await tools.get(feed, _turned(feed.url, number)) if number else answer
        return await asyncio.to_thread(read, number, came)

    def read(number: int, answer: Fetched) -> Page[dict[str, Any]]:
        body = read_json(_KIND, answer)
        rows = fields.rows(body, "hits")
        return Page(rows, str(number + 1) if number + 1 < place(as_text(body.get("nbPages"))) else "")

    # A story enters the list when it has enough points: among other stories, not at the head.
    paged = Paged(_KIND, page, lambda row: as_text(row.get("objectID")), _PAGES, by_day=True)
    found = await walk(paged, memo, "0")
    entries = await asyncio.to_thread(lambda: [entry for row in found.rows if (entry := hit(row, fields))])
    return walked(answer, entries, found.memo, (*found.notes, *fields.notes()))


def _turned(url: str, page: int) -> str:
    return f"{url}{'&' if '?' in url else '?'}page={page}"


def hit(row: Mapping[str, Any], fields: Fields) -> ParsedEntry | None:
    """A story that links to a page, or to its own discussion; None if it has no title (a comment, a dead item).

    Points and comments rise with each poll. They are not part of its text, or it would be edited each time.
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
