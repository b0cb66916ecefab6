"""Headlines of no topic's own examples: how much the shipped rules find of what they were not written for."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.core.test_catalogue import topics_of

pytestmark = pytest.mark.usefixtures("untraced")
SETS: dict[str, dict[str, list[str]]] = tomllib.loads(
    Path(__file__).with_name("catalogue_more.toml").read_text("utf-8")
)
HEADLINES = {
    language: {
        title: topics for name, table in SETS.items() if name.startswith(language) for title, topics in table.items()
    }
    for language in ("en", "zh")
}


@cache
def found(title: str) -> frozenset[str]:
    return frozenset(topic for topic in topics_of(title) if not topic.startswith("company-"))


@pytest.mark.parametrize("language", HEADLINES)
def test_few_headlines_of_the_field_are_missed(language: str) -> None:
    ours = [title for title, topics in HEADLINES[language].items() if topics]
    missed = [title for title in ours if not found(title)]
    assert len(missed) <= 0.07 * len(ours), missed


@pytest.mark.parametrize("language", HEADLINES)
def test_few_headlines_of_other_fields_are_found(language: str) -> None:
    others = [title for title, topics in HEADLINES[language].items() if not topics]
    wrong = [title for title in others if found(title)]
    assert len(wrong) <= 0.04 * len(others), wrong


@pytest.mark.parametrize("language", HEADLINES)
def test_topics_are_those_that_a_reader_gives(language: str) -> None:
    judged = [(set(topics), found(title)) for title, topics in HEADLINES[language].items()]
    right, given = sum(len(gold & got) for gold, got in judged), sum(len(gold) + len(got) for gold, got in judged)
    assert 2 * right / given >= 0.82
