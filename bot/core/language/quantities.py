"""Normalises numbers, dates and years across languages: $1.8bn, 18亿美元 and 1.8 billion are one figure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple


class Quantity(NamedTuple):
    """A number in plain units. `unit` is "$" for money of any currency, "%", "q" for a quarter, "" for the rest."""

    value: float
    unit: str

    @property
    def term(self) -> str:
        """The term of the number, the same for all spellings of one number."""
        return f"#{self.unit if self.unit == 'q' else ''}{self.value:.4g}"


class Figures(NamedTuple):
    """The numbers of a text: quantities in order, days as "d3-5" (5 March), years as given."""

    quantities: tuple[Quantity, ...] = ()
    days: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    def without(self, at_ms: int) -> Figures:
        """The figures without the text's own day (and those before and after, for time zones) and without its year: any
        text of a day may name these. A time before 1970 or after 2099 is ignored.
        """
        if not 0 < at_ms < _END_MS:
            return self
        now = datetime.fromtimestamp(at_ms / 1000, UTC)
        near = {f"d{day.month}-{day.day}" for day in (now - _DAY, now, now + _DAY)}
        days = tuple(day for day in self.days if day not in near)
        return Figures(self.quantities, days, tuple(year for year in self.years if year != now.year))


_DAY = timedelta(days=1)
_END_MS = 4_102_444_800_000
_NEXT = 40  # characters behind a number that can tell its unit
_MOST = 64  # numbers that are read in one text
_SHORT = 400  # characters of a text whose figures are remembered
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
MONTH_NAME = (
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    "sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_SCALES = {"万": 1e4, "千万": 1e7, "亿": 1e8, "百亿": 1e10, "千亿": 1e11}
_SCALES |= dict.fromkeys(("thousand", "k", "千"), 1e3)
_SCALES |= dict.fromkeys(("million", "mln", "mn", "m", "百万"), 1e6)
_SCALES |= dict.fromkeys(("billion", "bln", "bn", "b", "十亿"), 1e9)
_SCALES |= dict.fromkeys(("trillion", "tn", "t", "万亿", "兆"), 1e12)
_NUMBER = re.compile(r"[0-9](?<![a-z0-9.].)[0-9]{0,14}(?:,[0-9]{3})*(?:\.[0-9]{1,9})?")
_MONTH_BEFORE = re.compile(rf"(?<![a-z]){MONTH_NAME}\.? \Z")
_MONEY_BEFORE = re.compile(r"(?:\$|[€£¥]|rmb|eur|usd|hkd|cny|人民币) ?\Z")
_SIGN_BEFORE = re.compile(r"(?:(?:(?<![a-z])[a-z]{1,3})?\$|[€£¥]|(?<![a-z])(?:rmb|eur|usd|hkd|cny)|人民币) ?\Z")
_AFTER = re.compile(
    r"(?:-(?=[a-z]{7})| ?)"  # "$3-billion"
    r"(?:[余多]?(?P<scale>thousand|million|mln|billion|bln|trillion|万亿|千亿|百亿|十亿|千万|百万|[千万亿兆])[余多]?"
    r"|(?P<short>mn|bn|tn|[kmbt])(?![a-z0-9]))?"
    r"(?P<unit> ?(?:%|per ?cent|pct|个百分点)"
    r"| ?(?:u\.s\. |us |hong kong |港|美|欧|日|新台|台)?(?:dollars?|euros?|yuan|yen|pounds?|元|币)|英镑)?"
)
_DAY_AFTER = re.compile(rf"(?:st|nd|rd|th)? (?:of )?{MONTH_NAME}(?![a-z])")
_MONTH_DAY = re.compile(r" ?月 ?([0-9]{1,2}) ?[日号]")
_ISO_REST = re.compile(r"-([01][0-9])-([0-3][0-9])(?![0-9])")
_Q = re.compile("q[1-4]")
_QUARTER = re.compile(r"(?<![a-z0-9])q([1-4])(?![a-z0-9])|(first|second|third|fourth)[- ]quarter|第?([一二三四1-4])季")
_QUARTERS = {
    name: float(number)
    for number, names in enumerate(("first 一 1", "second 二 2", "third 三 3", "fourth 四 4"), 1)
    for name in names.split()
}


def figures(folded: str) -> Figures:
    """The figures of a text that was folded (`bot.core.language.text.fold`). The first 64 numbers are read.

    The last few results are cached: a title's figures are needed for itself and within its report.
    """
    return _remembered(folded) if len(folded) <= _SHORT else _figures(folded)


def _figures(folded: str) -> Figures:
    quantities: list[Quantity] = []
    days: list[str] = []
    years: list[int] = []
    end = 0
    for _, match in zip(range(_MOST), _NUMBER.finditer(folded), strict=False):
        if match.start() < end:
            continue
        day, end = _day(folded, match)
        if day:
            days.append(day)
        quantity = _quantity(folded, match)
        if _is_year(match[0], quantity):
            years.append(int(match[0]))
        elif not day:
            quantities.append(quantity)
    quantities += _quarters(folded)
    return Figures(tuple(dict.fromkeys(quantities)), tuple(dict.fromkeys(days)), tuple(dict.fromkeys(years)))


_remembered = lru_cache(maxsize=32)(_figures)


def places(folded: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each number, day and year of a folded text, as its term without the sign, with its span including the unit."""
    end = 0
    for _, match in zip(range(_MOST), _NUMBER.finditer(folded), strict=False):
        if match.start() < end:
            continue
        day, end = _day(folded, match)
        quantity = _quantity(folded, match)
        if day:
            before = _MONTH_BEFORE.search(folded, max(0, match.start() - 11), match.start())
            yield day, (before.start() if before else match.start(), end)
        elif _is_year(match[0], quantity):
            yield match[0], match.span()
        else:
            money = _SIGN_BEFORE.search(folded, max(0, match.start() - 5), match.start())
            unit = _AFTER.match(folded, match.end(), match.end() + _NEXT)
            yield quantity.term[1:], (money or match).span()[:1] + (unit or match).span()[1:]


