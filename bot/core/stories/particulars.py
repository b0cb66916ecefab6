"""Names in a title that tell it apart from a similar one: versions, sizes, tickers, acts, indices, funding rounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.core.language.pattern import late_pattern
from bot.core.language.sayings import beginnings, starts
from bot.core.language.stems import suffixless
from bot.core.stories.counted import on_list
from bot.core.stories.followup import RAISES

_VERSION = late_pattern(
    r"(?<![a-z0-9.])(?:([a-z]++)(?:-?v?|[ ]v)([0-9]+(?:\.[0-9]+)*)(?![0-9]*%|[0-9a-z])"
    r"|([a-z]{2,}+) ([0-9]+\.[0-9]+)(?![0-9]* ?(?:%|percent|million|billion|pct|bn|万|亿)))"
)
_SIZE = late_pattern(r"([0-9](?<![a-z0-9.$€£¥].)[0-9]*(?:\.[0-9]+)?b)(?![a-z0-9])")
_TICKER = late_pattern(
    r"(?:\b(?:inc|corp|corporation|company|co|limited|ltd|plc|group|holdings|trust|n\.v|s\.a|se|ag)\.? ?"
    r"|(?:公司|集团|控股|股份) ?)[(](?:(?:nasdaq|nyse)[:：] ?)?([a-z]{2,5})[)]"
)
_STOCKS = late_pattern(r"\b(?:stocks?|shares|earnings|dividend|analysts?|transcript|rally)\b|股票|股价|财报|目标价")
_IN_BRACKETS = late_pattern(r"(?<=[^ ]) ?[(](?:(?:nasdaq|nyse)[:：] ?)?([a-z]{2,5})[)]")
_NOT_TICKERS = "ai ipo sec ceo cfo etf ev us uk eu gpu cpu llm agi fda ftc fcc doj gdp cpi iea imf who hk esa"
NO_TICKER = frozenset(_NOT_TICKERS.split())
"""Words that are written in brackets or capitals, but are no tickers."""
_TIER_WORDS = (
    "opus|sonnet|haiku|pro|flash(?:[- ]lite)?|mini|nano|micro|max|ultra|plus|lite|turbo|air|large|medium|small|tiny"
    "|coder|thinking|omni|vl|image|audio|video|math|ocr|tts|asr|codex|embedding|reranker|realtime|robotics"
)
_TIER = late_pattern(
    rf"(?<=[a-z]) ({_TIER_WORDS})[ -]v?[0-9]{{1,2}}(?:\.[0-9]+)?(?![0-9a-z%,.]*[0-9%])"
    rf"|(?<=[a-z ][-v ])[0-9]+(?:\.[0-9]+)?[- ]({_TIER_WORDS})(?![a-z])"
    rf"|(?<=[a-z])[0-9]{{1,2}}(?:\.[0-9]+)?[- ]?({_TIER_WORDS})(?![a-z])"
)
_TIER_BEGINS = frozenset(re.findall("(?<![a-z])[a-z]{2,3}", _TIER_WORDS))
_MODEL_ZH = late_pattern(
    "([\u3400-\u9fff]{2})([1-9][0-9]{2,3})"
    "(?=(?:芯片|晶片|处理器|系列|手机|发布|亮相|上市|量产|跑分)|[，,、：:！!。 ]|$)"
)
_INDEX = late_pattern("(?<![a-z])(cpi|ppi|pmi|gdp|pce|lpr|mlf)(?![a-z])|(逆回购|社融|失业率)")
_INDEX_BEGINS = beginnings("cpi ppi pmi gdp pce lpr mlf 逆 社 失")
_NUMBERED = late_pattern("第([0-9一二三四五六七八九十百]+)号")
_ROUND = late_pattern(r"(天使|种子|(?:pre-?)?[a-h]\+*)\+* ?轮|\b(?:series ([a-h])|(seed|angel|pre-seed) round)\b")
_ROUND_NAMES = {"天使": "angel", "种子": "seed"}
_QUOTED = late_pattern("[「“]([^「」“”]{2,16})[」”](?=[^，。]{0,3}(?:完成|获|宣布))")
_RAISES = late_pattern(
    r"\b(?:raises|raised|raising|secures|secured|lands|landed|closes|closed|nabs|bags)\b.{0,60}[$€£]"
)
_MONEY = frozenset("$€£")
_LISTS = late_pattern(
    r"\b(?:sets|prices|launches|upsizes|withdraws|postpones|seeks|files (?:confidentially )?(?:for|to)|plans|raises"
    r"|weighs|considers|readies|delays)\b.{0,40}\b(?:ipo|listing|go public)\b"
    r"|\b(?:shares|stock|debuts|(?:ris|jump|pop|climb|surg|soar|gain|fall|drop|slip|slid|doubl|tripl|open)e?s)\b.{0,60}"
    r"\b(?:trading|market|nasdaq|nyse|hong kong|shanghai|shenzhen|star|ipo|public|wall street) debut\b",
    re.IGNORECASE,
)
_IN_LISTING = late_pattern(r"\b(?:ipo|listing|go public|debut)\b")
_CAPITAL = late_pattern(r"(?<![\w-])[A-Z][\w.]*+(?!-)")
_DIGIT = late_pattern("[0-9]")
LISTS = "lists"
"""The key in `State.versions` for the company whose way to an exchange a title tells of."""
TIER = "tier"
"""The key in `State.versions` for which of a maker's models a title is about: "pro", "flash"."""
_Named = tuple[str, str]
_STRENGTHS = frozenset(("m", "magnitude", "quake"))  # an earthquake's is measured anew within the hour


