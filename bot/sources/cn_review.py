"""Listing reviews at the exchanges of Shanghai, Shenzhen and Beijing: accepted, questioned, committee, registration.

The feed's URL is the list of projects of one exchange, newest change first; its path says which one. Every state of a
project is an entry of its own with a stable id, so that each is news once. Beijing is asked by form POST (the URL's
query is posted), and its answer, like Shanghai's with `jsonCallBack`, may be wrapped in a call. The shapes are those
that public clients of the three sites read; nothing was recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from bot.core.errors import NotAFeed
from bot.core.model import ParsedEntry
from bot.ports import Feed, Fetched, Polled
from bot.sources import payload
from bot.sources.clocks import SHANGHAI, day, epoch, wall
from bot.sources.payload import Fields, objects, plain, polled, read_json, unchanged
from bot.sources.tools import Tools

_KIND = "cn-review"
_CALL = re.compile(rb"\A\s*[\w$.]+\s*\((.*)\)\s*;?\s*\Z", re.DOTALL)
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_STAGES = (
    ("", re.compile("暂缓|中止")),
    ("ended", re.compile("终止|撤回|未通过|不通过|不予")),
    ("effective", re.compile("注册生效|核准")),
    ("registration", re.compile("提交注册")),
    ("committee", re.compile("会议通过|^通过$|复审通过")),
    ("inquiry", re.compile("问询")),
    ("application", re.compile("受理")),
)
_SHANGHAI = {
    1: "已受理",
    2: "已问询",
    3: "上市委会议",
    4: "提交注册",
    5: "注册结果",
    6: "中止",
    7: "中止或终止",
    8: "中止或终止",
}
_BEIJING = {
    "P01": "已受理",
    "P02": "已问询",
    "P03": "上市委会议通过",
    "P04": "上市委会议未通过",
    "P05": "上市委会议暂缓",
    "P06": "提交注册",
    "P07": "注册生效",
    "P08": "不予注册",
    "P09": "中止",
    "P10": "终止",
    "P100": "上市委会议",
    "P101": "注册结果",
}


class _Project(NamedTuple):
    """One row, read."""

    id: str
    company: str
    status: str
    changed: datetime | None
    board: str = ""
    code: str = ""


class _Exchange(NamedTuple):
    """How one exchange is asked and answers: the path of its list, page of a project, where its rows stand."""

    mark: str
    name: str
    path: str
    page: str
    rows: tuple[str | int, ...]
    read: Callable[[Mapping[str, Any], Fields], _Project]
    posted: bool = False


class CnReview:
    """Polls the newest changes of one exchange's list."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def poll(self, feed: Feed, now: int) -> Polled:
        """Raises `FetchError`, `NotAFeed`."""
        exchange = _exchange(feed.url)
        answer = await self._ask(feed, exchange)
        if same := unchanged(feed, answer):
            return same
        fields = Fields(_KIND)
        rows = fields.rows({"rows": _inside(read_json(_KIND, _called(answer)), exchange)}, "rows")
        entries = [_entry(exchange, exchange.read(row, fields)) for row in rows]
        return polled(answer, entries, notes=fields.notes())

    async def _ask(self, feed: Feed, exchange: _Exchange) -> Fetched:
        headers = {"Referer": exchange.page.partition("?")[0], "X-Requested-With": "XMLHttpRequest"}
        if not exchange.posted:
            return await self._tools.get(feed, feed.url, headers=headers)
        parts = urlsplit(feed.url)
        bare = urlunsplit(parts._replace(query=""))
        return await self._tools.get(feed, bare, headers={**headers, "Content-Type": _FORM}, data=parts.query.encode())


def _exchange(url: str) -> _Exchange:
    path = urlsplit(url).path
    found = next((exchange for exchange in _EXCHANGES if path.endswith(exchange.path)), None)
    if found is None:
        raise NotAFeed(f"{_KIND}: {url} is no list of reviews; docs/sources.md gives the three addresses")
    return found


def _called(answer: Fetched) -> Fetched:
    """The answer without the call around it."""
    found = _CALL.match(answer.body)
    return replace(answer, body=found[1]) if found else answer


