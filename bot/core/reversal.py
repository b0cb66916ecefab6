"""Which way a title says that something goes: allowed or forbidden, in force or undone, up or down, won or lost.

A story that told one way and hears the other has news, however alike the words are. Who undoes something is told by the
undoing alone: "lifts ban" allows.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Turn(NamedTuple):
    """Two ways that something can go, what they are called, how titles say each, and how such words begin."""

    forth: str
    back: str
    begins: frozenset[str]
    says_forth: re.Pattern[str]
    says_back: re.Pattern[str]


WAY = "way:"
"""What the flags of a story's state begin with that name a way."""
_WORD = re.compile("[a-z]+")


def _begins(said: str) -> frozenset[str]:
    """The first three letters of words, or the first character in Chinese."""
    return frozenset(said.split())


_CURBS = r"(?:bans?|curbs?|restrictions?|sanctions?|tariffs?|embargo|controls?|limits?|blocks?|rules?|halt|freeze)"
_NOT = r"(?<!\bnot )(?<!n['’]t )"
_QUOTED = (
    "(?:shares?|stocks?|prices?|rates?|profits?|sales|revenues?|tariffs?|index|yields?|futures|bonds?|oil|crude|gold|dollar"
    "|bitcoin)"
)
_OUT = "(?:launch|releas|unveil|introduc|debut|preview|roll|ship)"
_NOT_YET = ("推迟", "分批", "阶段", "暂缓", "限制", "延期", "延后", "放缓", "计划", "准备", "广泛", *"将拟望未待能")
_DONE_ZH = "".join(f"(?<!{word})" for word in _NOT_YET)
TURNS = (
    Turn(
        "allowed",
        "forbidden",
        _begins(
            "all per app gre res rei unb exe wai cle lif eas rel loo rol 允 批 核 放 松 解 豁 恢"
            " ban bar blo pro for ref rej hal sus tig cur den not don doe won can sto 禁 封 收 拒 驳 否 叫 不 暂 未"
        ),
        re.compile(
            rf"{_NOT}\b(?:allow|permit(?:t(?=ed|ing))?|approv|greenlight|resum|reinstat|unblock|exempt|waiv)"
            r"(?:e|es|ed|s|ing)?\b|\bclears\b"
            rf"|\b(?:lift|eas|relax|loosen|roll)(?:e|es|ed|s|ing)? (?:back )?(?:[\w'’-]+ ){{0,4}}{_CURBS}\b"
            r"|(?<![不未])(?<![不未]被)(?:允许|批准|核准)|放行|放宽|松绑|解除|豁免|恢复"
        ),
        re.compile(
            r"\b(?:ban|bar|block|prohibit|forbid|restrict|reject|refus|halt|suspend|tighten|curb)(?:s|es|ned|red|ed|ning|ring"
            r"|ing)?\b|\bdenie[sd]\b"
            r"|(?:\bnot|n['’]t) (?:allow|permit)(?:t(?=ed|ing))?(?:ed|ing)?\b"
            r"|\bstop(?:s|ped|ping)?\b.{0,30}\b(?:shipments?|exports?|imports?|sales)\b"
            r"|禁止|封禁|收紧|拒绝|驳回|否决|叫停|不予|不得|[不未](?:被)?(?:允许|批准)|暂停"
        ),
    ),
    Turn(
        "in force",
        "undone",
        _begins("iss fin ado ena imp sig int rei uph res rev rep ove voi ann scr str blo 出 签 施 生 加 废 撤 推"),
        re.compile(
            r"\b(?:issue|finali[sz]e|adopt|enact|impose|sign|introduce|reinstate|uphold|upheld)(?:d|s|ed|es)?\b"
            r"|出台|签署|施行|生效|加征"
        ),
        re.compile(
            r"\b(?:rescind|revok|repeal|overturn|void|annul|scrap|revers)(?:e|es|s|ed|ped)?\b"
            r"|\b(?:(?:strikes?|struck) down|blocks)\b|废除|废止|撤销|推翻"
        ),
    ),
    Turn(
        "up",
        "down",
        _begins(
            "yie fut bon oil cru gol dol bit sha sto pri rat pro sal rev tar ind rai hik inc cut low red sla"
            " 加 上 大 涨 降 下 跌 突 站 升 失"
        ),
        re.compile(
            rf"\b{_QUOTED}\b.{{0,30}}"
            r"\b(?:rose|(?:ris|jump|surg|climb|rall|soar|gain)(?:e|es|ies|ied|s|ed)?)\b"
            r"|\b(?:rais|hik|increas)(?:e|es|ed)\b.{0,30}\b(?:rates?|tariffs?|prices?|forecast|guidance|outlook)\b|加息|上调|大涨|涨停"
            r"|(?:突破|站上|涨破|升破).{0,3}[0-9]"
        ),
        re.compile(
            rf"\b{_QUOTED}\b.{{0,30}}"
            r"\b(?:fall|fell|drop|slump|plung|tumbl|slid|sink|sank)(?:e|es|s|ped|ed)?\b"
            r"|\b(?:cut|lower|reduc|slash)(?:e|es|s|ed)?\b.{0,30}\b(?:rates?|tariffs?|prices?|forecast|guidance|outlook)\b"
            r"|降息|下调|大跌|跌停|(?:跌破|失守).{0,3}[0-9]"
        ),
    ),
    Turn(
        "out",
        "put off",
        _begins("lau rel unv int deb pre rol shi del pos hol sta slo pus 发 推 上 亮 暂 延"),
        re.compile(
            rf"^(?!.*\bto {_OUT}).*\b(?:(?:launche|release|unveil|introduce|debut|preview|ship)s|(?:launch|unveil)ed"
            r"|introducing|previewing|releasing|rolls out)\b"
            rf"|{_DONE_ZH}(?:发布(?!会|时间|前|日期)|推出|上线(?!时间)|亮相)"
        ),
        re.compile(
            r"\b(?:delay|postpon|stagger|slow[- ]roll|hold)(?:s|e|es|ed|ing)? .{0,40}\b(?:launch|releas|debut|rollout)"
            r"|\b(?:launch|release|debut|rollout)\b.{0,40}\b(?:delayed|postponed|pushed back|on hold)\b"
            r"|(?:推迟|暂缓|暂停|延期|延后|放缓|分批|分阶段|限制).{0,12}(?:发布|推出|上线)"
            r"|(?:发布|推出|上线).{0,6}(?:推迟|延期|暂缓|延后)"
        ),
    ),
    Turn(
        "won",
        "lost",
        _begins("win won rul los 胜 败"),
        re.compile(r"\b(?:win|wins|won)\b|\brul\w+ (?:for|in favou?r)\b|胜诉"),
        re.compile(r"\b(?:lose|loses|lost)\b|\brul\w+ against\b|败诉"),
    ),
)


_OPPOSITE = {WAY + one: WAY + other for turn in TURNS for one, other in (turn[:2], turn[1::-1])}


def ways(folded_title: str) -> frozenset[str]:
    """The flags of what a title says; none where it says both, for then it tells of the turn itself.

    What is allowed again is told with the ban that ends: there the allowing counts.
    """
    begins = starts(folded_title)
    found = set()
    for turn in TURNS:
        if turn.begins.isdisjoint(begins):
            continue
        forth = bool(turn.says_forth.search(folded_title))
        back = bool(turn.says_back.search(folded_title)) and not (forth and turn.forth == "allowed")
        if forth != back:
            found.add(WAY + (turn.forth if forth else turn.back))
    return frozenset(found)


def starts(folded_title: str) -> set[str]:
    """How the words of a title begin, by which turns that it can't speak of are passed over."""
    found = {word[:3] for word in _WORD.findall(folded_title)}
    return found if folded_title.isascii() else found.union(folded_title)


def opposite(way: str) -> str:
    """The flag of the other way."""
    return _OPPOSITE[way]
