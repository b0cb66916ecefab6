"""What happens to a product once it is out, as titles say it: a price, an outage, a ban, a flaw, an accusation.

Short headlines on one product share its name, its version and its maker, and little else. A reader who heard of the
launch has not heard that the product costs more now.
"""

from __future__ import annotations

from bot.core.language.sayings import saying
from bot.core.stories.reversal import FORBIDDEN, LAUNCHED

OPEN = "open source"
_MORE = "(?:rais|hik|increas|ris|doubl|tripl|cut|slash|halv|lower|drop|reduc)"
_PRICE = "(?:prices?|priced|pricing|fees?)"
AFTERMATH = (
    saying(
        "price change",
        "pri fee rai hik inc ris dou tri cut sla hal low dro red che 涨 降 提 调 价",
        rf"\b{_PRICE}\b.{{0,30}}\b{_MORE}\w*|\b{_MORE}(?:e|es|ed|ing|s|ves|ts|ps)?\b.{{0,30}}\b{_PRICE}\b|\bcheaper\b"
        "|(?<!排除)涨价|降价|提价|调价|调.{0,8}价|价格.{0,6}(?:上涨|下降|翻倍|腰斩)",
    ),
    saying(
        "outage",
        "out goe wen is are dow cra off 宕 当 崩 瘫 中 无",
        r"\boutages?\b|\b(?:goes|went|is|are) down\b|\bdown (?:for|in|across|worldwide)\b|\bcrash(?:es|ed)\b"
        r"|\boffline\b|[宕当]机|崩[了溃]|瘫痪|中断|无法访问",
    ),
    saying(
        "ban",
        "ban blo bar out pro 禁 封 下",
        r"\b(?:bans?|banned|blocks?|blocked|bars|barred|outlaw(?:s|ed)|prohibit(?:s|ed))\b|禁用|封禁|被禁|禁止|下架",
    ),
    saying(
        "flaw",
        "jai vul exp hac lea bac 越 漏 黑 泄 后",
        r"\bjailb(?:reak|roken)\w*|\bvulnerabilit(?:y|ies)\b|\bexploit(?:s|ed)?\b|\bhack(?:s|ed|ers?)?\b|\bleaked\b"
        "|\\bbackdoors?\\b|越狱|漏洞|黑客|泄[露漏]|后门",
    ),
    saying(
        "accusation",
        "acc cri all bac cop pla 抄 质 指 套",
        r"\b(?:accus|critici[sz])(?:e|es|ed|ing|m)\b|\balleg(?:es|ed)\b|\bbacklash\b|\bcop(?:ied|ying)\b|\bplagiari\w+"
        "|抄袭|质疑|指控|被指|套壳",
    ),
)
"""The pattern of each, for folded titles."""
_NAMES = frozenset(one.name for one in AFTERMATH)
_AFTER = _NAMES | {LAUNCHED, OPEN}
_WHENEVER = {"outage": "cause", "ban": FORBIDDEN}
"""These are news in any story, unless the flag beside them was told before."""


def out_of_place(flag: str, told: frozenset[str]) -> bool:
    """Whether a flag of this module is no news in a story: that has told neither of a launch nor of anything else that
    happens to a product.
    """
    if flag in _WHENEVER:
        return _WHENEVER[flag] in told
    return flag in _NAMES and told.isdisjoint(_AFTER)
