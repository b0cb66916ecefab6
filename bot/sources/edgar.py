"""SEC EDGAR's list of current filings (Atom), the fast path for S-1, F-1, 8-K, 6-K, 13D.

The feed's URL is the first page, with a form *prefix* as `type=`; the option `forms` lists the exact forms wanted. The
list has a filing once for each party, up to 85 times; here it is one entry that names them all. These facts are from
recorded crawls of 2025-12 and 2026-01. The SEC's access rules allow ten requests a second, for all machines together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.core.errors import FetchError, NotAFeed
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.ports import Feed, Fetched, Polled
from bot.sources.edgar_rows import accession, filing, filings
from bot.sources.kit import seen
from bot.sources.kit.items import Fields, no_feed
from bot.sources.kit.paged import REFUSED, Page, Paged, place
from bot.sources.kit.paging import walk
from bot.sources.kit.polls import beside, polled_json
from bot.sources.kit.tools import Tools, words

EVERY_MS = 100
PACE_KEY = "sec.gov"
_KIND = "edgar"
_PAGES, _COUNT = 5, 100


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one form prefix, page by page until a filing that the last poll saw; the first poll reads one page.

    Past the end of the list EDGAR answers 503 with a web page, as in an outage: if it does so twice, that is the end.
    Raises `NotAFeed` and `FetchError`, the latter also if no contact is set, without which the SEC refuses to serve.
    """
    require_contact(tools)
    pages = list[Page[ParsedEntry]]()

    async def page(start: str) -> Page[ParsedEntry]:
        pages.append(await _page(tools, feed, place(start)))
        return pages[-1]

    paged = Paged(_KIND, page, accession, _PAGES, ends=(*REFUSED, 503), group=filing)
    found = await walk(paged, seen.load(feed.memo), "0")
    cut = {filing(row) for row in found.open}  # not all parties were read: it is known, or will be read again
    whole = [row for row in found.rows if filing(row) not in cut]
    entries = await asyncio.to_thread(filings, whole, words(feed, "forms"))
    parsed = ParsedFeed(FeedInfo("SEC EDGAR: latest filings"), tuple(entries), not pages[0].cut)
    memo = seen.dump(found.memo) if found.memo else ""
    return beside(Polled(200, parsed, memo=memo, notes=found.notes), found.rows)


async def _page(tools: Tools, feed: Feed, start: int) -> Page[ParsedEntry]:
    answer = await sec_get(tools, _paged(feed.url, start))
    try:
        parsed = await tools.parse(answer.body, answer.headers)
    except NotAFeed as error:
        raise no_feed(error, _KIND, answer.body) from None
    more = str(start + _COUNT) if len(parsed.entries) >= _COUNT else ""
    return Page(parsed.entries, more, not (answer.complete and parsed.complete))


def require_contact(tools: Tools) -> None:
    """Raise `FetchError` (`auth`) when no contact address is set."""
    if not tools.contact:
        raise FetchError(
            "auth", "edgar: the SEC serves only clients that name a mail address; set TOCSIN_FETCH_CONTACT"
        )


async def sec_get(tools: Tools, url: str) -> Fetched:
    """Make one request to the SEC, in its turn.

    The SEC answers 403 to a client that it does not accept, and to one that asked too fast, which it shuts out for ten
    minutes. As the two can't be told apart, we ask again after ten minutes, not after the hour of a refusal.
    """
    await tools.turn(PACE_KEY, EVERY_MS)
    try:
        return await tools.fetch.get(url, every_ms=EVERY_MS)
    except FetchError as error:
        if error.status != 403:
            raise
        text = "edgar: the SEC refuses this client (403): it is asked again in ten minutes; check fetch.contact"
        raise FetchError("rate-limit", text, status=403, retry_after_s=error.retry_after_s or 600) from None


async def sec_json(tools: Tools, feed: Feed, kind: str, read: Callable[[Any, Fields], list[ParsedEntry]]) -> Polled:
    """Poll one JSON document of the SEC, which `read` understands. Raises `FetchError`, `NotAFeed`."""
    require_contact(tools)
    return await asyncio.to_thread(polled_json, kind, feed, await sec_get(tools, feed.url), read)


def _paged(url: str, start: int) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | {"count": str(_COUNT), "start": str(start), "output": "atom"}
    return urlunsplit(parts._replace(query=urlencode(query)))
