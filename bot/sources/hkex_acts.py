"""Announcements of HKEXnews: the English and the Chinese row of an act as one entry, with every stock it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.model import ParsedEntry
from bot.sources.kit import polls
from bot.sources.kit.clocks import HONG_KONG, wall
from bot.sources.kit.items import Fields, plain

HOST = "https://www1.hkexnews.hk"
_FORMS = {"prospectus": "Prospectus", "allotment": "Allotment Results"}
_STAGES = (
    ("allotment", re.compile(r"allotment results|results of allotment|配發結果|配售結果", re.IGNORECASE)),
    (
        "prospectus",
        re.compile(r"offer for subscription|formal notice|global offering|發售以供認購|全球發售", re.IGNORECASE),
    ),
)


class Act(NamedTuple):
    """One announcement as listed in one language; `key` is the same in both."""

    key: str
    news_id: str
    stocks: tuple[tuple[str, str], ...]
    title: str
    category: str
    time: str
    path: str
    chinese: bool


def act(row: Mapping[str, Any], chinese: bool, fields: Fields) -> Act:
    """One row of a list."""
    pairs = [(fields.text(part, "sc").zfill(5), fields.text(part, "sn")) for part in fields.nested(row, "stock")]
    stocks = tuple(dict.fromkeys(pair for pair in pairs if pair[0] != "00000"))
    time = fields.text(row, "relTime")
    code = fields.maybe(row, "t2Code") or fields.maybe(row, "t1Code")
    return Act(
        key=f"{min((stock for stock, _ in stocks), default='')}:{time}:{code}",
        news_id=fields.text(row, "newsId"),
        stocks=stocks,
        title=plain(fields.text(row, "title")),
        category=plain(fields.maybe(row, "lTxt") or fields.maybe(row, "sTxt")),
        time=time,
        path=fields.text(row, "webPath"),
        chinese=chinese,
    )


def ticker(code: str) -> str:
    """A stock's code at the exchange as people write it, such as 0700.HK."""
    return f"{code.lstrip('0').zfill(4)}.HK"


def told(acts: Sequence[Act], drop: Iterable[str] = ()) -> list[ParsedEntry]:
    """One entry for each act, in the order of the lists, without acts of a dropped category."""
    noise = [word.casefold() for word in drop]
    pairs: dict[str, list[Act]] = {}
    for act, key in _numbered(acts):
        pairs.setdefault(key, []).append(act)
    kept = (
        (key, pair)
        for key, pair in pairs.items()
        if not any(word in f"{act.category} {act.title}".casefold() for act in pair for word in noise)
    )
    return [_entry(key, pair) for key, pair in kept]


def _numbered(acts: Iterable[Act]) -> list[tuple[Act, str]]:
    """Each act with its join key. The order of issue distinguishes acts of the same stock, minute and category."""
    counts = Counter[tuple[str, bool]]()
    numbered = []
    for act in sorted(acts, key=lambda act: act.news_id.zfill(12)):
        numbered.append((act, f"{act.key}:{counts[act.key, act.chinese]}" if act.stocks else act.news_id))
        counts[act.key, act.chinese] += 1
    return numbered[::-1]


def _entry(key: str, pair: Sequence[Act]) -> ParsedEntry:
    english, chinese = (next((one for one in pair if one.chinese is flag), None) for flag in (False, True))
    main = english or chinese or pair[0]
    tickers = [ticker(stock) for stock, _ in main.stocks]
    company = next((name for _, name in main.stocks if name), "")
    stage = next((name for name, pattern in _STAGES if pattern.search(f"{main.category} {main.title}")), "")
    other = chinese if english else None
    facts = {
        "ladder": "hkex-ipo" if stage else "",
        "stage": stage,
        "company": company,
        "company_zh": other.stocks[0][1] if other and other.stocks else "",
        "tickers": ",".join(tickers),
        "category": main.category,
    }
    who = f"{company} ({', '.join(tickers)})".strip() if tickers else ""
    return polls.entry(
        f"hkex:{key}",
        HOST + main.path if main.path.startswith("/") else main.path,
        f"{who}: {main.title}" if who else main.title,
        " · ".join(part for part in (main.category, other.title if other else "", facts["company_zh"]) if part),
        published=wall(main.time, "%d/%m/%Y %H:%M", HONG_KONG),
        lang="zh" if main.chinese else "en",
        form=_FORMS.get(stage, "Announcement"),
        facts=facts,
        act=True,
    )
