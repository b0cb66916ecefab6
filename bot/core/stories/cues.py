"""Cue words of titles: signs of a follow-up, an explainer, a recurring edition or a notice.

"X after Y", 回应 and 判决 tell of a further step. "Why" and 为何 go with what is known already. Puzzles of the day,
closing prices, buyer's guides and a company's notices look like yesterday's and tell of another matter. The words are
those that marked such titles among 6,000 reports of twelve streams that were read (docs/stories-measured.md).
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.core.language.text import fold

_KEPT = 4_096  # titles; a report is held against several stories

_DAYS = (
    "mon|tues|wednes|thurs|fri|satur|sun",
    "january|february|march|april|june|july|august|september|october|november|december|jan|feb|aug|sept|oct|nov|dec",
)
_LA = (
    r"\b(?:after|say|says|said|responds?|reacts?|urges?|denie[sd]|wins?|dead|dies|vows?|warns?|condemns?|answers|calls|talks"
    r"|apologi[sz]es|orders?|blocks?|rejects?|approves?|arrested|charged|killed|leaves|joins|resigns|returns?|rises?|falls?"
    r"|slides?|gains?|drops?|rebounds?|extends?)\b",
    r"\b(?:why|how|what|who|explain\w*|inside|here's|meet|could|might|should|can|analysis|opinion|lessons?|means?)\b|\?",
    rf"\b(?:today|today's|hints?|podcast|best|reviews?|deals|hiring|weekly|daily|live|episode|newsletter|recap|highlights"
    rf"|how to|horoscope|(?:{_DAYS[0]})day|(?:{_DAYS[1]}))\b|\b\d+/\d+/\d+\b",
    r"\b(?:you|your|my)\b",
)
_ZH = (
    "回应|响应|通报|表示|官方|再次|启动|发动|最新|升至|增至|宣布|否认|道歉|终止|暂停|恢复|判决|落网|涨幅扩大|跌幅扩大|收窄"
    "|失守|站上|突破|跌破|翻红|翻绿",
    "为何|为什么|如何|吗|怎么|怎样|解读|评[：:]|意味着|分析|背后|深度|观察|专家|机构|[?？]",
    r"收盘|开盘|收评|午评|早盘|午后|盘前|盘中|主力合约|日报|早报|晚报|周报|预警|板块|概念|\d月\d+日|今日|一览|汇总|龙虎榜|复盘",
    "成立|有限公司|子公司|公司[：:]|买入|增持|减持|回购|质押|中标|备案",
)
_CUES = {script: tuple(re.compile(one, re.IGNORECASE) for one in given) for script, given in (("la", _LA), ("zh", _ZH))}


@lru_cache(maxsize=_KEPT)
def cues(title: str, script: str) -> tuple[float, ...]:
    """Four marks of a title, each 1 or 0: a further step, an explanation, an edition, a notice (in English: "you")."""
    folded = fold(title)
    return tuple([float(cue.search(folded) is not None) for cue in _CUES[script]])