def _inside(body: Any, exchange: _Exchange) -> Any:
    """The rows, down the way that the exchange puts them."""
    for step in exchange.rows:
        if isinstance(step, int) and isinstance(body, list):
            body = body[step] if len(body) > step else {}
        elif isinstance(step, str) and isinstance(body, dict) and step in body:
            body = body[step]
        else:
            raise NotAFeed(f"{_KIND}: the answer of {exchange.name} has no {step}: its shape has changed")
    return body


def _shanghai(row: Mapping[str, Any], fields: Fields) -> _Project:
    status, issuer = _SHANGHAI.get(_whole(row.get("currStatus")), ""), next(iter(objects(row.get("stockIssuer"))), {})
    if not status:
        fields.miss("currStatus")
    if status == "注册结果":
        status = {1: "注册生效", 2: "不予注册", 3: "终止注册"}.get(_whole(row.get("registeResult")), status)
    if status == "上市委会议":
        status = {1: "上市委会议通过", 2: "上市委会议未通过"}.get(_whole(row.get("commitiResult")), status)
    board = {1: "科创板", 2: "主板"}.get(_whole(row.get("issueMarketType")), "")
    company = fields.maybe(issuer, "s_issueCompanyFullName") or fields.text(row, "stockAuditName")
    changed = wall(fields.text(row, "updateDate"), "%Y%m%d%H%M%S", SHANGHAI)
    return _Project(fields.text(row, "stockAuditNum"), company, status, changed, board)


def _shenzhen(row: Mapping[str, Any], fields: Fields) -> _Project:
    changed = day(fields.text(row, "updtdt")[:10], SHANGHAI)
    company, status = fields.text(row, "cmpnm"), fields.text(row, "prjst")
    return _Project(fields.text(row, "prjid"), company, status, changed, fields.maybe(row, "boardName"))


def _beijing(row: Mapping[str, Any], fields: Fields) -> _Project:
    code, when = fields.text(row, "status"), row.get("updateDate")
    status = _BEIJING.get(code) or _BEIJING.get(code.partition("-")[0], "")
    if code and not status:
        fields.miss("status")
    changed = epoch(fields.text(when, "time"), 1000) if isinstance(when, dict) else day(str(when or "")[:10], SHANGHAI)
    stock = fields.maybe(row, "stockCode")
    return _Project(fields.text(row, "id"), fields.text(row, "companyName"), status, changed, "", stock)


def _whole(value: Any) -> int:
    """A small number, also as text; -1 for what is none."""
    return int(value) if str(value).isascii() and str(value).isdigit() else -1


def _entry(exchange: _Exchange, project: _Project) -> ParsedEntry:
    """A state of a project, told in one line. One that is no step up or down is told and climbs no ladder."""
    stage = next((stage for stage, pattern in _STAGES if pattern.search(project.status)), "")
    company = plain(project.company)
    facts = {
        "ladder": "cn-ipo" if stage else "",
        "stage": stage,
        "company": company,
        "tickers": f"{project.code}.BJ" if project.code else "",
    }
    where = f"{exchange.name}{project.board}"
    return payload.entry(
        f"{_KIND}:{exchange.mark}:{project.id}:{project.status}",
        exchange.page.format(id=project.id),
        f"{company}：{where} IPO 审核{f'：{project.status}' if project.status else '有更新'}",
        f"{where}发行上市审核项目动态",
        published=project.changed,
        lang="zh",
        form="发行上市审核",
        facts=facts,
        act=True,
    )


_EXCHANGES = (
    _Exchange(
        "sse",
        "上交所",
        "/commonSoaQuery.do",
        "https://www.sse.com.cn/listing/renewal/ipo/index_listing_detail.shtml?auditId={id}",
        ("pageHelp", "data"),
        _shanghai,
    ),
    _Exchange(
        "szse",
        "深交所",
        "/projectrends/query",
        "https://www.szse.cn/listing/projectdynamic/ipo/detail/index.html?id={id}",
        ("data",),
        _shenzhen,
    ),
    _Exchange(
        "bse",
        "北交所",
        "/projectNewsController/infoResult.do",
        "https://www.bse.cn/audit/project_news_detail.html?id={id}",
        (0, "listInfo", "content"),
        _beijing,
        posted=True,
    ),
)
