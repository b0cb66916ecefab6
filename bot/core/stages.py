"""The stages that a matter goes through once: sued, dismissed, appealed; filed, priced, listed; broken, repaired.

A title that names a stage that its story has not told is news of it, however alike the words are: "Authors sue
Anthropic over AI training" and "Judge dismisses authors' suit against Anthropic over AI training" tell of one matter,
and whoever heard of the first has not heard of the second.
"""

from __future__ import annotations

import re

_CASE = r"(?:suits?|lawsuits?|cases?|claims?|charges|complaints?|indictments?|challenges?|litigation)"
_DEAL = r"(?:acquisition|takeover|merger|deal|purchase|buyout|sale|stake)"
_BROKEN = r"(?:outage|crash|failure|breach|glitch|incident|fire|blast|explosion|collapse)"
_STAGES = (
    (
        "lawsuit",
        r"\b(?:sue[sd]?|suing|lawsuits?|class action)\b|\bfil(?:es?|ed) (?:an? )?(?:complaint|suit)\b"
        r"|(?:s['’]|['’]s) suit (?:against|over|accus)"
        r"|起诉|提?诉讼|告上法[庭院]",
    ),
    ("countersuit", r"\bcounter(?:sue[sd]?|claims?)\b|反诉"),
    ("ruling", r"\b(?:strikes?|struck) down\b|\buph(?:olds?|eld)\b|裁定"),
    (
        "appeal",
        r"\b(?:to|will|fil(?:es?|ed)(?: an?)?|lodge[sd]?(?: an?)?) appeal\b"
        r"|(?<!\bof )\bappeal(?:s|ed|ing) (?!court|panel|judge|board|to\b|for\b)|上诉(?!法院|庭)",
    ),
    (
        "dismissal",
        rf"\bdismiss(?:es|ed)?\b.{{0,60}}\b{_CASE}\b"
        rf"|\b{_CASE} (?:(?:is|are|was|were) )?(?:dismissed|thrown out|tossed)\b"
        rf"|\b(?:throws?|threw|toss(?:es|ed)?)\b.{{0,60}}\b{_CASE}\b|驳回",
    ),
    ("settlement", rf"\bsettle[sd]?\b.{{0,60}}\b{_CASE}\b|\bsettlement (?:with|over|deal)\b|达成和解|和解协议"),
    ("guilty plea", r"\bplead(?:s|ed)? guilty\b|\bguilty plea\b|认罪"),
    (
        "verdict",
        r"\b(?:convicts|convicted (?:of|in|over)|acquit(?:s|ted)|verdict)\b|\bfound (?:guilty|liable)\b"
        r"|宣判|定罪|无罪|一审判决|终审",
    ),
    ("sentence", r"\bsentenced\b|\bjailed for\b|获刑|判刑|被判处?[^决]"),
    (
        "probe",
        rf"\b(?:open|launch|begin|start)(?:s|es|ed)? (?:an? |its )?(?:[\w'’-]+ ){{0,3}}"
        r"(?:probe|investigation|inquiry|review)\b"
        rf"|\b(?:reviews|probes|investigates|scrutini[sz]es)\b.{{0,40}}\b{_DEAL}\b|立案|约谈"
        r"|(?:展开|启动|进行|发起).{0,10}(?:调查|审查)",
    ),
    ("countermeasures", r"\bretaliat(?:e|es|ed|ion|ory)\b|\bcountermeasures?\b|\bhits? back\b|反制"),
    ("response", r"\brespond(?:s|ed)? to\b|(?:^|[，,。:： ])[^，,。:： ]{2,12}回应(?![是为][否什]|$)"),
    (
        "resignation",
        r"\b(?:resign(?:s|ed|ation)?|retir(?:e|es|ing)|quits)\b|\bstep(?:s|ped|ping)? down\b|辞职|辞任|卸任|请辞",
    ),
    (
        "filing for a listing",
        r"\b(?:fil(?:e|es|ed|ing)|submit(?:s|ted)?)\b.{0,40}\b(?:ipo|listing|go public|prospectus)\b"
        r"|递交.{0,10}(?:招股|上市|申请)|递表",
    ),
    (
        "price of a listing",
        r"\b(?:prices|priced)\b.{0,40}\bipo\b|\bipo\b.{0,20}\b(?:prices|priced)\b|(?:发售价|发行价).{0,10}元",
    ),
    (
        "first day of trading",
        r"\b(?:trading|market|nasdaq|nyse|stock(?: market)?|hong kong|shanghai|shenzhen|ipo|public) debut\b"
        r"|\bdebuts? (?:on|in) (?:the )?(?:nasdaq|nyse|new york|hong kong|shanghai|stock)\b|\bfirst day of trading\b"
        r"|\b(?:start|begin)(?:s|ed)? trading\b|挂牌|上市首日|首日[大收开涨跌]|敲钟"
        r"|登陆(?:港股|港交所|a股|科创板|创业板|纳斯达克|美股)",
    ),
    ("a law", r"\bsign(?:s|ed)\b.{0,60}\b(?:act|bill|law|legislation)\b|\bsigned into law\b|签署.{0,20}(?:法案|法律)"),
    ("veto", r"\bveto(?:es|ed)?\b"),
    ("rejection", r"\breject(?:s|ed)?\b|\bvot(?:es?|ed) (?:down|against)\b|拒绝|否决"),
    ("completion", rf"\bcomplet(?:es|ed)\b.{{0,60}}\b{_DEAL}\b|完成.{{0,12}}(?:收购|并购|交割)"),
    ("handing back", r"\bhand(?:s|ed)? back\b|\b(?:returns|relinquish(?:es|ed)?) control\b|交还|归还"),
    (
        "repair",
        r"\b(?:resolved|back online)\b|\bservices? (?:is |are |was |were )?restored\b"
        r"|(?:已|全面|陆续)(?:修复|恢复)|恢复(?:正常|服务)|修复完[成毕]",
    ),
    (
        "cause",
        rf"\b(?:explains|blames)\b.{{0,40}}\b{_BROKEN}\b|\bcaused? (?:of|by)\b.{{0,30}}\b{_BROKEN}\b"
        r"|\broot cause\b|(?:故障|事故|宕机)原因|复盘",
    ),
)
STAGES = tuple((name, re.compile(pattern)) for name, pattern in _STAGES)
"""Names of stages, and what says them in a folded title."""

_SIGN_WORDS = """
sue suing suit action complaint counter strike struck uph appeal dismiss case claim charge thrown throw threw toss
settle plea convict acquit verdict guilty liable sentenced jailed probe investigat inquiry review scrutini retaliat
back respon resign retir quits step ipo listing public prospectus debut trading sign veto reject vote complet hand
control resolved restored cause explain blame
诉 法庭 法院 裁定 驳回 和解 认罪 判 刑 罪 终审 立案 约谈 查 反制 回应 辞 卸任 递 价 挂牌 首日 敲钟 登陆
签署 拒绝 否决 完成 还 修复 恢复 原因 复盘
"""
_SIGNS = tuple(_SIGN_WORDS.split())
"""One of these stands in every title that names a stage: most titles are done with so."""


def stages(folded_title: str) -> frozenset[str]:
    """The stages that a title names."""
    if not any(sign in folded_title for sign in _SIGNS):
        return frozenset()
    return frozenset(name for name, pattern in STAGES if pattern.search(folded_title))
