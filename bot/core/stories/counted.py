"""Tells one official act from the next of its kind: by how many companies or people it covers, its direction, and whose
list it is.

"US adds 20 chip firms to the Entity List" and "US adds 140 firms to the Entity List" share every other word.
"""

from __future__ import annotations

import re

from bot.core.language.pattern import late_pattern
from bot.core.language.places import AMERICA, STATES
from bot.core.language.quantities import MONTH_NAME, MONTHS, Quantity
from bot.core.language.sayings import beginnings, starts

COMPANIES = "n"
"""The unit of a number of companies, offices or institutions."""

PEOPLE = "p"
"""The unit of a number of people who are charged, held or sentenced."""

STRENGTH = "m"
"""The unit of an earthquake's magnitude."""

MONTH = "mo"
"""The unit of the month that results, or an index, are for."""

_WORDS = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
twenty
"""
_SPELT = {word: float(number) for number, word in enumerate(_WORDS.split(), 2)}
_NOT = "(?!(?:of|in|to|for|at|by|per|and|or|from|on|as|with|than|percent|million|billion|trillion|thousand)\\b)"
_HOLDERS = (
    "(?:firms|companies|entities|organi[sz]ations|institutions|businesses|manufacturers|(?:chip)?makers|suppliers|"
    "start-?ups|banks|subsidiaries)"
)
_COUNT = late_pattern(
    rf"(?<![a-z0-9.,$€£¥])(?P<n>[0-9]{{1,3}}(?:,[0-9]{{3}})?|{'|'.join(_SPELT)})(?: {_NOT}[a-z][a-z.'’-]*){{0,3}} "
    rf"{_HOLDERS}\b|(?<![0-9.])(?P<zh>[0-9]{{1,5}})(?:多|余)? ?家"
)
_HOLDER_SIGNS = (
    *("firms", "compan", "entities", "organi", "institutions", "businesses"),
    *("manufacturers", "makers", "suppliers", "start", "banks", "subsidiar", "家"),
)
_WHO = (
    "(?:men|women|people|persons|suspects|others|more|executives|employees|engineers|officials|students|nationals"
    "|brokers)"
)
_SOME = f"[0-9]{{1,3}}|{'|'.join(_SPELT)}"
_SOME_ZH = "[0-9]{1,3}|[两二三四五六七八九十]"
_TRIED = late_pattern(
    rf"\b({_SOME}) (?:[a-z-]+ ){{0,2}}{_WHO} (?:[a-z-]+ ){{0,2}}"
    r"(?:charged|arrested|indicted|sentenced|detained|jailed|convicted)\b"
    r"|\b(?:charges?|arrests?|indicts?|sentences?|detains?|jails?|charging|arresting)"
    rf" ({_SOME}) (?:[a-z-]+ ){{0,2}}{_WHO}\b"
    rf"|({_SOME_ZH})(?:名|人).{{0,12}}(?:被捕|被起诉|被控|落网|被拘|获刑|被判|遭起诉|遭逮捕)"
    rf"|(?:逮捕|起诉|拘捕|指控|拘留|判处).{{0,4}}?({_SOME_ZH})(?:名|人)"
)
_TRIED_SIGNS = ("charg", "arrest", "indict", "sentenc", "detain", "jail", "convict", "名", "人")
_QUAKE = late_pattern(
    r"\b([1-9]\.[0-9])[- ]?(?:magnitude|quake|earthquake)|\bmagnitude(?: of)?[- ]([1-9]\.[0-9])\b"
    r"|\b([1-9]\.[0-9]) (?:earth)?quake|([1-9]\.[0-9])级(?=.{0,2}(?:地震|强震|余震))"
)
_QUAKE_SIGNS = ("quake", "magnitude", "震")
_RESULTS = (
    "(?:sales|revenues?|deliveries|shipments|exports|imports|output|production|orders|payrolls|jobs report|inflation"
    "|cpi|ppi|pmi|trade)"
)
_MONTHLY = late_pattern(
    rf"\b(?!may (?!{_RESULTS}\b)){MONTH_NAME}(?:['’]s)? (?:[a-z-]+ ){{0,2}}{_RESULTS}\b"
    rf"|\b{_RESULTS} (?:[a-z-]+ ){{0,3}}in {MONTH_NAME}\b"
    r"|(?<![0-9])(1[0-2]|[1-9])月份?"
    r"(?=[^0-9]{0,6}?(?:营收|营业收入|销量|销售|交付|产量|出口|进口|cpi|ppi|pmi|社融|非农|零售))"
)
_MONTHLY_SIGNS = ("月", *MONTHS)
_SIGNS = late_pattern("|".join((*_HOLDER_SIGNS, *_TRIED_SIGNS, *_QUAKE_SIGNS, *_MONTHLY_SIGNS)))
"""Every title that counts anything here holds one of these: a quick test that most titles fail."""
_HAN_NUMBERS = {"二": 2.0, **{sign: float(number) for number, sign in enumerate("两三四五六七八九十", 2)}}
_STATES_ZH = {"美国": "us", "美商务部": "us", "台湾": "taiwan", "中国": "china", "商务部": "china", "日本": "japan"}
_LISTERS = {
    **{state: "us" if state in AMERICA else state for state in STATES},
    **_STATES_ZH,
    "欧盟": "eu",
    "英国": "uk",
}
_LISTER = late_pattern("|".join(rf"{re.escape(name)}(?![a-z])" for name in sorted(_LISTERS, key=len, reverse=True)))
_ASKED = late_pattern("^(?:商务部|外交部|中方|我国|中国).{0,12}[就对](美|日|欧|荷|英)[^，,]{0,24}[列加纳]入")
"""A state that responds to another state's list."""
_BY = {"美": "us", "日": "japan", "欧": "eu", "荷": "netherlands", "英": "uk"}
_LIST_BEGINS = beginnings("lis bla 单")
_LIST = late_pattern(r"\b(?:black)?list(?:s|ed|ing)?\b|清单|名单")
_ONTO = late_pattern(
    r"\b(?:add(?:s|ed|ing)?|blacklist(?:s|ed|ing)?|puts?(?: [\w'’-]+){0,3} on|putting on|plac(?:es|ed|ing))\b"
    r"|[列加纳]入|新增"
)
_OFF = late_pattern(r"\b(?:remov(?:es?|ed|ing|al)|delist(?:s|ed|ing)?|tak(?:es?|en|ing) off)\b|移[出除]|剔除|除名")


