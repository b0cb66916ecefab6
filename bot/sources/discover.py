"""Finds the feed behind an address that somebody pastes: known sites, the address itself, what its page names or links
to, the usual places and, if there is no feed, the page's own articles.

Each candidate is polled once by its own kind of source, so that what is offered works and can be shown first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import urlsplit

from bot.core.errors import FetchError, NotAFeed
from bot.core.language.html import to_text
from bot.core.model import ParsedEntry, ParsedFeed
from bot.core.urls import as_web, display_host, is_web, redacted, resolve, with_credentials
from bot.ports import Feed, FeedSpec, Fetch, Fetched, Source
from bot.sources.newsroom import base_of, page_of
from bot.sources.sites import known_feeds

_TYPES = re.compile(r"(?:application|text)/(?:(?:x-)?(?:rss|atom|rdf)(?:\+xml)?|xml|(?:feed\+)?json)(?:\s*;.*)?")
_NO_FEED = re.compile(r"/wp-json/|sitemap|opml", re.IGNORECASE)
_LOOKS = re.compile(
    r"//[^?]*(?:/(?:rss|feeds?|atom|rdf)(?:\.\w{1,5})?(?=[/?]|\Z)|\.(?:xml|rss|atom|rdf)(?=\?|\Z))"
    r"|[?&](?:feed|format)=(?:rss2?|atom|rdf|xml)\b",
    re.IGNORECASE,
)
_PLACES = ("/feed", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml", "/rss")
_TRIED = 8
_SHOWN = 3


class Preview(NamedTuple):
    """A feed that works, ready to be added: how many entries it has, the newest ones, and what its answer lacked.

    `before` is the requested address, in a form that may be shown, if the feed has moved for good; else "".
    """

    spec: FeedSpec
    entries: int
    newest: tuple[ParsedEntry, ...]
    lacks: tuple[str, ...] = ()
    before: str = ""


async def discover(url: str, fetch: Fetch, sources: Mapping[str, Source], now: int) -> list[Preview]:
    """The working feeds behind an address, best first.

    Raises `NotAFeed` if there is none, in one line that says what was tried; `FetchError` if the address itself can't
    be fetched.
    """
    tried: list[tuple[str, str]] = []
    if not is_web(url):
        raise NotAFeed(f"{redacted(url)} is not a web address that can be asked; it begins with https:// or http://")
    found = await _working(known_feeds(url), sources, now, tried)
    if found or tried:
        return found or _none(url, tried)
    spec = FeedSpec(url)
    try:
        return [await preview(spec, sources, now)]
    except NotAFeed:
        tried.append((redacted(url), ""))
    answer = await fetch.get(url)
    found = await _working(named_by(answer), sources, now, tried)
    found = found or await _working(linked_by(answer), sources, now, tried)
    if not found:
        found = (await _working(usual_places(answer.url), sources, now, tried))[:1]
    return found or await _working(list_page(answer), sources, now, tried) or _none(url, tried)


def _none(url: str, tried: list[tuple[str, str]]) -> list[Preview]:
    """Raise `NotAFeed` with what was tried: places with the same result together, the page's own site by path."""
    page = urlsplit(url)
    places: dict[str, list[str]] = {}
    for place, reason in tried[:_TRIED]:
        own = urlsplit(place)
        shown = own.path if place != redacted(url) and own.netloc == page.netloc and not own.query else place
        places.setdefault(reason, []).append(shown or place)
    said = "; ".join(f"{', '.join(some)} ({reason})" if reason else ", ".join(some) for reason, some in places.items())
    raise NotAFeed(f"no feed found for {redacted(url)}; tried {said}")


async def preview(spec: FeedSpec, sources: Mapping[str, Source], now: int) -> Preview:
    """Poll a feed once, before it is added. Raises `FetchError`, `NotAFeed`."""
    source = sources.get(spec.kind)
    if source is None:
        raise NotAFeed(f"{spec.kind} is not a kind of source; there are {', '.join(sorted(sources))}")
    polled = await source.poll(Feed(0, spec.url, spec.kind, lang=spec.lang, options=spec.options), now)
    parsed = polled.parsed
    if parsed is None:
        raise NotAFeed(f"{redacted(spec.url)} answered {polled.status} with nothing to read")
    titled = _titled(spec, parsed)
    if moved := polled.moved_to:
        titled = replace(titled, url=with_credentials(moved, spec.url))
    before = redacted(spec.url) if moved else ""
    return Preview(titled, len(parsed.entries), parsed.entries[:_SHOWN], polled.lacks, before)


def _titled(spec: FeedSpec, parsed: ParsedFeed) -> FeedSpec:
    title = spec.title or to_text(parsed.feed.title) or display_host(spec.url)
    lang = spec.lang or next((entry.lang for entry in parsed.entries if entry.lang), "")
    return replace(spec, title=title, source=spec.source or title, lang=lang)


async def _working(
    specs: list[FeedSpec], sources: Mapping[str, Source], now: int, tried: list[tuple[str, str]]
) -> list[Preview]:
    """The candidates that answer as feeds; empty ones count only if none has entries."""
    found = list[Preview]()
    for spec in specs[:_TRIED]:
        try:
            found.append(await preview(spec, sources, now))
        except (FetchError, NotAFeed) as error:
            url = redacted(spec.url)
            tried.append((url, str(error).removeprefix(f"{url}: ") if isinstance(error, FetchError) else ""))
    return [one for one in found if one.entries] or found


def named_by(answer: Fetched) -> list[FeedSpec]:
    """The feeds that a page names in `<link rel="alternate">`, in its order, comment feeds last."""
    specs = {spec.url: spec for spec in _alternates(answer)}
    return sorted(specs.values(), key=lambda spec: "comment" in f"{spec.url}{spec.title}".lower())


def _alternates(answer: Fetched) -> Iterator[FeedSpec]:
    page = page_of(answer)
    if page is None:
        return
    base = base_of(page, answer.url)
    for link in page.iter("link"):
        rel, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").strip().lower()
        href = link.get("href") or ""
        named = "feed" in rel if not kind else ("alternate" in rel or "feed" in rel) and _TYPES.fullmatch(kind)
        if named and not _NO_FEED.search(href) and (url := resolve(as_web(href), base)):
            yield FeedSpec(url, title=" ".join((link.get("title") or "").split())[:200])


def linked_by(answer: Fetched) -> list[FeedSpec]:
    """The addresses that a page links to and that look like feeds, each once, in the page's order."""
    page = page_of(answer)
    if page is None:
        return []
    base = base_of(page, answer.url)
    urls = dict.fromkeys(resolve(as_web(link.get("href") or ""), base) for link in page.iter("a"))
    return [FeedSpec(url) for url in urls if _LOOKS.search(url) and not _NO_FEED.search(url) and url != answer.url]


def list_page(answer: Fetched) -> list[FeedSpec]:
    """A page that lists articles below its own path, as a newsroom.

    [] for a site's front page, whose links lead everywhere.
    """
    page, path = page_of(answer), urlsplit(answer.url).path.rstrip("/")
    if page is None or not path:
        return []
    title = " ".join((page.findtext(".//title") or "").split())[:200]
    return [FeedSpec(answer.url, "newsroom", title=title, options={"path": f"{path}/"})]


def usual_places(url: str) -> list[FeedSpec]:
    """Where many sites have their feed; below the page's own path first."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    own = parts.path.rstrip("/")
    urls = ([f"{root}{own}/feed"] if own else []) + [root + place for place in _PLACES]
    return [FeedSpec(one) for one in urls]
