"""Which way a title says that something goes: allowed or forbidden, in force or undone, up or down, won or lost.

A story that told one way and hears the other has news, however alike the words are. Who undoes something is told by the
undoing alone: "lifts ban" allows.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Turn(NamedTuple):
    """Two ways that something can go, what they are called, and how titles say each."""

    forth: str
    back: str
    says_forth: re.Pattern[str]
    says_back: re.Pattern[str]


WAY = "way:"
"""What the flags of a story's state begin with that name a way."""
_CURBS = r"(?:bans?|curbs?|restrictions?|sanctions?|tariffs?|embargo|controls?|limits?|blocks?|rules?|halt|freeze)"
_TURNS = (
    Turn(
        "allowed",
        "forbidden",
        re.compile(
            r"\b(?:allow|permit|approv|greenlight|resum|reinstat|unblock|exempt|waiv)(?:e|es|ed|s|ing)?\b|\bclears\b"
            rf"|\b(?:lift|eas|relax|loosen|roll)(?:e|es|ed|s|ing)? (?:back )?(?:[\w'’-]+ ){{0,4}}{_CURBS}\b"
            r"|允许|批准|核准|放行|放宽|松绑|解除|豁免|恢复"
        ),
        re.compile(
            r"\b(?:ban|bar|block|prohibit|forbid|restrict|reject|refus|halt|suspend|tighten|curb)(?:s|es|ned|red|ed|ning|ring"
            r"|ing)?\b|\bdenie[sd]\b|禁止|封禁|收紧|拒绝|驳回|否决|叫停|不予"
        ),
    ),
    Turn(
        "in force",
        "undone",
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
        re.compile(
            r"\b(?:shares?|stocks?|prices?|rates?|profits?|sales|revenues?|tariffs?|index)\b.{0,30}"
            r"\b(?:ris|jump|surg|climb|rall|soar|gain)(?:e|es|ies|s|ed)?\b"
            r"|\b(?:rais|hik|increas)(?:e|es|ed)\b.{0,30}\b(?:rates?|tariffs?|prices?|forecast|guidance|outlook)\b|加息|上调|大涨|涨停"
        ),
        re.compile(
            r"\b(?:shares?|stocks?|prices?|rates?|profits?|sales|revenues?|tariffs?|index)\b.{0,30}"
            r"\b(?:fall|fell|drop|slump|plung|tumbl|slid|sink|sank)(?:e|es|s|ped|ed)?\b"
            r"|\b(?:cut|lower|reduc|slash)(?:e|es|s|ed)?\b.{0,30}\b(?:rates?|tariffs?|prices?|forecast|guidance|outlook)\b"
            r"|降息|下调|大跌|跌停"
        ),
    ),
    Turn(
        "won",
        "lost",
        re.compile(r"\b(?:win|wins|won)\b|\brul\w+ (?:for|in favou?r)\b|胜诉"),
        re.compile(r"\b(?:lose|loses|lost)\b|\brul\w+ against\b|败诉"),
    ),
)


_OPPOSITE = {WAY + one: WAY + other for turn in _TURNS for one, other in (turn[:2], turn[1::-1])}


def ways(folded_title: str) -> frozenset[str]:
    """The flags of what a title says; none where it says both, for then it tells of the turn itself.

    What is allowed again is told with the ban that ends: there the allowing counts.
    """
    found = set()
    for turn in _TURNS:
        forth = bool(turn.says_forth.search(folded_title))
        back = bool(turn.says_back.search(folded_title)) and not (forth and turn.forth == "allowed")
        if forth != back:
            found.add(WAY + (turn.forth if forth else turn.back))
    return frozenset(found)


def opposite(way: str) -> str:
    """The flag of the other way."""
    return _OPPOSITE[way]