def companies(folded_title: str) -> tuple[Quantity, ...]:
    """How many companies a title counts: 20 for "20 Chinese chip firms", "twenty chipmakers" and "20家企业"."""
    if not any(sign in folded_title for sign in _HOLDER_SIGNS):
        return ()
    said = [match["n"] or match["zh"] for match in _COUNT.finditer(folded_title)]
    numbers = [_SPELT[word] if word in _SPELT else float(word.replace(",", "")) for word in said]
    return tuple(Quantity(number, COMPANIES) for number in dict.fromkeys(numbers))


def on_list(folded_title: str) -> frozenset[tuple[str, str]]:
    """Whether a title puts something on a list or takes it off, and which state does, as
    `bot.core.stories.particulars.versions` tells names apart.
    """
    if _LIST_BEGINS.isdisjoint(starts(folded_title)) or not _LIST.search(folded_title):
        return frozenset()
    ways = (("onto", _ONTO), ("off", _OFF))
    found = {("list", way) for way, pattern in ways if pattern.search(folded_title)}
    if found and (asked := _ASKED.match(folded_title)):
        return frozenset(found | {("lister", _BY[asked[1]])})
    who = _LISTER.match(folded_title) if found else None
    if who and (verb := _ONTO.search(folded_title)) and verb[0].isascii():
        who = list(_LISTER.finditer(folded_title, 0, verb.start()))[-1]  # "China objects after US adds 20 firms"
    return frozenset(found | {("lister", _LISTERS[who[0]])} if who else found)


def strengths(folded_title: str) -> tuple[Quantity, ...]:
    """The magnitudes of earthquakes that a title tells: 7.1 for "7.1-magnitude quake" and "7.1级地震"."""
    if not any(sign in folded_title for sign in _QUAKE_SIGNS):
        return ()
    said = [next(filter(None, match.groups())) for match in _QUAKE.finditer(folded_title)]
    return tuple(Quantity(float(number), STRENGTH) for number in dict.fromkeys(said))


def months(folded_title: str) -> tuple[Quantity, ...]:
    """The months whose results or index a title tells: 7 for "July sales" and "7月交付"."""
    if not any(sign in folded_title for sign in _MONTHLY_SIGNS):
        return ()
    said = [next(filter(None, match.groups())) for match in _MONTHLY.finditer(folded_title)]
    numbers = [float(month) if month.isdigit() else float(MONTHS[month[:3]]) for month in said]
    return tuple(Quantity(number, MONTH) for number in dict.fromkeys(numbers))


def people(folded_title: str) -> tuple[Quantity, ...]:
    """How many people a title says are charged, held or sentenced: 3 for "three others charged" and "起诉三人"."""
    if not any(sign in folded_title for sign in _TRIED_SIGNS):
        return ()
    said = [next(filter(None, match.groups())) for match in _TRIED.finditer(folded_title)]
    numbers = [_SPELT.get(word) or _HAN_NUMBERS.get(word) or float(word) for word in said]
    return tuple(Quantity(number, PEOPLE) for number in dict.fromkeys(numbers))


def counted(folded_title: str) -> tuple[Quantity, ...]:
    """All of these counts in a title."""
    if not _SIGNS.search(folded_title):
        return ()
    return (*companies(folded_title), *people(folded_title), *strengths(folded_title), *months(folded_title))
