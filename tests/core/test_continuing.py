"""Stories that go on: how many replies there were, and how outlets are named."""

from __future__ import annotations

import pytest

from bot.core.alerts.continuing import Told, added, also, listed, replies, worded


@pytest.mark.parametrize(
    ("sent", "news", "expected"),
    [
        ([], [3], 0),
        ([Told(1, 0, "new")], [1], 0),
        ([Told(1, 0, "new"), Told(4, 0, "update")], [3], 1),
        ([Told(1, 0, "new"), Told(4, 0, "update")], [1, 5], 0),
        ([Told(1, 0, "new"), Told(4, 2, "update"), Told(5, 2, "update")], [], 1),
        ([Told(1, 0, "new"), Told(2, 0, "update"), Told(3, 0, "update")], [2, 3], 2),
        ([Told(1, 0, "new", False), Told(2, 0, "update", False), Told(3, 0, "update")], [2, 3], 1),
    ],
)
def test_replies_are_counted(sent: list[Told], news: list[int], expected: int) -> None:
    assert replies(sent, news) == expected


def test_outlets_are_named_with_what_they_filed() -> None:
    names = also([("Reuters", ""), ("财新", ""), ("SEC", "8-K"), ("SEC", "8-K"), ("A", ""), ("B", "")])
    assert listed(names) == "Reuters, 财新, SEC 8-K (+2)"
    assert listed(names[:1]) == "Reuters"


@pytest.mark.parametrize(
    ("news", "outlet", "title", "expected"),
    [
        (
            "correction",
            "Reuters",
            "Correction: in force on 5 May",
            "correction – Reuters: Correction: in force on 5 May",
        ),
        ("correction", "", "Correction: in force on 5 May", "correction – Correction: in force on 5 May"),
        ("official source", "BIS", "", "official source – BIS"),
        ("official source", "", "", "official source"),
        ("denial", "AP", "no " * 60, "denial – AP: " + ("no " * 53).rstrip() + "…"),
    ],
)
def test_news_is_told_with_the_report_that_says_it(news: str, outlet: str, title: str, expected: str) -> None:
    """That something was corrected says nothing of what is right now."""
    assert added(news, outlet, title) == expected


@pytest.mark.parametrize(
    ("news", "expected"),
    [
        ("denial – AP: It denies it", "DENIAL – AP: It denies it"),
        ("denial, delay – AP: It", "DENIAL, DELAY – AP: It"),
        ("denial – A: x · delay – B: y", "DENIAL – A: x · DELAY – B: y"),
        ("filed, all of it – SEC", "ALL FILED – SEC"),
        ("AP: denial", "AP: denial"),
        ("denial " * 20 + "– AP", "denial " * 20 + "– AP"),
        ("now breaking · denial – AP", "NOW BREAKING · DENIAL – AP"),
    ],
)
def test_news_is_worded_in_another_language_but_for_what_reports_say(news: str, expected: str) -> None:
    words = {"now breaking": "NOW BREAKING", "denial": "DENIAL", "delay": "DELAY", "filed, all of it": "ALL FILED"}
    assert worded(news, lambda said: words.get(said, said)) == expected
