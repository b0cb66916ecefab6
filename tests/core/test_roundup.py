"""Titles that announce several stories, and what they announce."""

from __future__ import annotations

import pytest

from bot.core.stories.roundup import is_digest, parts


@pytest.mark.parametrize(
    "title",
    [
        "morning brief: stocks, oil, chips",
        "daily briefing",
        "business highlights",
        "10 things you need to know today",
        "what to know before the bell",
        "week in review: ces and chips",
        "8点1氪：甲；乙；丙",
        "财联社早报",
        "一周要闻",
        "一月芯片盘点",
        "财经早餐：降息与财报",
        "this week in chips",
        "newsroom: this week in chips",
        "alpha rises; beta falls; gamma sleeps",
        "the best lawn chairs (2026): for small gardens",
        "7 best bread knives (2026)",
        "our favorite bus games (2025)",
        "garden shoes, tested and reviewed",
        "the download: kelp farms, and who pays for them",
    ],
)
def test_a_round_up(title: str) -> None:
    assert is_digest(title)


@pytest.mark.parametrize(
    "title",
    [
        "report: china weighs ban",
        "据日经新闻报道，台积电扩产",
        "top court rules on chips",
        "a; b",
        "证券时报：央行降准",
        "盘点库存的机器人上岗",
        "best known baker of leeds dies",
        "the download of maps is free",
        "tested by a storm, the quay holds (2026)",
        "机器人厨师只做早餐和咖啡",
        "dockers walk out this week in felixstowe",
        "what to know about the export ban on kelp",
        "the kelp ban: what to know",
        "five things to know about the kelp ban",
    ],
)
def test_no_round_up(title: str) -> None:
    assert not is_digest(title)


@pytest.mark.parametrize(
    ("title", "announced"),
    [
        ("8点1氪丨甲公司开学；乙公司放假；丙公司搬家", ("甲公司开学", "乙公司放假", "丙公司搬家")),
        ("早报：甲公司开学；乙公司放假", ("甲公司开学", "乙公司放假")),
        ("Alpha rises; beta falls; gamma sleeps", ("Alpha rises", "beta falls", "gamma sleeps")),
        ("Morning brief: kelp, bread and a bus", ()),  # not set apart
        ("财联社早报", ()),
        ("Kelp | News digest", ()),  # one announces nothing beside others
    ],
)
def test_what_a_round_up_announces(title: str, announced: tuple[str, ...]) -> None:
    assert parts(title) == announced
