"""Who or what a wire headline is about, read from its frame: speaker, price, listing company, person met.

Wires write such titles in frames: "工信部：…", "特朗普称…", "现货黄金日内跌幅扩大至1%", "证监会同意…首次公开发行",
"Acme posts Q2 beat". Two such titles share the frame, or the speaker, who says ten things in an hour. Neither makes
them one event.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.core.language.pattern import late_pattern
from bot.core.language.text import fold

SAYS, MOVES, RATED, LISTS = "says", "moves", "rated", "lists"
MEETS, SIGNS, RESULTS, STRUCK = "meets", "signs", "results", "struck"
_HAN = late_pattern("[\u3400-\u9fff]")
_WORD = late_pattern("[a-z0-9]{2,}")
_COLONS = {SAYS, RESULTS}  # what companies disclose has a colon too
_LEAD_IN = late_pattern(r"^(?:受[^,，。]{2,20}影响|据?[^,，。:：]{0,8}(?:报道|消息|据?悉))[,，:：]\s*")
_STOPS = r"[^:：,，。;；、!?！？\s《》【】|｜/]"
_COLON = late_pattern(rf"^({_STOPS}{{2,24}})[:：]\s*(?=.{{4}})")
_SAYS = late_pattern(
    rf"^({_STOPS}{{2,18}}?)"
    r"(?:表示|指出|强调|提出|认为|透露|警告|预计|宣称|声称|呼吁|称(?![号呼霸赞谓重职心王为]))[:：,，]?\s*(?=.{4})"
)
_BY = late_pattern(rf"^据({_STOPS}{{3,10}})(?:数据|统计)?(?:显示)?[,，]\s*(?=.{{4}})")
_SOURCE = late_pattern(
    r"(?:媒体?|报道?|消息|人士|快讯|独家|突发|最新|重磅|分析|观察|评论|深度|视频|直播|图解|专家|网友|研究|报告|数据|关注|提醒"
    r"|预告|官宣|定了|揭秘|盘点|[0-9a-z]*氪)$"
)
_ACTS = late_pattern(
    "发布|推出|宣布|完成|上线|开源|上市|签署|融资|收购|获|[上下]调|[涨跌]|不变|取消|暂停|降[价息准]|加息|突破"
)
_MOVES = late_pattern(r"(?:涨|跌|上升|下降|升至|降至|触及|突破|跌破|走[高低强弱]|反弹|回升|拉升|下挫|活跃|收[报涨跌])")
_QUOTED = late_pattern(
    r"[0-9.] ?%|个基点|现报|[0-9,.](?:点|美元|元)|[涨跌]停|(?:概念|板块|股)[^,，]{0,6}(?:走[强高低弱]|活跃|拉升|回升)"
)
_FRAME = late_pattern(
    r"日内|盘中|午后|早盘|尾盘|短线|主力|连续|合约|延续|[涨跌收向一再现多集反逆震开大小升下上扩触突创重]|概念|板块|指数|股指|期货"
)
_SLOTS = (
    (RATED, late_pattern(r"(?:将|对|给予|维持)(.{2,24}?)(?:的)?(?:目标股?价|评级)")),
    (LISTS, late_pattern(r"(?:港股|a股)?ipo[:：]\s*(.{2,24}?)(?:再次|二次)?(?:向|递表|通过|招股|获|启动|拟)")),
    (LISTS, late_pattern(r"证监会(?:同意|批准|核准)(.{2,30}?)(?:首次公开发行|首发|在.{2,8}上市|ipo)")),
    (
        LISTS,
        late_pattern(
            r"^(.{2,20}?)(?:据悉|拟|再次|二次|赴港|在港|港股|a股|h股|科创板|创业板|北交所|首次公开发行|上市|ipo|申请|向?港交所)+"
            r"(?:获.{0,6}(?:备案|注册|通过|批)|递表|递交|通过.{0,6}聆讯|启动招股|招股)"
        ),
    ),
    (LISTS, late_pattern(r"^(.{2,20}?)(?:首次公开发行|首发|ipo)(?:股票)?.{0,16}(?:获|注册)")),
    (MEETS, late_pattern(r"(?:会见|会晤)了?([^,，。；;、]{2,40})")),
    (SIGNS, late_pattern(r"^(.{2,24}?)(?:签署|签订|达成).{0,8}(?:协议|备忘录|合作)")),
    (STRUCK, late_pattern(r"(?:在|^|[:：])([^,，。:：在]{2,14}?)(?:[(（]|附近|海域|发生).{0,40}级地震")),
    (STRUCK, late_pattern(r"^(.{2,24}?)(?:召回|接受(?:纪律)?审查|接受.{0,10}调查|涉嫌)")),
    (
        RESULTS,
        late_pattern(
            rf"^({_STOPS}{{2,12}}?)[:：]?(?:预计|公布)?"
            r"(?:[0-9]{2,4}年(?:度)?|[第前]?[一二三四]季度|[上下]半年|[0-9]{1,2}月份?|全年|q[1-4])"
            r".{0,14}?(?:净利|营收|营业收入|销量|产量|交付|销售)"
        ),
    ),
    (
        RESULTS,
        late_pattern(
            rf"^({_STOPS}{{2,12}})[:：].{{0,16}}(?:减持|增持|回购|中标|现金管理|子公司|临床|股东|风险警示|股票交易)"
        ),
    ),
    (RESULTS, late_pattern(r"(?:假期)?([^,，。:：期]{2,8}?)(?:市|省)?(?:共|全市)?接待游客")),
)
"""Frames with a slot for the one whom the news is about."""

_OFFICES = late_pattern(
    "部长|主席|总统|总理|首相|发言人|司长|局长|副?主任|书记|秘书长?|官员|行长|理事|外长|防长|财长|负责人|管委|票委|首席|执行官|董事长?|兼"
    "|总裁|经理|创始人|股份|有限|科技|集团|公司|国际|控股|电子|材料|能源|环境|医药|银行|证券|技术|智能|生物|股票|现货|港股|美股|中国|美国|国家"
    "|国债|债券|年期|收益率|期货|指数|原油|欧洲央行|美联储|英国央行|日本央行|央行"
)
"""Words that many names contain: two names that share only these are two."""

_ALSO = {
    "沪指": "上证",
    "深成指": "深证",
    "恒指": "恒生",
    "恒科指": "恒生",
    "纳指": "纳斯",
    "道指": "道琼",
    "金价": "黄金",
    "银价": "白银",
    "伦敦金": "黄金",
    "伦敦银": "白银",
    "美油": "wt",  # WTI原油
    "布油": "布伦",
}
"""Short names of what markets quote, with the beginning of the long name."""

_QUARTER = late_pattern(
    r"\b(?:q[1-4]|(?:first|second|third|fourth)[ -]quarter|quarterly|earnings|revenues?|profits?|dividend"
    r"|(?:top|bottom)-line|outlook|guidance|(?:out|under)performs?)\b"
)
_RESULTS_EN = late_pattern(
    r"^([\w&.,'’() -]{2,60}?)(?:'s|’s)?,? (?:(?:stock|shares?) \w+|posts?|reports?|beats?|tops?|misses|delivers?"
    r"|declares?|(?:20[0-9]{2} )?(?:q[1-4]|(?:first|second|third|fourth)[ -]quarter)|earnings)\b"
)
_FIRMS = frozenset(
    """
    inc corp corporation company co limited ltd plc group holdings financial bank trust the and of international
    services technologies technology energy first american national new top what why how
    """.split()  # noqa: SIM905 - as words they are read
)


class Attribution(NamedTuple):
    """A title by its frame: `kind` (`SAYS`, `MOVES`, `RATED` …), `who` it is about, and the `rest`; folded texts."""

    kind: str
    who: str
    rest: str


@lru_cache(maxsize=4_096)
def attributed(title: str) -> Attribution | None:
    """Read a title by its frame; None if it is in none."""
    if not _HAN.search(title):
        return _results(title.lower())
    text = _LEAD_IN.sub("", fold(title))
    for kind, slot in _SLOTS:
        if found := slot.search(text):
            return Attribution(kind, found[1], text[found.end() :])
    if said := (_BY.match(text) or _COLON.match(text) or _SAYS.match(text)):
        speaks = not (_SOURCE.search(said[1]) or _ACTS.search(said[1]))
        return Attribution(SAYS, said[1], text[said.end() :]) if speaks else None
    moves = _MOVES.search(text)
    if moves and _QUOTED.search(text):
        frame = _FRAME.search(text, 2)
        who = text[: frame.start() if frame else moves.start()]
        return Attribution(MOVES, who, text[len(who) :]) if len(who) > 1 else None
    return None


def _results(text: str) -> Attribution | None:
    found = _RESULTS_EN.match(text) if _QUARTER.search(text) else None
    return Attribution(RESULTS, found[1], text[found.end() :]) if found else None


def told_of_another(title: str, others: Sequence[str]) -> str:
    """The one whom a title is about, as "about …, not …", if none of the other titles is about them, and one in the
    same kind of frame is about somebody else; else "".

    If the title quotes somebody, all others must be in that frame too: what they tell may be what he speaks of.
    """
    mine = attributed(title)
    theirs = [attributed(other) for other in others] if mine else []
    known = [one for one in theirs if mine and one and (one.kind == mine.kind or {one.kind, mine.kind} <= _COLONS)]
    if mine is None or not known or (mine.kind == SAYS and len(known) < len(theirs)):
        return ""
    if any(alike(mine.who, one.who) for one in known) or any(one.who in fold(title) for one in known):
        return ""
    if any(_named(mine.who, fold(other)) for other in others):
        return ""
    return f"about {mine.who}, not {known[0].who}"


def _named(who: str, text: str) -> bool:
    """Whether a title names somebody, if only by a part of the name."""
    own = _pairs(who)
    if not _HAN.search(who):
        return not own.isdisjoint(_WORD.findall(text))
    return who in text or any(pair in text for pair in own)


def alike(one: str, other: str) -> bool:
    """Whether two names may be one: 工信部 and 工业和信息化部, 王毅 and 外交部长王毅."""
    short, long = sorted((one, other), key=len)
    if short in long or _abbreviates(short, long):
        return True
    return not _pairs(short).isdisjoint(_pairs(long))


def _pairs(name: str) -> set[str]:
    """The parts by which a name is compared: its words; in Chinese, pairs of characters."""
    if not _HAN.search(name):
        return {word for word in _WORD.findall(name) if word not in _FIRMS}
    also = {long for short, long in _ALSO.items() if short in name}
    return also | {a + b for part in _OFFICES.split(name) for a, b in pairwise(part) if a.isalpha() and b.isalpha()}


def _abbreviates(short: str, long: str) -> bool:
    """Whether a name abbreviates another: 工信部 is short for 工业和信息化部; initials for words."""
    if not _HAN.search(short + long):
        return short == "".join(word[0] for word in _WORD.findall(long))
    rest = iter(long)
    return all(char in rest for char in short)
