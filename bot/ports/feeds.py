"""Feeds and how they are fetched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.core.model import ParsedFeed

TIERS = ("official", "wire", "trade", "aggregator")
"""How much weight a feed's reports have."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as stored: what to poll, how, and how it has behaved.

    `etag` and `modified` are as the server gave them; `body_hash` is xxh3-64 of the last body (0: none).
    `rhythm` is the poll schedule's own state, opaque here. `lease_no` fences: a settle with another one is refused.
    `memo` is what the source asked to get back at the next poll (`Polled.memo`), opaque here.
    """

    id: int
    url: str
    kind: str = "feed"
    title: str = ""
    source: str = ""
    lang: str = ""
    tier: str = "trade"
    state: str = "active"
    options: Mapping[str, object] = field(default_factory=dict)
    etag: str = ""
    modified: str = ""
    body_hash: int = 0
    baselined: bool = False
    rhythm: str = ""
    errors: int = 0
    last_error: str = ""
    last_ok: int | None = None
    last_new: int | None = None
    next_poll: int = 0
    lease_no: int = 0
    memo: str = ""


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed to add, as `config/feeds.toml`, OPML or a user describes it. `options` go to the source unchanged."""

    url: str
    kind: str = "feed"
    title: str = ""
    source: str = ""
    lang: str = ""
    tier: str = "trade"
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Polled:
    """One answered poll. `parsed` is None when nothing changed (304 or same body hash).

    `etag` and `modified` are to be stored only when `parsed` is None or complete and its entries are stored with them.
    `moved_to` is the target of a permanent redirect. `max_age_s` is the server's wish, in s.
    `memo` is stored with the entries and given back at the next poll; "" keeps the earlier one.
    `notes` are lines for the log and `doctor` about a good poll: fields that went missing, lists that were cut.
    """

    status: int
    parsed: ParsedFeed | None = None
    etag: str = ""
    modified: str = ""
    body_hash: int = 0
    moved_to: str = ""
    max_age_s: int | None = None
    bytes: int = 0
    memo: str = ""
    notes: tuple[str, ...] = ()

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the answer lacked, one line each: `notes`, and whether its body was cut."""
        cut = self.parsed is not None and not self.parsed.complete
        return (*self.notes, "its body was cut: only what came whole was read") if cut else self.notes


@dataclass(frozen=True, slots=True)
class PollSettled:
    """The new state of a feed after a poll; refused when `lease_no` is no longer the feed's."""

    feed_id: int
    lease_no: int
    next_poll: int
    rhythm: str
    etag: str = ""
    modified: str = ""
    body_hash: int = 0
    state: str = "active"
    url: str = ""
    title: str = ""
    baselined: bool = True
    errors: int = 0
    last_error: str = ""
    last_ok: int | None = None
    last_new: int | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An HTTP answer with status 2xx or 304, decoded (content-encoding undone) and capped.

    `headers` have lower-case names; `url` is where the last redirect led. `complete` is False when the body was cut
    short (fewer bytes than promised, a truncated gzip): its content may be used, its validators must not be kept.
    `moved_to` is the target of a chain of permanent redirects (301, 308) only, "" otherwise.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    complete: bool = True
    moved_to: str = ""


class Fetch(Protocol):
    """The one path by which any URL is fetched (`bot.sources.http.Fetcher`)."""

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        every_ms: int | None = None,
    ) -> Fetched:
        """GET (or POST when `data` is given) within the total deadline. Raises `FetchError` for everything else.

        `every_ms` is the shortest time between two requests to this host, in ms, when the source has its own rule.
        """


class Source(Protocol):
    """One kind of source: turns a feed into parsed entries."""

    async def poll(self, feed: Feed, now: int) -> Polled:
        """Fetch and parse. Raises `FetchError` or `NotAFeed`, each one line fit for `doctor`."""
