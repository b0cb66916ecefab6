"""The kinds of source, by the name that a feed carries. A new kind is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable

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
from bot.sources.google_news import GoogleNews
from bot.sources.hackernews import HackerNews
from bot.sources.hkex import Hkex
from bot.sources.hkex_ipo import HkexIpo
from bot.sources.hkex_search import HkexSearch
from bot.sources.huggingface import HuggingFace
from bot.sources.newsroom import Newsroom
from bot.sources.tools import Tools

SOURCES: dict[str, Callable[[Tools], Source]] = {
    "feed": lambda tools: tools.feed,
    "arxiv": Arxiv,
    "cn-review": CnReview,
    "cninfo": Cninfo,
    "edgar": Edgar,
    "edgar-company": EdgarCompany,
    "edgar-search": EdgarSearch,
    "federal-register": FederalRegister,
    "gdelt": Gdelt,
    "github": Github,
    "google-news": GoogleNews,
    "hackernews": HackerNews,
    "hkex": Hkex,
    "hkex-ipo": HkexIpo,
    "hkex-search": HkexSearch,
    "huggingface": HuggingFace,
    "newsroom": Newsroom,
}


def build(tools: Tools) -> dict[str, Source]:
    """One source of each kind."""
    return {kind: make(tools) for kind, make in SOURCES.items()}
