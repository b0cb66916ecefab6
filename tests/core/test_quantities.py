"""Numbers, dates and years in two languages."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.core.language.quantities import Figures, Quantity, figures
from bot.core.language.text import fold


def told(text: str) -> Figures:
    return figures(fold(text))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("raises $1.8bn", 1.8e9, "$"),
        ("raises US$ 3 billion", 3e9, "$"),
        ("HK$116.20 a share", 116.2, "$"),
        ("募资18.5亿美元", 1.85e9, "$"),
        ("人民币3万", 3e4, "$"),
        ("营收1.046万亿元", 1.046e12, "$"),
        ("up 15 percent", 15.0, "%"),
        ("up 13.17%", 13.17, "%"),
        ("同比增长46%", 46.0, "%"),
        ("cuts 2,500 jobs", 2500.0, ""),
        ("750 megawatts", 750.0, ""),
        ("£10m deal", 1e7, "$"),
        ("a $4-billion smelter", 4e9, "$"),
        ("a $4-million-a-year lease", 4e6, "$"),
        ("a 12-member panel", 12.0, ""),
        ("退还2600余万元", 2.6e7, "$"),
        ("投入7亿多元", 7e8, "$"),
        ("裁员900多人", 900.0, ""),
    ],
)
def test_a_quantity_in_plain_units(text: str, value: float, unit: str) -> None:
    (found,) = told(text).quantities
    assert found.value == pytest.approx(value)
    assert found.unit == unit


@pytest.mark.parametrize(
    "text", ["on March 5", "on 5 March", "on 5th of March", "Mar. 5, 2013", "2013-03-05", "3月5日", "3月5号"]
)
def test_a_day_however_it_is_written(text: str) -> None:
    assert told(text).days == ("d3-5",)


@pytest.mark.parametrize("text", ["March 45", "13月40日", "45 March"])
def test_what_is_no_day(text: str) -> None:
    assert told(text).days == ()


def test_years_are_no_quantities() -> None:
    assert told("In 2011 and 2013, 2000 people") == Figures((), (), (2011, 2013, 2000))
    assert told("$2011 for 5000 people").years == ()


@pytest.mark.parametrize("text", ["in Q3", "third quarter", "third-quarter", "第三季度", "第3季度"])
def test_a_quarter(text: str) -> None:
    assert Quantity(3.0, "q") in told(text).quantities


def test_equal_amounts_meet_across_languages() -> None:
    assert told("raised $1.85 billion").quantities[0].term == told("募资18.5亿美元").quantities[0].term
    assert Quantity(3.0, "q").term != Quantity(3.0, "").term


def test_only_the_first_numbers_of_a_flood_are_read() -> None:
    assert len(told(" ".join(map(str, range(3000, 4000)))).quantities) == 64


def test_no_numbers_no_figures() -> None:
    assert told("a quiet day") == Figures()


@pytest.mark.parametrize(
    ("at", "left"),
    [
        ("2026-03-10T12:00+00:00", Figures((), ("d3-5",), (2025,))),
        ("2026-03-12T23:30+00:00", Figures((), ("d3-5", "d3-10"), (2025,))),
        ("2026-03-04T12:00+00:00", Figures((), ("d3-10",), (2025,))),
        ("1969-03-10T12:00+00:00", Figures((), ("d3-5", "d3-10"), (2026, 2025))),
        ("9999-12-31T12:00+00:00", Figures((), ("d3-5", "d3-10"), (2026, 2025))),
    ],
)
def test_the_day_and_the_year_in_which_a_text_was_written_tell_nothing(at: str, left: Figures) -> None:
    found = told("5 March, 10 March 2026, in 2025")
    assert found.without(round(datetime.fromisoformat(at).timestamp() * 1000)) == left
