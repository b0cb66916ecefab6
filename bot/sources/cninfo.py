"""cninfo, the disclosure site for Shenzhen, Shanghai and Beijing listings: announcements by form POST, JSON back.

The feed's URL has the form's fields in its query (`column`, `category`, `searchkey` …); they are posted. The list may
be null, titles mark hits with `<em>`, and times are often just a day in Shanghai, in milliseconds.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from bot.core.model import ParsedEntry
from bot.core.units import DAY_MS
from bot.ports import Feed, Fetched, Polled
from bot.sources.hkex_acts import ticker
from bot.sources.kit import polls, seen
from bot.sources.kit.clocks import SHANGHAI, days_before, epoch, today
from bot.sources.kit.items import Fields, as_text, plain, read_json
from bot.sources.kit.paged import Page, Paged, place
from bot.sources.kit.paging import walk
from bot.sources.kit.polls import walked
from bot.sources.kit.tools import Tools, number

_KIND = "cninfo"
_FILES = "https://static.cninfo.com.cn/"
_PAGES, _PER_PAGE, _DAYS, _MOST_DAYS = 5, 30, 3, 30
_HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    "Referer": "https://www.cninfo.com.cn/new/commonUrl/pageOfSearch?url=disclosure/list/search",
    "X-Requested-With": "XMLHttpRequest",
}
_STAGES = (
    ("listing", re.compile("上市公告书")),
    ("allotment", re.compile("发行结果公告|中签结果公告|配售结果公告")),
    ("registration", re.compile("招股说明书.?注册稿")),
    ("committee", re.compile("招股说明书.?上会稿")),
    ("application", re.compile("招股说明书.?申报稿")),
    ("prospectus", re.compile("招股意向书|招股说明书")),
)
_MARKETS = (("6", "SH"), ("0", "SZ"), ("3", "SZ"), ("2", "SZ"), ("92", "BJ"), ("8", "BJ"), ("4", "BJ"), ("9", "SH"))


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one query, page by page until a known announcement, over the last few days.

    The option `days` says how many days; after a longer time without an answer there are more.

    Raises `FetchError`, `NotAFeed`.
    """
    fields, answers = Fields(_KIND), list[Fetched]()

    async def page(number: str) -> Page[dict[str, Any]]:
        url, form = _form(feed, number, now)
        answers.append(await tools.get(feed, url, headers=_HEADERS, data=form))
        return await asyncio.to_thread(read, number, answers[-1])

    def read(number: str, answer: Fetched) -> Page[dict[str, Any]]:
        body = read_json(_KIND, answer)
        rows = fields.rows(body, "announcements")
        return Page(rows, str(place(number) + 1) if fields.flag(body, "hasMore") else "")

    found = await walk(Paged(_KIND, page, _number, _PAGES, begin=_PAGES, by_day=True), seen.load(feed.memo), "1")
    entries = await asyncio.to_thread(lambda: [entry(row, fields) for row in found.rows])
    return walked(answers[0], entries, found.memo, (*found.notes, *fields.notes()))


def _number(row: Mapping[str, Any]) -> str:
    return as_text(row.get("announcementId"))


def _form(feed: Feed, page: str, now: int) -> tuple[str, bytes]:
    """The URL without its query, and the query as a form with page and days."""
    parts = urlsplit(feed.url)
    end = today(now, SHANGHAI)
    # A document of the evening has the date of the next day.
    away = (now - (feed.last_ok or now)) // DAY_MS + 1
    start = days_before(end, min(max(number(feed, "days", _DAYS), away), _MOST_DAYS))
    days = f"{start}~{days_before(end, -1)}"
    fixed = {"pageNum": page, "pageSize": str(_PER_PAGE), "tabName": "fulltext", "seDate": days}
    return urlunsplit(parts._replace(query="")), urlencode(dict(parse_qsl(parts.query)) | fixed).encode()


def entry(row: Mapping[str, Any], fields: Fields) -> ParsedEntry:
    """One announcement, with the company's name before its title."""
    name, code = plain(fields.text(row, "secName")), fields.text(row, "secCode")
    title = plain(fields.text(row, "announcementTitle"))
    stage = next((stage for stage, pattern in _STAGES if pattern.search(title)), "")
    path = fields.text(row, "adjunctUrl")
    facts = {
        "ladder": "cn-ipo" if stage else "",
        "stage": stage,
        "company": name,
        "tickers": _ticker(code),
    }
    return polls.entry(
        f"cninfo:{fields.text(row, 'announcementId')}",
        _FILES + path.lstrip("/") if path else "",
        title if not name or title.startswith(name) else f"{name}：{title}",
        f"{name}（{facts['tickers'] or code}）公告" if name else "",
        published=epoch(fields.text(row, "announcementTime"), 1000),
        lang="zh",
        form="招股说明书" if stage == "prospectus" else "公告",
        facts=facts,
        act=True,
    )


def _ticker(code: str) -> str:
    """A code with its exchange. Codes of five digits are Hong Kong's, which are listed here too; "" for others."""
    if len(code) == 5 and code.isdecimal():
        return ticker(code)
    market = next((market for start, market in _MARKETS if code.startswith(start)), "")
    return f"{code}.{market}" if market else ""
