from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.matching.match import Engine
from bot.core.matching.query import parse
from bot.core.model import Entry
from tests.core import brute

PAGE = Path(__file__).parents[2] / "docs" / "query-language.md"
ROW = re.compile(r"^\| `(?P<query>.+?)` \| (?P<finds>.+?) \| (?P<passes>.+?) \|$", re.MULTILINE)
EXAMPLES = [match.groups() for match in ROW.finditer(PAGE.read_text(encoding="utf-8").split("## Twenty")[1])]


def entry(text: str) -> Entry:
    title, _, body = text.partition(" / ")
    return Entry("1", "", title, body)


def test_there_are_twenty_examples() -> None:
    assert len(EXAMPLES) == 20


@pytest.mark.parametrize(("query", "finds", "passes"), EXAMPLES)
def test_an_example_does_what_the_page_says(query: str, finds: str, passes: str) -> None:
    tree = parse(query)
    engine = Engine()
    engine.add("query:1", tree)
    assert engine.matching(entry(finds)) == ["query:1"]
    assert engine.matching(entry(passes)) == []
    assert brute.matches(tree, entry(finds))
    assert not brute.matches(tree, entry(passes))
