"""Titles that are no more than a date, and what a column puts around one."""

from __future__ import annotations

import pytest

from bot.core.model import Entry
from bot.core.stories.cluster import document
from bot.core.stories.headline import is_date, is_edit, is_other, telling_title, without_column


@pytest.mark.parametrize(
    "title",
    [
        "Updated: 3 May 2026, 10:15 GMT",
        "MONDAY, MARCH 2, 2026",
        "3/2/26",
        "2026年3月5日 星期四",
        "Posted 12/19/2025 3:36 PM",
    ],
)
def test_a_date_is_no_title(title: str) -> None:
    assert is_date(title)
    assert telling_title(title, f"{title} A dam broke near the town.") == "A dam broke near the town."


@pytest.mark.parametrize("title", ["360", "May", "iPhone 17", "A dam broke on 3 May", "鸿蒙6", "May 5 " * 40])
def test_what_says_more_than_a_date_stays(title: str) -> None:
    assert not is_date(title)
    assert telling_title(title, "A dam broke.") == title


def test_a_date_with_nothing_behind_it_stays() -> None:
    assert telling_title("3 May 2026", "3 May 2026") == "3 May 2026"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("The dam holds.\nEngineers went home.", "The dam holds."),
        ("  \n大坝守住了。", "大坝守住了。"),
        (
            "The dam above Springfield holds, say its engineers. " + "Water rises. " * 20,
            "The dam above Springfield holds, say its engineers.",
        ),
        ("water " * 40, ("water " * 27)[:160]),
        ("", ""),
    ],
)
def test_a_text_without_a_title_has_its_beginning_for_one(body: str, title: str) -> None:
    assert telling_title("", body) == title


def test_a_post_without_a_title_is_told_by_its_first_sentence() -> None:
    found = document(Entry("1", "", "", "A dam broke near Springfield.\nWe are on our way.")).features
    assert found.title == "A dam broke near Springfield."
    assert {"dam", "springfield"} <= found.head
    assert "way" not in found.head


def test_folding_reads_the_words_behind_a_date() -> None:
    found = document(Entry("1", "", "3 May 2026", "A dam broke near Springfield.")).features
    assert {"dam", "springfield"} <= found.head
    assert found.title == "A dam broke near Springfield."


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("[Discussion] A dam broke near the town", "A dam broke near the town"),
        ("【北方专栏】镇边水库昨夜决口", "镇边水库昨夜决口"),
        ("镇边水库昨夜发生决口｜北方首发", "镇边水库昨夜发生决口"),
        ("镇边水库昨夜发生决口 | 早期项目", "镇边水库昨夜发生决口"),
        ("Show HN: A dam that counts fish", "A dam that counts fish"),
        ("Launch HN – A dam that counts fish", "A dam that counts fish"),
        ("A show: HN counts fish", "A show: HN counts fish"),
        ("[Discussion] Dam", "[Discussion] Dam"),
        ("A dam [video] broke", "A dam [video] broke"),
        ("甲｜北方首发", "甲｜北方首发"),
        ("A dam broke near the town | North", "A dam broke near the town | North"),
    ],
)
def test_a_column_is_no_part_of_a_title(title: str, plain: str) -> None:
    assert without_column(title) == plain


def test_folding_leaves_the_column_out() -> None:
    found = document(
        Entry(
            "1",
            "",
            "[Discussion] A dam broke near Springfield",
            "[Discussion] A dam broke near Springfield. It rained.",
        )
    )
    assert "discussion" not in found.features.terms
    assert {"dam", "rain"} <= found.features.terms.keys()


@pytest.mark.case_id(81)
@pytest.mark.parametrize(
    ("title", "earlier", "same"),
    [
        ("Dresden chip plant opens", "Chip plant in Drseden opens in May", True),
        ("Nvidia moves its chip order to TSMC", "Chip plant in Dresden opens in May", False),
        ("德累斯顿的芯片工厂将投资20亿欧元", "德累斯顿芯片工厂投资20亿欧元", True),
        ("德累斯顿下周选举市长", "德累斯顿芯片工厂投资20亿欧元", False),
        ("", "Chip plant in Dresden opens in May", False),
        ("…", "!", False),
    ],
)
def test_case_081_an_edit_keeps_half_of_the_words(title: str, earlier: str, *, same: bool) -> None:
    assert is_edit(title, earlier) is same
    assert is_edit(earlier, title) is same


@pytest.mark.parametrize(
    ("title", "earlier", "other"),
    [
        ("Malaysia asks for a licence to export AI chips", "Chip plant in Dresden opens in May", True),
        ("Dresden chip plant opens", "Chip plant in Dresden opens in May", False),
        ("Nvidia moves its chip order to TSMC", "Chip plant in Dresden opens in May", True),
        ("德累斯顿下周选举市长", "东京法院驳回版权诉讼", True),
        ("德累斯顿下周选举市长", "德累斯顿芯片工厂投资20亿欧元", False),
        ("Morning briefing", "Chip plant in Dresden opens in May", False),
        ("", "", False),
    ],
)
def test_a_title_that_has_next_to_nothing_of_another_is_of_something_else(title: str, earlier: str, *, other: bool):
    assert is_other(title, earlier) is other
    assert is_other(earlier, title) is other
