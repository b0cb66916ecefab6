"""SEC EDGAR's list of current filings (Atom), the fast path for S-1, F-1, 8-K, 6-K, 13D.

The feed's URL is the first page, with `type=` a form *prefix*; the option `forms` lists the exact forms wanted. One
filing stands in the list once a party, up to 85 times: here it is one entry that names them all. Facts from recorded
crawls of 2025-12 and 2026-01; ten requests a second, over all machines, is the limit in the SEC's access rules.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.core.errors import FetchError, NotAFeed
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.ports import Feed, Fetched, Polled
from bot.sources import seen
from bot.sources.edgar_rows import accession, filings
from bot.sources.items import Fields, no_feed
from bot.sources.polls import polled_json
from bot.sources.tools import Tools, words

EVERY_MS = 100
PACE_KEY = "sec.gov"
_PAGES, _COUNT, _LAST_START = 5, 100, 5000


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one form prefix: page after page until a filing that the last poll saw; the first poll reads one page.

    Raises `FetchError`: also when no contact is set, without which the SEC refuses to serve; `NotAFeed`.
    """
    require_contact(tools)
    crawl = _Crawl(feed.memo)
    for page in range(_PAGES):
        if not await _page(tools, feed, page * _COUNT, crawl):
            break
    else:
        crawl.notes.append(f"edgar: over {_PAGES * _COUNT} new rows since the last poll; older ones are not read")
    return crawl.polled(feed)


async def _page(tools: Tools, feed: Feed, start: int, crawl: _Crawl) -> bool:
    """Read one page; True when the next one may hold more that is new."""
    try:
        answer = await sec_get(tools, _paged(feed.url, start))
    except FetchError as error:
        if not start:
            raise
        crawl.stop(error, start)
        return False
    try:
        parsed = await tools.parse(answer.body, answer.headers)
    except NotAFeed as error:
        raise no_feed(error, "edgar", answer.body) from None
    return crawl.take(answer, parsed.entries)


class _Crawl:
    """What the pages brought so far.

    A page that fails keeps the memo as it was, so that the next poll pages down to the same filing again. Past the
    end of its list EDGAR answers 503 with a web page, just as in an outage: the same start failing twice is the end.
    """

    def __init__(self, memo: str) -> None:
        self._before = seen.load(memo)
        self._known = seen.known(memo)
        self._rows: list[ParsedEntry] = []
        self._answer: Fetched | None = None
        self._stopped_at = 0
        self.notes: list[str] = []

    def take(self, answer: Fetched, rows: Sequence[ParsedEntry]) -> bool:
        """Add a page; True when it was full and held nothing known."""
        self._answer = self._answer or answer
        self._rows += rows
        return bool(self._known) and len(rows) >= _COUNT and not any(accession(row) in self._known for row in rows)

    def stop(self, error: FetchError, start: int) -> None:
        """A page after the first failed."""
        if error.status == 503 and (start > _LAST_START or start == self._before.get("stopped")):
            return
        self._stopped_at = start
        self.notes.append(f"edgar: rows from {start} on were not read, they are asked for again: {error}")

    def polled(self, feed: Feed) -> Polled:
        """All rows as filings, and what to remember of them."""
        entries = filings(self._rows, words(feed, "forms"))
        memo = seen.dump(self._before | {"stopped": self._stopped_at})
        if not self._stopped_at:
            memo = seen.remember(map(accession, self._rows))
        complete = self._answer is not None and self._answer.complete
        parsed = ParsedFeed(FeedInfo("SEC EDGAR: latest filings"), tuple(entries), complete)
        return Polled(200, parsed, memo=memo, notes=tuple(self.notes))


def require_contact(tools: Tools) -> None:
    """Raise `FetchError` (`auth`) when no contact address is set."""
    if not tools.contact:
        raise FetchError(
            "auth", "edgar: the SEC serves only clients that name a mail address; set TOCSIN_FETCH_CONTACT"
        )


async def sec_get(tools: Tools, url: str) -> Fetched:
    """One request to the SEC in its turn.

    403 is its word for a client that it does not accept, and for one that asked too fast, which it shuts out for ten
    minutes: as we can't tell, we come back then, not after the hour that a lock is given.
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
    """One JSON document of the SEC's, as `read` understands it. Raises `FetchError`, `NotAFeed`."""
    require_contact(tools)
    return polled_json(kind, feed, await sec_get(tools, feed.url), read)


def _paged(url: str, start: int) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | {"count": str(_COUNT), "start": str(start), "output": "atom"}
    return urlunsplit(parts._replace(query=urlencode(query)))
