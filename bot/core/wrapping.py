"""What stands around a report and tells nothing of it: a wire's signature before it, addresses and a site's words about
its own page behind it. All reports of an outlet share these.
"""

from __future__ import annotations

import re

WIRES = r"AP|AFP|Reuters|Bloomberg|CNN|CNBC|Xinhua|UPI|IANS|PTI|ANI|BUSINESS\ WIRE|GLOBE\ NEWSWIRE|PRNewswire"
"""The wires and services that sign in brackets, as alternatives of a pattern."""

_SIGNED = re.compile(
    r"""\s*(?:
      (?:【[^】]{1,80}】\s*)?
      (?:[\u3400-\u9fffA-Z0-9《》]{2,10}?\s?(?:[\u3400-\u9fff]{2,4})?\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日\s?
        (?:电讯?|電訊?|讯|訊|消息|报道|報道)
      | (?:[0-9]{4}\s?年)?\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日\s?(?:电|電|讯|訊|消息|报道|報道)
      | [\u3400-\u9fffA-Za-z0-9]{2,8}?
        (?:获悉|獲悉|消息|(?<![通电電资資腾騰视視立])[讯訊])(?=[，,：:])
      )
      \s*(?:[（(][^（()）]{0,40}[）)])?[\s，,：:]*
    | \(?[A-Z][\w.'’ /,-]{1,60}\((?:"""
    + WIRES
    + r""")\)\s*[-–—]+\s*
    | \((?:[A-Z][\w.&' ]{1,30})\)\s*[-–—]+\s*
    )(?=\S.{4})""",
    re.VERBOSE,
)
_LONG, _END = 2_000, 500  # characters
_SITE = re.compile(
    r"""
      https?://[^\s<>"'）)\u3000-\u9fff]+
    | \b(?:article|comments)\ url: | \bpoints:\ \d+ | \#\ comments:\ \d+
    | \bsubmitted\ by\ +/?u/[\w-]+ | \[(?:link|comments|…|\.\.\.|!--[^\[\]]{0,40}--)\]
    | \bthe\ post\ .{0,200}?\bappeared\ first\ on\b.{0,60} | \bappeared\ first\ on\b.{0,60}
    | \b(?:continue|keep)\ reading\b(?:\s?(?:…|\.{3}))?
    | \bread\ (?:more|the\ full\ (?:article|story))(?-i:\ on\ [A-Z].{0,40})?\W*$
    | \bfull\ coverage\ on\ google\ news\b
    | (?:点击|點擊)?(?:查看|阅读|閱讀)(?:全文|原文|更多|详情|詳情)(?:…|\.{3})? | (?:点击|點擊)查看(?:…|\.{3})?
    | \#?欢迎关注.{0,80}?(?:公众号|公眾號|微信)[^。]{0,60} | 更多精彩(?:内容|內容)?.{0,20}?(?:奉上|呈现|关注)
    | [（(]?(?:文章来源|责任编辑|責任編輯|责编)[:：]\s?[^\s，。,；;）)]{1,16}[）)]?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_SITE_SIGNS = (
    *("://", "article url:", "comments url:", "points: ", "# comments:", "[link]", "[comments]", "[…]", "[...]", "--]"),
    *("submitted by", "continue reading", "keep reading", "read more", "read the full", "first on", "coverage on"),
    *("查看", "阅读", "閱讀", "欢迎关注", "更多精彩", "文章来源", "任编辑", "任編輯", "责编"),
)
"""One of these stands in what `_SITE` finds, in small letters; most texts are done with so."""


def without_signature(text: str) -> str:
    """A text without what a wire puts before its reports: "新华社北京3月10日电", "36氪获悉，", "ISLAMABAD (Reuters) -".

    All of an outlet's reports of a day share it. A company's name may end in 讯 as well (中兴通讯, 腾讯) and is kept.
    """
    signed = _SIGNED.match(text)
    return text[signed.end() :] if signed else text


def without_site(text: str) -> str:
    """A text without addresses and what a site says of its page: "Comments URL: …", "appeared first on", 点击查看; of a
    long one the end is looked at, where such things stand.
    """
    start = max(0, len(text) - _END) if len(text) > _LONG else 0
    lowered = text[start:].lower()
    if not any(sign in lowered for sign in _SITE_SIGNS):
        return text
    return text[:start] + _SITE.sub(" ", text[start:])
