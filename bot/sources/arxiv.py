"""arXiv: the query API (Atom) and the daily list (RSS). All versions of a paper are one entry.

New papers only: the daily list also announces cross-lists and replacements ("Announce Type: replace" at the start of a
description). The terms of use of arXiv's API, which also apply to its RSS, allow one request in three seconds for all
our machines together.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.errors import FetchError
from bot.core.model import ParsedEntry
from bot.ports import Feed, Polled
from bot.sources.kit.items import clean
from bot.sources.kit.tools import Tools, number, reshaped

EVERY_MS = 3000
PACE_KEY = "arxiv.org"
_PAPER = re.compile(r"(?:abs/|arXiv\.org:)((?:[a-z-]+(?:\.[A-Z]{2})?/)?\d{4}\.?\d{3,5})(?:v(\d+))?", re.IGNORECASE)
_ANNOUNCED = re.compile(r"Announce Type:\s*([a-z-]+)", re.IGNORECASE)
_HEADER = re.compile(r"^\s*(?:<p>)?\s*arXiv:\S+\s+Announce Type:\s*[a-z-]+\s*(?:Abstract:)?\s*", re.IGNORECASE)


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll a query or a category's daily list. Raises `FetchError`, `NotAFeed`."""
    every_ms = max(EVERY_MS, number(feed, "every_ms", 0))
    await tools.turn(PACE_KEY, every_ms)
    slow = replace(feed, options={**feed.options, "every_ms": every_ms})
    return await reshaped(tools, slow, now, paper)


def paper(_feed: Feed, entry: ParsedEntry) -> ParsedEntry | None:
    """A new paper, with id and link without a version; None for a cross-list or a replacement.

    Raises `FetchError` for an error reported as an entry ("arXiv API User's Manual", 3.4).
    """
    text = entry.summary or entry.content
    kind = _ANNOUNCED.search(text[:300])
    if kind and kind[1].lower() != "new":
        return None
    found = _PAPER.search(entry.id) or _PAPER.search(entry.link)
    told = entry._replace(title=" ".join(entry.title.split()), summary=_HEADER.sub("", text), content="", lang="en")
    if found is None and told.title == "Error":
        raise FetchError("protocol", f"arxiv: it does not take the query: {clean(text, 120)}")
    if found is None:
        return told
    number = found[1]
    return told._replace(id=f"arxiv:{number}", link=f"https://arxiv.org/abs/{number}", facts=(("paper", number),))
