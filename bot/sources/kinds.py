"""The kinds of source, by the name that a feed carries. A new kind is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from bot.ports import Source
from bot.sources.arxiv import Arxiv
from bot.sources.cn_review import CnReview
from bot.sources.cninfo import Cninfo
from bot.sources.edgar import Edgar
from bot.sources.edgar_company import EdgarCompany
from bot.sources.edgar_search import EdgarSearch
from bot.sources.federal_register import FederalRegister
from bot.sources.gdelt import Gdelt
from bot.sources.github import Github
from bot.sources.google_news import article
from bot.sources.hackernews import HackerNews
from bot.sources.hkex import Hkex
from bot.sources.hkex_ipo import HkexIpo
from bot.sources.hkex_search import HkexSearch
from bot.sources.huggingface import HuggingFace
from bot.sources.newsroom import Newsroom
from bot.sources.tools import Reshaped, Tools


class Kind(NamedTuple):
    """A kind of source: who polls it, and what the options are that a feed of it takes besides those of all kinds.

    `needs_contact`: the publisher serves only clients that name a mail address.
    """

    make: Callable[[Tools], Source]
    options: Mapping[str, type] = {}
    needs_contact: bool = False


SOURCES: dict[str, Kind] = {
    "feed": Kind(lambda tools: tools.feed),
    "arxiv": Kind(Arxiv),
    "cn-review": Kind(CnReview),
    "cninfo": Kind(Cninfo, {"days": int}),
    "edgar": Kind(Edgar, {"forms": list}, needs_contact=True),
    "edgar-company": Kind(EdgarCompany, {"forms": list}, needs_contact=True),
    "edgar-search": Kind(EdgarSearch, needs_contact=True),
    "federal-register": Kind(FederalRegister, {"agencies": list, "types": list}),
    "gdelt": Kind(Gdelt),
    "github": Kind(Github, {"drop": list}),
    "google-news": Kind(lambda tools: Reshaped(tools.feed, article)),
    "hackernews": Kind(HackerNews),
    "hkex": Kind(Hkex, {"drop": list, "languages": list}),
    "hkex-ipo": Kind(HkexIpo),
    "hkex-search": Kind(HkexSearch),
    "huggingface": Kind(HuggingFace),
    "newsroom": Kind(Newsroom, {"path": str, "least": int}),
}


def build(tools: Tools) -> dict[str, Source]:
    """One source of each kind."""
    return {name: kind.make(tools) for name, kind in SOURCES.items()}
