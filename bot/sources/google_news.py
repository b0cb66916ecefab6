"""Google News searches (RSS): a widener. Titles end in the outlet's name, links are opaque and never identity."""

from __future__ import annotations

from datetime import UTC

from bot.core.language.text import fold
from bot.core.model import ParsedEntry
from bot.ports import Feed, Polled
from bot.sources.kit.tools import Tools, reshaped


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one search. Raises `FetchError`, `NotAFeed`."""
    return await reshaped(tools, feed, now, article)


def article(_feed: Feed, entry: ParsedEntry) -> ParsedEntry:
    """An article under its own title and outlet. Its id is made from both, since one page has many such links.

    The id also contains the day, since some titles are used every day ("Morning briefing").

    The text is a list of links to other reports of the event, not a summary, and is dropped.
    """
    title, outlet = entry.title.strip(), entry.outlet.strip()
    head, _, tail = title.rpartition(" - ")
    if head and (not outlet or fold(tail.strip()) == fold(outlet)):
        title, outlet = head.strip(), outlet or tail.strip()
    day = f"{entry.published.astimezone(UTC):%Y-%m-%d}" if entry.published else ""
    named = f"{fold(f'{outlet}:{title}')}:{day}"
    facts = (("redirect", "yes"),)
    return entry._replace(id=f"google-news:{named}", title=title, outlet=outlet, summary="", content="", facts=facts)
