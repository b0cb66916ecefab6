"""Page addresses of known sites and the feeds behind them, since people seldom paste a feed's own address."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from bot.ports import FeedSpec

_MIRROR = re.compile(r"^(old|new|sh|np|export|rss)\.(?=(reddit\.com|arxiv\.org)$)")
_CATEGORY = re.compile(r"^[a-z-]+(\.[A-Za-z-]+)?$")
_GITHUB_PAGES = re.compile("topics|trending|search|settings|features|explore|login|marketplace|sponsors|about")
_HUB_PAGES = re.compile("models|datasets|spaces|docs|papers|blog|collections|login|join|pricing|organizations")


def known_feeds(url: str) -> list[FeedSpec]:
    """The feeds of a page on a site that we know, best first; [] for any other page."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    path = [part for part in parts.path.split("/") if part]
    if host == "open.substack.com" and path[:1] == ["pub"] and len(path) > 1:
        host = f"{path[1].lower()}.substack.com"
    if host == "rss.arxiv.org" and path[:1] in (["rss"], ["atom"]):
        path = ["list", *path[1:]]
    if host.endswith(".substack.com") and host != "open.substack.com":
        return [FeedSpec(f"https://{host}/feed", source=host.partition(".")[0])]
    maker = _SITES.get(_MIRROR.sub("", host))
    return maker(path, parse_qs(parts.query)) if maker else []


def _github(path: list[str], _query: dict[str, list[str]]) -> list[FeedSpec]:
    if path[:1] in (["orgs"], ["users"]):
        path = path[1:2]  # pages about an account, such as /orgs/acme/repositories
    if not path or _GITHUB_PAGES.fullmatch(path[0]):
        return []
    if len(path) == 1:
        url = f"https://api.github.com/users/{quote(path[0])}/repos?sort=created&direction=desc&per_page=30"
        return [FeedSpec(url, "github", f"{path[0]}: new repositories", path[0])]
    repository = f"{quote(path[0])}/{quote(path[1].removesuffix('.git'))}"
    specs = [
        FeedSpec(f"https://github.com/{repository}/{what}.atom", "github", f"{repository} {what}", path[0])
        for what in ("releases", "tags")
    ]
    if "commits" in path[2:3]:
        branch = quote("/".join(path[3:])) or "HEAD"
        commits = f"https://github.com/{repository}/commits/{branch.removesuffix('.atom')}.atom"
        return [FeedSpec(commits, title=f"{repository} commits", source=path[0])]
    return specs[::-1] if "tags" in path[2:3] else specs


def _youtube(path: list[str], query: dict[str, list[str]]) -> list[FeedSpec]:
    feeds = "https://www.youtube.com/feeds/videos.xml?"
    if path[:1] == ["channel"] and len(path) > 1 and path[1].startswith("UC"):
        return [FeedSpec(f"{feeds}channel_id={quote(path[1])}")]
    if "list" in query:
        return [FeedSpec(f"{feeds}playlist_id={quote(query['list'][0])}")]
    if path[:1] == ["user"] and len(path) > 1:
        return [FeedSpec(f"{feeds}user={quote(path[1])}")]
    return []


def _reddit(path: list[str], _query: dict[str, list[str]]) -> list[FeedSpec]:
    if len(path) < 2 or path[0] not in ("r", "u", "user"):
        return []
    name = quote(path[1])
    tail = f"r/{name}/new" if path[0] == "r" else f"user/{name}"
    return [FeedSpec(f"https://www.reddit.com/{tail}/.rss?limit=100", source=f"r/{name}" if path[0] == "r" else name)]


def _arxiv(path: list[str], query: dict[str, list[str]]) -> list[FeedSpec]:
    if path[:1] == ["list"] and len(path) > 1 and _CATEGORY.match(path[1]):
        return [FeedSpec(f"https://rss.arxiv.org/rss/{path[1]}", "arxiv", f"arXiv {path[1]}", "arXiv", "en")]
    if words := query.get("query", query.get("search_query", [""]))[0]:
        search = words if ":" in words else f'all:"{words}"'
        url = (
            f"https://export.arxiv.org/api/query?search_query={quote(search)}&sortBy=submittedDate&sortOrder=descending"
        )
        return [FeedSpec(f"{url}&max_results=50", "arxiv", f"arXiv: {words}", "arXiv", "en")]
    return []


def _huggingface(path: list[str], _query: dict[str, list[str]]) -> list[FeedSpec]:
    if path[:1] == ["blog"]:
        return [
            FeedSpec(
                "https://huggingface.co/blog/feed.xml", title="Hugging Face blog", source="Hugging Face", lang="en"
            )
        ]
    if path[:1] == ["organizations"]:
        path = path[1:]
    if not path or _HUB_PAGES.fullmatch(path[0]):
        return []
    author = quote(path[0])
    url = f"https://huggingface.co/api/models?author={author}&sort=createdAt&direction=-1&limit=50&full=true"
    return [FeedSpec(url, "huggingface", f"{path[0]} on Hugging Face", path[0])]


def _sec(path: list[str], query: dict[str, list[str]]) -> list[FeedSpec]:
    """A company's page: `/edgar/browse/?CIK=…` or `/cgi-bin/browse-edgar?action=getcompany&CIK=…`, by its number."""
    cik = next(iter(query.get("CIK") or query.get("cik") or [""]), "").removeprefix("CIK")
    if path[:1] not in (["edgar"], ["cgi-bin"]) or not cik.isdecimal() or len(cik) > 10:
        return []
    url = f"https://data.sec.gov/submissions/CIK{cik:0>10}.json"
    return [FeedSpec(url, "edgar-company", source="SEC EDGAR", lang="en", tier="official")]


def _medium(path: list[str], _query: dict[str, list[str]]) -> list[FeedSpec]:
    return [FeedSpec(f"https://medium.com/feed/{quote(path[0], safe='@')}")] if path and path[0] != "feed" else []


_SITES: dict[str, Callable[[list[str], dict[str, list[str]]], list[FeedSpec]]] = {
    "github.com": _github,
    "youtube.com": _youtube,
    "reddit.com": _reddit,
    "arxiv.org": _arxiv,
    "huggingface.co": _huggingface,
    "sec.gov": _sec,
    "medium.com": _medium,
}