def rounds(title: str, folded: str, spelled: frozenset[str] = frozenset()) -> frozenset[_Named]:
    """The funding round in a title, as ("round", "a"), and whose round or listing it is, as ("raises", "acme").

    Such titles share one frame, so little else tells two of them apart. `spelled`: the terms of all names of the
    title's companies, if the entity table has them; any of these may stand in another title.
    """
    chinese = "轮" in folded or "融资" in folded
    raises = None if chinese or _MONEY.isdisjoint(title) else _RAISES.search(title)
    lists = None if chinese or raises or not _IN_LISTING.search(folded) else _LISTS.search(title)
    if not chinese and not raises and not lists:
        return frozenset()
    told = {one or other or third for one, other, third in _ROUND.findall(folded)}
    found = {("round", _ROUND_NAMES.get(name, name.replace("-", ""))) for name in told}
    frame = raises or lists
    who = _capitals(title[: frame.start()].split()) if frame else _QUOTED.findall(title)
    names = {suffixless(name.casefold()) for name in who if name != "AI"}
    if not names or (spelled and chinese):
        return frozenset(found)
    own = names.union(filter(str.isascii, spelled))
    return frozenset(found | {(LISTS if lists else RAISES, name) for name in own})


def _capitals(before: Sequence[str]) -> list[str]:
    """The words before a verb that are written as names. The first of several counts only if the next one is a name."""
    opens = len(before) > 1 and before[1][:1].islower()
    return _CAPITAL.findall(" ".join(before[1:] if opens else before))


def versions(folded_title: str) -> frozenset[_Named]:
    """What a title names, as pairs of a kind or name and a value: versions, ("gpt", "5.6"); model sizes, ("", "8b");
    numbers of acts and storms, ("号", "2") for 公告第2号; indices, ("index", "cpi"); models of one version,
    ("tier", "flash"); models with a Chinese name, ("天玑", "9500"); the direction of an act on a list, ("list", "off");
    tickers, ("ticker", "nvda").
    """
    begins = starts(folded_title)
    found = {*on_list(folded_title), *_numbered(folded_title), *_indices(folded_title, begins), *_tickers(folded_title)}
    if _DIGIT.search(folded_title):
        found.update(_models(folded_title, begins))
    return frozenset(found)


def _numbered(title: str) -> Iterator[_Named]:
    return (("号", number) for number in _NUMBERED.findall(title)) if "第" in title else iter(())


def _indices(title: str, begins: frozenset[str]) -> Iterator[_Named]:
    found = [] if _INDEX_BEGINS.isdisjoint(begins) else _INDEX.findall(title)
    return (("index", latin or chinese) for latin, chinese in found)


def _tickers(title: str) -> Iterator[_Named]:
    if ")" not in title:
        return iter(())
    pattern = _IN_BRACKETS if _STOCKS.search(title) else _TICKER
    return (("ticker", name) for name in pattern.findall(title) if name not in NO_TICKER)


def _models(title: str, begins: frozenset[str]) -> Iterator[_Named]:
    """Versions, sizes and tiers. An earthquake's strength is no version."""
    for name, joined, spaced, dotted in _VERSION.findall(title):
        if (name or spaced) not in _STRENGTHS:
            yield name or spaced, joined or dotted
    if not _TIER_BEGINS.isdisjoint(begins):
        yield from ((TIER, "".join(tier)) for tier in _TIER.findall(title))
    if not title.isascii():
        yield from _MODEL_ZH.findall(title)
    yield from (("", size) for size in _SIZE.findall(title))
