"""The kinds of source, by the name in a feed's `kind`. A new kind is one file and one line here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.ports import Feed, Polled, Source
from bot.sources import (
    arxiv,
    cn_review,
    cninfo,
    edgar,
    edgar_company,
    edgar_search,
    federal_register,
    gdelt,
    github,
    google_news,
    hackernews,
    hkex,
    hkex_ipo,
    hkex_search,
    huggingface,
    newsroom,
)
from bot.sources.kit.tools import Tools


class Kind(NamedTuple):
    """A kind of source: its poll function, and the options that its feeds take besides those of all kinds.

    `needs_contact`: the publisher serves only clients that give a mail address.
    """

    poll: Callable[[Tools, Feed, int], Awaitable[Polled]]
    options: Mapping[str, type] = {}
    needs_contact: bool = False


SOURCES: dict[str, Kind] = {
    "feed": Kind(lambda tools, feed, now: tools.feed.poll(feed, now)),
    "arxiv": Kind(arxiv.poll),
    "cn-review": Kind(cn_review.poll),
    "cninfo": Kind(cninfo.poll, {"days": int}),
    "edgar": Kind(edgar.poll, {"forms": list}, needs_contact=True),
    "edgar-company": Kind(edgar_company.poll, {"forms": list}, needs_contact=True),
    "edgar-search": Kind(edgar_search.poll, needs_contact=True),
    "federal-register": Kind(federal_register.poll, {"agencies": list, "types": list}),
    "gdelt": Kind(gdelt.poll),
    "github": Kind(github.poll, {"drop": list}),
    "google-news": Kind(google_news.poll),
    "hackernews": Kind(hackernews.poll),
    "hkex": Kind(hkex.poll, {"drop": list, "languages": list}),
    "hkex-ipo": Kind(hkex_ipo.poll),
    "hkex-search": Kind(hkex_search.poll),
    "huggingface": Kind(huggingface.poll),
    "newsroom": Kind(newsroom.poll, {"path": str, "least": int}),
}


@dataclass(frozen=True, slots=True)
class OfKind:
    """A kind with its tools. Implements `bot.ports.Source`."""

    kind: Kind
    tools: Tools

    async def poll(self, feed: Feed, now: int) -> Polled:
        return await self.kind.poll(self.tools, feed, now)


def build(tools: Tools) -> dict[str, Source]:
    """One source of each kind."""
    return {name: OfKind(kind, tools) for name, kind in SOURCES.items()}
