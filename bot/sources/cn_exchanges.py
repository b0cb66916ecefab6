"""The three exchanges' lists of listing reviews: the address of each, where its rows are, how a row is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from bot.sources.kit.clocks import SHANGHAI, day, epoch, wall
from bot.sources.kit.items import Fields, objects

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


class Project(NamedTuple):
    """One row, read."""

    id: str
    company: str
    status: str
    changed: datetime | None
    board: str = ""
    code: str = ""


class Exchange(NamedTuple):
    """How to ask one exchange and read its answer: the path of its list, the page of a project, where its rows are.

    `pages` are the parameters that choose a page; the first page has the number `begin`.
    """

    mark: str
    name: str
    path: str
    page: str
    rows: tuple[str | int, ...]
    read: Callable[[Mapping[str, Any], Fields], Project]
    pages: tuple[str, ...]
    begin: int = 0
    posted: bool = False


def _shanghai(row: Mapping[str, Any], fields: Fields) -> Project:
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
    return Project(fields.text(row, "stockAuditNum"), company, status, changed, board)


def _shenzhen(row: Mapping[str, Any], fields: Fields) -> Project:
    changed = day(fields.text(row, "updtdt")[:10], SHANGHAI)
    company, status = fields.text(row, "cmpnm"), fields.text(row, "prjst")
    return Project(fields.text(row, "prjid"), company, status, changed, fields.maybe(row, "boardName"))


def _beijing(row: Mapping[str, Any], fields: Fields) -> Project:
    code, when = fields.text(row, "status"), row.get("updateDate")
    status = _BEIJING.get(code) or _BEIJING.get(code.partition("-")[0], "")
    if code and not status:
        fields.miss("status")
    changed = epoch(fields.text(when, "time"), 1000) if isinstance(when, dict) else day(str(when or "")[:10], SHANGHAI)
    stock = fields.maybe(row, "stockCode")
    return Project(fields.text(row, "id"), fields.text(row, "companyName"), status, changed, "", stock)


def _whole(value: Any) -> int:
    """A small number, also from text; -1 if it is none."""
    return int(value) if str(value).isascii() and str(value).isdigit() else -1


EXCHANGES = (
    Exchange(
        "sse",
        "上交所",
        "/commonSoaQuery.do",
        "https://www.sse.com.cn/listing/renewal/ipo/index_listing_detail.shtml?auditId={id}",
        ("pageHelp", "data"),
        _shanghai,
        ("pageHelp.pageNo", "pageHelp.beginPage", "pageHelp.endPage"),
        begin=1,
    ),
    Exchange(
        "szse",
        "深交所",
        "/projectrends/query",
        "https://www.szse.cn/listing/projectdynamic/ipo/detail/index.html?id={id}",
        ("data",),
        _shenzhen,
        ("pageIndex",),
    ),
    Exchange(
        "bse",
        "北交所",
        "/projectNewsController/infoResult.do",
        "https://www.bse.cn/audit/project_news_detail.html?id={id}",
        (0, "listInfo", "content"),
        _beijing,
        ("page",),
        posted=True,
    ),
)
