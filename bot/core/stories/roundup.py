"""Detects round-ups: titles that announce several unrelated stories ("Morning brief", 8点1氪), and splits them."""

from __future__ import annotations

import re

from bot.core.language.text import fold

_ROUNDUP = re.compile(
    r"\b(?:morning|evening|daily|weekly|weekend|midday|overnight|news|business|market|markets|world|tech|ai)"
    r" (?:brief|briefing|briefs|digest|highlights|headlines|round-?up|wrap-?up|summary|newsletter|recap)\b"
    r"|\b(?:\d+|five|ten|six|seven|three) things (?:to|you)\b(?! (?:[\w']+ ){1,3}about\b)"
    r"|\bwhat (?:to know (?:today|tonight|now|this \w+|before the|ahead)|you missed|we(?:'re| are) reading)\b"
    r"|^(?:the )?(?:[0-9]+ |our )?(?:best|favou?rite|top) [^:]*\((?:19|20)[0-9]{2}\)"
    r"|\btested and reviewed\b|^the download:"
    r"|(?:^|[:|] ?)this week in\b|\bweek in review\b|\btop (?:stories|headlines|\d+ stories)\b|\b(?:brief|digest)s?: "
    r"|(?:早|晚|午|日|周|月|简|快)报(?:[|丨｜:：\s]|$)|早餐(?:[|丨｜:：\s]|fm|$)|8点1氪|9点1氪"
    r"|要闻(?:汇总|速览|精选|回顾)|新闻(?:汇总|速览|早餐|联播)"
    r"|一周(?:要闻|回顾|盘点|热点)|盘前|盘后|早知道|今日看点|公告(?:精选|速递|汇总)|盘点$"
)
_SIGN_WORDS = """
brief digest highlight headline round wrap summary newsletter recap things what_ best favo
reviewed the_download this_week week_in top_ 报 早餐 氪 要闻 新闻 一周 盘前 盘后 早知道 看点 公告 盘点
"""
_SIGNS = re.compile("|".join(_SIGN_WORDS.split()).replace("_", " "))
"""Every title of a round-up holds one of these, except those of three parts: a quick test that most titles fail."""

_CLAUSE = re.compile(r"[;；丨｜|]")
_SHORTEST = 4  # characters of a clause that announces something
_THREE = 3  # of these make a round-up
_HEADED = re.compile("[:：]")


def is_digest(folded_title: str) -> bool:
    """Whether a title announces several unrelated stories."""
    if _SIGNS.search(folded_title) and _ROUNDUP.search(folded_title):
        return True
    return len(_clauses(folded_title)) >= _THREE


def parts(title: str) -> tuple[str, ...]:
    """The stories that a round-up announces, one by one, without its own name; () if nothing separates them."""
    found = [part for clause in _clauses(title) if len(part := _unnamed(clause)) >= _SHORTEST]
    return tuple(found) if len(found) > 1 else ()


def _clauses(title: str) -> list[str]:
    if not _CLAUSE.search(title):
        return []
    return [clause for part in _CLAUSE.split(title) if len(clause := part.strip()) >= _SHORTEST]


def _unnamed(clause: str) -> str:
    """A clause without the round-up's name before it ("早报：甲" → "甲"); "" for the name itself."""
    if not is_digest(fold(clause)):
        return clause
    head = _HEADED.search(clause)
    return clause[head.end() :].strip() if head else ""
