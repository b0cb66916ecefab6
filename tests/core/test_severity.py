"""Severity rules: which holds, what it says of itself, and what a topic file may not say."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from bot.core.matching.severity import Severities, Verdict, reason
from bot.core.matching.topics import Loaded, load_topics
from bot.core.model import Entry, Hit

ENTITIES = [{"id": "nvidia", "name": "Nvidia", "names": ["nvidia"], "zh": ["英伟达"]}]
RULES = """base = "normal"
breaking = ["final rule", "@entity:nvidia"]
notable = ["draft rule"]
official = "notable"
forms = { notable = ["S-1"], breaking = ["8-K"] }
outlets = { notable = 3, breaking = 6 }
"""
HOUR = 3_600_000


def load(rules: str) -> Loaded:
    body = f'[[topic]]\nid = "t"\ntitle = {{ en = "T" }}\nany = ["chip"]\n[topic.severity]\n{rules}'
    return load_topics({"a.toml": tomllib.loads(body)}, ENTITIES)


def report(title: str, at: int = 0, **fields: Any) -> tuple[Entry, tuple[Hit, ...]]:
    entry = Entry("1", "", title, published=at, first_seen=at, **{"source": "Reuters"} | fields)
    return entry, (Hit("query:7", ("chip",)), Hit("topic:t", ("chip",)), Hit("topic:gone", ()))


@pytest.mark.parametrize(
    ("title", "fields", "outlets", "verdict"),
    [
        ("A chip", {}, 1, Verdict("normal", "base", "t")),
        ("A draft rule on chips", {}, 1, Verdict("notable", "term", "t", "draft rule")),
        ("A Final Rule on chips", {}, 1, Verdict("breaking", "term", "t", "Final Rule")),
        ("英伟达 chip", {}, 1, Verdict("breaking", "term", "t", "英伟达")),
        ("A chip", {"tier": "official"}, 1, Verdict("notable", "official", "t", "Reuters")),
        ("A chip", {"form": "S-1"}, 1, Verdict("notable", "form", "t", "S-1")),
        ("A chip", {"form": "8-k", "tier": "official"}, 1, Verdict("breaking", "form", "t", "8-k")),
        ("A chip", {}, 2, Verdict("normal", "base", "t")),
        ("A chip", {}, 3, Verdict("notable", "outlets", "t", "3")),
        ("A draft rule on chips", {}, 7, Verdict("breaking", "outlets", "t", "7")),
    ],
)
def test_the_gravest_rule_holds_and_names_itself(
    title: str, fields: dict[str, Any], outlets: int, verdict: Verdict
) -> None:
    severities = Severities({topic.id: topic.severity for topic in load(RULES).topics})
    entry, _ = report(title, **fields)
    assert severities.why(["t", "gone"], entry, outlets) == verdict
    assert severities.of(["t", "gone"], entry, outlets) == verdict.level


def test_only_topics_that_ask_count_outlets() -> None:
    assert Severities({topic.id: topic.severity for topic in load(RULES).topics}).counts_outlets(["t", "gone"])
    assert not Severities({topic.id: topic.severity for topic in load('base = "notable"').topics}).counts_outlets(["t"])


def test_a_story_became_so_grave_by_its_first_report_that_was() -> None:
    severities = Severities({topic.id: topic.severity for topic in load(RULES).topics})
    slow = [report(f"A chip {n}", n * HOUR, source=f"O{n}") for n in range(5)]
    assert reason(severities, slow, "notable") is None
    quick = [report(f"A chip {n}", n * HOUR // 4, source=f"O{n}") for n in range(5)]
    assert reason(severities, quick, "notable") == (quick[2][0], Verdict("notable", "outlets", "t", "3"))


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('forms = ["8-K"]', "severity.forms is such as"),
        ('forms = { grave = ["8-K"] }', "severity.forms is such as"),
        ('forms = { notable = "8-K" }', "severity.forms has a list"),
        ("outlets = 3", "severity.outlets is such as"),
        ("outlets = { notable = 1 }", "severity.outlets has a number"),
        ('outlets = { notable = "many" }', "severity.outlets has a number"),
        ('base = "grave"', "severity.base and severity.official"),
        ('form = "8-K"', "form is not a key here"),
    ],
)
def test_what_a_topic_file_may_not_say(rules: str, said: str) -> None:
    loaded = load(rules)
    assert loaded.topics == ()
    assert said in str(loaded.errors[0])
