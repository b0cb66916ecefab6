"""A newsroom without a feed: the links of its list page, as entries without a date.

Options: `path`, with which the paths of articles begin ("/news/"); `least`, the fewest articles on a good page (3). A
page with fewer has changed, which is reported in one line; it is not an empty newsroom.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree, html

from bot.core.errors import NotAFeed
from bot.core.model import ParsedEntry
from bot.core.polling.health import what_page
from bot.core.urlkey import untracked
from bot.core.urls import host_of, redacted, resolve
from bot.ports import Feed, Fetched, Polled
from bot.sources.kit import polls
from bot.sources.kit.items import clean
from bot.sources.kit.kept import validators
from bot.sources.kit.polls import polled, unchanged
from bot.sources.kit.tools import Tools, number

_KIND = "newsroom"
_SHORTEST, _LONGEST = 12, 300
_ON_ONE_PAGE = 3  # an address with so many titles is not an article's
_LINKS, _PAGE_LIMIT = 3_000, 2 << 20
_HEADINGS = ".//h1|.//h2|.//h3|.//h4"


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one list page. Raises `FetchError`, `NotAFeed`."""
    answer = await tools.get(feed, headers=validators(feed, now))
    if same := unchanged(feed, answer):
        return same
    path, least = str(feed.options.get("path") or urlsplit(feed.url).path), number(feed, "least", 3)
    entries = await asyncio.to_thread(articles, answer, path)  # a large page takes a tenth of a second
    if len(entries) < least:
        raise NotAFeed(f"{_KIND}: {redacted(feed.url)} {_changed(answer, len(entries), path, least)}")
    return polled(answer, entries)


def _changed(answer: Fetched, found: int, path: str, least: int) -> str:
    if (page := what_page(answer.body)) not in ("", "a web page"):
        return f"is {page} now"
    return f"holds {found} links under {path}, not {least} or more: it changed"


def articles(answer: Fetched, path: str) -> list[ParsedEntry]:
    """The articles that a page links to on its own host under `path`, in its order, each once.

    Their addresses have no query, unless it is all that distinguishes many articles (`show.aspx?id=7`).
    """
    found = list(_links(answer, path))
    titles: defaultdict[str, set[str]] = defaultdict(set)
    for url, title in found:
        titles[_bare(url)].add(title)
    named = ((untracked(url) if len(titles[_bare(url)]) >= _ON_ONE_PAGE else _bare(url), title) for url, title in found)
    return list({url: polls.entry(url, url, title) for url, title in named}.values())


def _bare(url: str) -> str:
    return url.partition("?")[0]


def _links(answer: Fetched, path: str) -> Iterator[tuple[str, str]]:
    """Addresses and titles."""
    page = page_of(answer)
    if page is None:
        return
    host, base = host_of(answer.url), base_of(page, answer.url)
    for link in islice(page.iter("a"), _LINKS):
        target = urlsplit(resolve(link.get("href") or "", base))
        title = _title(link)
        if host_of(target.geturl()) == host and _below(target.path, path) and _SHORTEST <= len(title) <= _LONGEST:
            yield target._replace(fragment="").geturl(), title


def _below(path: str, start: str) -> bool:
    return path.startswith(start) and len(path.strip("/")) > len(start.strip("/"))


def _title(link: html.HtmlElement) -> str:
    headings = link.xpath(_HEADINGS)
    return clean(headings[0].text_content() if headings else link.text_content(), _LONGEST + 1)


def page_of(answer: Fetched) -> html.HtmlElement | None:
    """The tree of a page's first 2 MiB, parsed without network; None if there is none."""
    parser = html.HTMLParser(no_network=True, encoding=_charset(answer), huge_tree=False)
    try:
        return html.document_fromstring(answer.body[:_PAGE_LIMIT], parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, LookupError):
        return None


def base_of(page: html.HtmlElement, url: str) -> str:
    """The base of a page's links: the one that it declares, or its own address."""
    bases = [link.get("href") or "" for link in page.iter("base")]
    return (resolve(bases[0], url) if bases else "") or url


def _charset(answer: Fetched) -> str | None:
    """UTF-8 if the bytes are valid; else None, for what the page declares."""
    try:
        answer.body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"