def is_day(term: str) -> bool:
    """Whether a term is a day such as "d3-5"."""
    return term[0] == "d" and term[1:2].isdigit() and "-" in term


def _is_year(text: str, quantity: Quantity) -> bool:
    return len(text) == 4 and not quantity.unit and 1950 <= quantity.value < 2050


def _day(folded: str, match: re.Match[str]) -> tuple[str, int]:
    """The day that a number is part of, or "", and the place to read on."""
    start, end = match.span()
    text = match[0]
    if found := (_MONTH_DAY if len(text) <= 2 else _ISO_REST).match(folded, end):
        month, day = (text, found[1]) if len(text) <= 2 else found.groups()
        return _named(int(month), int(day)), found.end()
    if len(text) > 2:
        return "", end
    if before := _MONTH_BEFORE.search(folded, max(0, start - 11), start):
        return _named(MONTHS[before[1][:3]], int(text)), end
    if after := _DAY_AFTER.match(folded, end):
        return _named(MONTHS[after[1][:3]], int(text)), after.end()
    return "", end


def _named(month: int, day: int) -> str:
    return f"d{month}-{day}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _quantity(folded: str, match: re.Match[str]) -> Quantity:
    value = float(match[0].replace(",", ""))
    after = _AFTER.match(folded, match.end(), match.end() + _NEXT)
    scale, short, said = after.groups("") if after else ("", "", "")
    value *= _SCALES.get(scale or short, 1.0)
    unit = said.strip()
    if unit.startswith(("%", "per", "pct", "个")):
        return Quantity(value, "%")
    money = unit or _MONEY_BEFORE.search(folded, max(0, match.start() - 4), match.start())
    return Quantity(value, "$" if money else "")


def _quarters(folded: str) -> list[Quantity]:
    if "quarter" in folded or "季" in folded or _Q.search(folded):
        return [Quantity(_QUARTERS["".join(groups)], "q") for groups in _QUARTER.findall(folded)]
    return []
