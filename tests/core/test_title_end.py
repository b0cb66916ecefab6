"""A term of the title that begins at the title's last word, with no body behind it."""

from __future__ import annotations

import pytest

from bot.core.matching.match import Engine
from bot.core.matching.query import parse
from bot.core.model import Entry


@pytest.mark.parametrize(
    ("query", "title", "holds"),
    [
        ("title:混元3*", "姚顺雨执掌腾讯混元", False),
        ("title:混元3*", "腾讯混元3.5发布", True),
        ("title:(gpt NEAR/3 chip)", "chip for gpt", True),
    ],
)
def test_a_title_without_a_body_ends_with_its_last_word(query: str, title: str, holds: bool) -> None:
    engine = Engine()
    engine.add("query:1", parse(query))
    assert bool(engine.matching(Entry("1", "", title))) is holds
