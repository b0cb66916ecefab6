"""The direction that a title reports: allowed or forbidden, in force or repealed, up or down, won or lost.

If a story told one direction, a report of the other is news, however similar the words are. Of an act that is undone,
only the undoing counts: "lifts ban" means allowed.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.core.language.sayings import Saying, Sayings, saying


class Turn(NamedTuple):
    """Two opposite directions, with the patterns by which titles tell each."""

    forth: Saying
    back: Saying


WAY = "way:"
"""The prefix of flags that name a direction."""
LAUNCHED, FORBIDDEN = f"{WAY}out", f"{WAY}forbidden"
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
        saying(
            "allowed",
            "all per app gre res rei unb exe wai cle lif eas rel loo rol 允 批 核 放 松 解 豁 恢",
            rf"\b{_NOT}(?:allow|permit(?:t(?=ed|ing))?|approv|greenlight|resum|reinstat|unblock|exempt|waiv)"
            r"(?:e|es|ed|s|ing)?\b|\bclears\b"
            rf"|\b(?:lift|eas|relax|loosen|roll)(?:e|es|ed|s|ing)? (?:back )?(?:[\w'’-]+ ){{0,4}}{_CURBS}\b"
            r"|(?<![不未])(?<![不未]被)(?:允许|批准|核准)|放行|放宽|松绑|解除|豁免|恢复",
        ),
        saying(
            "forbidden",
            "ban bar blo pro for res rej ref hal sus tig cur den all per sto 禁 收 拒 驳 否 叫 不 未 暂",
            r"\b(?:ban|bar|block|prohibit|forbid|restrict|reject|refus|halt|suspend|tighten|curb)(?:s|es|ned|red|ed|ning|ring"
            r"|ing)?\b|\bdenie[sd]\b"
            r"|(?:\bnot|n['’]t) (?:allow|permit)(?:t(?=ed|ing))?(?:ed|ing)?\b"
            r"|\bstop(?:s|ped|ping)?\b.{0,30}\b(?:shipments?|exports?|imports?|sales)\b"
            r"|禁止|封禁|收紧|拒绝|驳回|否决|叫停|不予|不得|[不未](?:被)?(?:允许|批准)|暂停",
        ),
    ),
    Turn(
        saying(
            "in force",
            "iss fin ado ena imp sig int rei uph 出 签 施 生 加",
            r"\b(?:issue|finali[sz]e|adopt|enact|impose|sign|introduce|reinstate|uphold|upheld)(?:d|s|ed|es)?\b"
            r"|出台|签署|施行|生效|加征",
        ),
        saying(
            "undone",
            "res rev rep ove voi ann scr str blo 废 撤 推",
            r"\b(?:rescind|revok|repeal|overturn|void|annul|scrap|revers)(?:e|es|s|ed|ped)?\b"
            r"|\b(?:(?:strikes?|struck) down|blocks)\b|废除|废止|撤销|推翻",
        ),
    ),
    Turn(
        saying(
            "up",
            "ros ris jum sur cli ral soa gai rai hik inc 加 上 涨 破",
            rf"\b{_QUOTED}\b.{{0,30}}"
            r"\b(?:rose|(?:ris|jump|surg|climb|rall|soar|gain)(?:e|es|ies|ied|s|ed)?)\b"
            r"|\b(?:rais|hik|increas)(?:e|es|ed)\b.{0,30}\b(?:rates?|tariffs?|prices?|forecast|guidance|outlook)\b|加息|上调|大涨|涨停"
            r"|(?:突破|站上|涨破|升破).{0,3}[0-9]",
        ),
        saying(
            "down",
            "fal fel dro slu plu tum sli sin san cut low red sla 降 下 跌 失",
            rf"\b{_QUOTED}\b.{{0,30}}"
            r"\b(?:fall|fell|drop|slump|plung|tumbl|slid|sink|sank)(?:e|es|s|ped|ed)?\b"
            r"|\b(?:cut|lower|reduc|slash)(?:e|es|s|ed)?\b.{0,30}\b(?:rates?|tariffs?|prices?|forecast|guidance|outlook)\b"
            r"|降息|下调|大跌|跌停|(?:跌破|失守).{0,3}[0-9]",
        ),
    ),
    Turn(
        saying(
            "out",
            "lau rel unv int deb pre shi rol arr is are 发 推 上 亮",
            rf"^(?!.*\bto {_OUT}).*\b(?:(?:launche|release|unveil|introduce|debut|preview|ship)s|(?:launch|unveil)ed"
            r"|introducing|previewing|releasing|rolls out|arrives|(?:is|are) (?:out|here|live|now available)"
            r"|released(?= (?:by|with|under|as|on|for|in)\b|$))\b"
            rf"|(?=[发推上亮]){_DONE_ZH}(?:发布(?!会|时间|前|日期)|推出|上线(?!时间)|亮相)",
        ),
        saying(
            "put off",
            "del pos sta slo hol pus 发 推 上",
            r"\b(?:delay|postpon|stagger|slow[- ]roll|hold)(?:s|e|es|ed|ing)? .{0,40}\b(?:launch|releas|debut|rollout)"
            r"|\b(?:launch|release|debut|rollout)\b.{0,40}\b(?:delayed|postponed|pushed back|on hold)\b"
            r"|(?:推迟|暂缓|暂停|延期|延后|放缓|分批|分阶段|限制).{0,12}(?:发布|推出|上线)"
            r"|(?:发布|推出|上线).{0,6}(?:推迟|延期|暂缓|延后)",
        ),
    ),
    Turn(
        saying("won", "win won rul 胜", r"\b(?:win|wins|won)\b|\brul\w+ (?:for|in favou?r)\b|胜诉"),
        saying("lost", "los rul 败", r"\b(?:lose|loses|lost)\b|\brul\w+ against\b|败诉"),
    ),
)
_SAYINGS = Sayings(said for turn in TURNS for said in turn)
_NAMES = [(turn.forth.name, turn.back.name) for turn in TURNS]
_OPPOSITE = {WAY + one: WAY + other for names in _NAMES for one, other in (names, names[::-1])}


def ways(folded_title: str) -> frozenset[str]:
    """The flags of the directions that a title tells; none if it tells both, for then it reports the turn itself.

    Except that a title that allows something again also names the ban that ends: there the allowing counts.
    """
    said = _SAYINGS.names(folded_title)
    if "allowed" in said:
        said.discard("forbidden")
    twice = {name for names in _NAMES if said.issuperset(names) for name in names} if len(said) > 1 else set()
    return frozenset([WAY + name for name in said - twice])


def opposite(way: str) -> str:
    """The flag of the opposite direction."""
    return _OPPOSITE[way]
