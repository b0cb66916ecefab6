"""Listing reviews at the exchanges of Shanghai, Shenzhen and Beijing: accepted, questioned, committee, registration.

The feed's URL is the list of projects of one exchange, newest change first; its path says which exchange. Every state
of a project is an entry of its own with a stable id, so that each is news once, and a suspension once for each date
that it has. Beijing's list takes a form POST (the URL's query is posted), and its answer, like Shanghai's with
`jsonCallBack`, may be wrapped in a call. The shapes are those that public clients of the three sites read; nothing was
recorded.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.core.errors import NotAFeed
from bot.core.model import ParsedEntry
from bot.core.urls import redacted
from bot.ports import Feed, Fetched, Polled
from bot.sources.cn_exchanges import EXCHANGES, Exchange, Project
from bot.sources.kit import polls, seen
from bot.sources.kit.gaps import gap_of
from bot.sources.kit.items import Fields, plain, read_json
from bot.sources.kit.paged import Page, Paged, place
from bot.sources.kit.paging import walk
from bot.sources.kit.polls import unchanged, walked
from bot.sources.kit.tools import Tools

_KIND = "cn-review"
_FIRST, _PAGES = "0", 5
_CALL = re.compile(rb"\s*[\w$.]+\s*\(")
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_PAUSED = re.compile("暂缓|中止")
_STAGES = (
    ("", _PAUSED),
    ("ended", re.compile("终止|撤回|未通过|不通过|不予")),
    ("effective", re.compile("注册生效|核准")),
    ("registration", re.compile("提交注册")),
    ("committee", re.compile("会议通过|^通过$|复审通过")),
    ("inquiry", re.compile("问询")),
    ("application", re.compile("受理")),
)


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll the newest changes of one exchange's list, page by page until a known state of a project.

    Raises `FetchError`, `NotAFeed`.
    """
    exchange, fields, memo = _exchange(feed.url), Fields(_KIND), seen.load(feed.memo)
    answer = await _ask(tools, feed.url, feed, exchange)
    if gap_of(memo) is None and (same := unchanged(feed, answer)):
        return same

    async def page(at: str) -> Page[Project]:
        came = await _ask(tools, _turned(feed.url, exchange, place(at)), feed, exchange) if at != _FIRST else answer
        return Page(await asyncio.to_thread(_projects, came, exchange, fields), str(place(at) + 1))

    found = await walk(Paged(_KIND, page, _mark, _PAGES, by_day=True), memo, _FIRST)
    entries = await asyncio.to_thread(lambda: [_entry(exchange, project) for project in found.rows])
    return walked(answer, entries, found.memo, (*found.notes, *fields.notes()))


def _projects(answer: Fetched, exchange: Exchange, fields: Fields) -> list[Project]:
    rows = fields.rows({"rows": _inside(read_json(_KIND, _called(answer)), exchange)}, "rows")
    return [exchange.read(row, fields) for row in rows]


def _mark(project: Project) -> str:
    return f"{project.id}:{_state(project)}" if project.id else ""


def _state(project: Project) -> str:
    """A project's state; a suspension with its day, as one review may have several."""
    day = f":{project.changed:%Y-%m-%d}" if project.changed and _PAUSED.search(project.status) else ""
    return project.status + day


def _turned(url: str, exchange: Exchange, pages: int) -> str:
    """The address of the page of the list that is so many pages further on."""
    for name in exchange.pages:
        pattern = re.compile(rf"(?<=[?&]){re.escape(name)}=(\d{{0,4}})(?=&|\Z)")
        found = pattern.search(url)
        turned = f"{name}={int((found and found[1]) or exchange.begin) + pages}"
        url = pattern.sub(turned, url) if found else f"{url}{'&' if '?' in url else '?'}{turned}"
    return url


async def _ask(tools: Tools, url: str, feed: Feed, exchange: Exchange) -> Fetched:
    headers = {"Referer": exchange.page.partition("?")[0], "X-Requested-With": "XMLHttpRequest"}
    if not exchange.posted:
        return await tools.get(feed, url, headers=headers)
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(query=""))
    return await tools.get(feed, bare, headers={**headers, "Content-Type": _FORM}, data=parts.query.encode())


def _exchange(url: str) -> Exchange:
    path = urlsplit(url).path
    found = next((exchange for exchange in EXCHANGES if path.endswith(exchange.path)), None)
    if found is None:
        raise NotAFeed(f"{_KIND}: {redacted(url)} is no list of reviews; docs/sources.md gives the three addresses")
    return found


def _called(answer: Fetched) -> Fetched:
    """The answer without the call around it."""
    found = _CALL.match(answer.body[:200])
    end = answer.body.rstrip(b"; \t\r\n")
    return replace(answer, body=end[found.end() : -1]) if found and end.endswith(b")") else answer


def _inside(body: Any, exchange: Exchange) -> Any:
    """The rows, at the path where the exchange has them."""
    for step in exchange.rows:
        if isinstance(step, int) and isinstance(body, list):
            body = body[step] if len(body) > step else {}
        elif isinstance(step, str) and isinstance(body, dict) and step in body:
            body = body[step]
        else:
            raise NotAFeed(f"{_KIND}: the answer of {exchange.name} has no {step}: its shape has changed")
    return body


def _entry(exchange: Exchange, project: Project) -> ParsedEntry:
    """A state of a project as one line. A state that is no step up or down is told, but is not on the ladder."""
    stage = next((stage for stage, pattern in _STAGES if pattern.search(project.status)), "")
    company = plain(project.company)
    facts = {
        "ladder": "cn-ipo" if stage else "",
        "stage": stage,
        "company": company,
        "tickers": f"{project.code}.BJ" if project.code else "",
    }
    where = f"{exchange.name}{project.board}"
    return polls.entry(
        f"{_KIND}:{exchange.mark}:{project.id}:{_state(project)}",
        exchange.page.format(id=project.id),
        f"{company}：{where} IPO 审核{f'：{project.status}' if project.status else '有更新'}",
        f"{where}发行上市审核项目动态",
        published=project.changed,
        lang="zh",
        form="发行上市审核",
        facts=facts,
        act=True,
    )
