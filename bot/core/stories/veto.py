"""What must not be folded however alike it reads: cheap contradictions between a report and a story."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.core.language.pattern import late_pattern
from bot.core.language.quantities import Quantity
from bot.core.language.sayings import beginnings, starts
from bot.core.language.stems import suffixless
from bot.core.stories.counted import COMPANIES, MONTH, STRENGTH, on_list
from bot.core.stories.followup import RAISES, State
from bot.core.stories.listing import LISTED, other_listing

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
"""What stands in brackets or in capitals and is no ticker."""
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
_WHOSE = frozenset(("ticker", LISTS, RAISES))  # what names a company, in `other_version`
TIER = "tier"
"""What stands for the name where `State.versions` tells which of a maker's models a title is of: "pro", "flash"."""
_NEAR = 0.2
_UNITS = (("q", True), (MONTH, True), (STRENGTH, True), (COMPANIES, True), ("%", False), ("$", False))
_SLACK = {"q": 0.0, MONTH: 0.0, STRENGTH: 0.08}
_SAID = {"q": "Q{:g}", MONTH: "month {:g}", STRENGTH: "magnitude {:g}", COMPANIES: "{:g} companies", "%": "{:g}%"}
_STRENGTHS = frozenset(("m", "magnitude", "quake"))  # an earthquake's is measured anew within the hour
_SURE = 0.4  # a score that outweighs a soft contradiction


class Contradiction(NamedTuple):
    """Why a report is not part of a story. A `hard` one holds whatever the score; else the score must be high."""

    reason: str
    hard: bool


def against(report: State, story: State) -> Contradiction | None:
    """What speaks against a report being part of a story."""
    if report.forms and story.forms:
        return Contradiction("another official act", True)
    if report.subjects and story.subjects and not report.subjects & story.subjects:
        return Contradiction(f"about {_named(report.subjects)}, not {_named(story.subjects)}", True)
    if reason := other_name(report, story):
        return Contradiction(reason, True)
    if not report.subjects & story.subjects and other_listing(report.versions, story.versions):
        return Contradiction("another company's listing", True)
    return other_figures(report.figures, story.figures)


def other_name(report: State, story: State) -> str:
    """What `other_version` finds; of two companies in one event each title may give the ticker of another."""
    known = report.versions
    if report.subjects & story.subjects:
        known = frozenset(version for version in known if version[0] != "ticker")
    return other_version(known, story.versions)


def on_its_way(state: State) -> bool:
    """Whether it is told whose way to the exchange a report is of."""
    return any(kind in (LISTS, LISTED) for kind, _ in state.versions)


def one_listing(report: State, story: State) -> bool:
    """Whether both tell of the way to the exchange of one company: all names that the report gives it are known, or
    both are about one known company alone, whatever each language calls it.
    """
    mine, theirs = ({name for kind, name in state.versions if kind in (LISTS, LISTED)} for state in (report, story))
    alone = len(report.subjects) == 1 and report.subjects == story.subjects
    return bool(mine and theirs) and (mine <= theirs or alone)


def outweighs(found: Contradiction | None, score: float) -> bool:
    """Whether a contradiction counts more than the score."""
    return found is not None and (found.hard or score < _SURE)


def _named(subjects: Iterable[str]) -> str:
    return ", ".join(sorted(subjects)[:4])


def rounds(title: str, folded: str, spelled: frozenset[str] = frozenset()) -> frozenset[tuple[str, str]]:
    """A round of money that a title tells of, as ("round", "a"), and whose it or a listing is, as ("raises", "acme").

    News of money is told in one frame, so that little but these tells two of them apart. `spelled`: the terms of all
    names of the companies of the entity table that the title names, by each of which one may be known.
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
    """The words before a verb that are written as names; the first of several is none where the next is not."""
    opens = len(before) > 1 and before[1][:1].islower()
    return _CAPITAL.findall(" ".join(before[1:] if opens else before))


def versions(folded_title: str) -> frozenset[tuple[str, str]]:
    """Names with a version, as ("gpt", "5.6"), model sizes, as ("", "8b"), the numbers of acts and storms, as
    ("号", "2") of 公告第2号, indices, as ("index", "cpi"), models of one version, as ("tier", "flash"), and of a
    Chinese name, as ("天玑", "9500"), which way an act on a list goes, as ("list", "off"), and tickers, as
    ("ticker", "nvda").
    """
    found = {("号", number) for number in _NUMBERED.findall(folded_title)} if "第" in folded_title else set()
    found.update(on_list(folded_title))
    begins = starts(folded_title)
    if not _INDEX_BEGINS.isdisjoint(begins):
        found.update(("index", one or other) for one, other in _INDEX.findall(folded_title))
    if ")" in folded_title:
        pattern = _IN_BRACKETS if _STOCKS.search(folded_title) else _TICKER
        found.update(("ticker", name) for name in pattern.findall(folded_title) if name not in NO_TICKER)
    if not _DIGIT.search(folded_title):
        return frozenset(found)
    named = {(one[0] or one[2], one[1] or one[3]) for one in _VERSION.findall(folded_title)}
    found.update(version for version in named if version[0] not in _STRENGTHS)
    if not _TIER_BEGINS.isdisjoint(begins):
        found.update((TIER, "".join(tier)) for tier in _TIER.findall(folded_title))
    if not folded_title.isascii():
        found.update(_MODEL_ZH.findall(folded_title))
    return frozenset(found | {("", size) for size in _SIZE.findall(folded_title)})


def other_version(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> str:
    """A name that both carry with different versions and none in common, or ""."""
    for name in sorted(({name for name, _ in one} & {name for name, _ in other}) - {LISTED}):
        mine = {version for known, version in one if known == name}
        theirs = {version for known, version in other if known == name}
        if any(_within(a, b) or _within(b, a) for a in mine for b in theirs):
            continue
        if name in _WHOSE or name in (TIER, "index"):
            return f"about {', '.join(sorted(mine))}, not {', '.join(sorted(theirs))}"
        return f"{name} {'/'.join(sorted(mine))} is not {name} {'/'.join(sorted(theirs))}".replace("  ", " ").strip()
    return ""


def _within(version: str, release: str) -> bool:
    """Whether a release such as 3.2.1 belongs to a version such as 3.2."""
    return release == version or (release.startswith(f"{version}.") and version.count(".") > 0)


def other_figures(one: tuple[Quantity, ...], other: tuple[Quantity, ...]) -> Contradiction | None:
    """A unit of which both titles have figures and none agree within 20 %; shares and sums change, so they are soft."""
    for unit, hard in _UNITS:
        mine = [quantity.value for quantity in one if quantity.unit == unit]
        theirs = [quantity.value for quantity in other if quantity.unit == unit]
        slack = _SLACK.get(unit, _NEAR)
        if mine and theirs and not any(abs(a - b) <= slack * max(a, b) for a in mine for b in theirs):
            return Contradiction(f"{_said(mine, unit)} against {_said(theirs, unit)}", hard)
    return None


def _said(values: list[float], unit: str) -> str:
    said = _SAID.get(unit, "{:,.15g}")  # sums of any currency
    return ", ".join(said.format(value) for value in values[:3])
