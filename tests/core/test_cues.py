"""What kind of title it is: a further step, an explanation, an edition, a notice."""

from __future__ import annotations

import pytest

from bot.core.stories.cues import cues


@pytest.mark.parametrize(
    ("title", "script", "marks"),
    [
        ("Plough maker sued after a blaze in Oslo", "la", (1, 0, 0, 0)),
        ("Why the blaze in Oslo matters", "la", (0, 1, 0, 0)),
        ("Puzzle hints for Monday, August 12", "la", (0, 0, 1, 0)),
        ("Save on your next plough", "la", (0, 0, 0, 1)),
        ("Blaze in Oslo", "la", (0, 0, 0, 0)),
        ("Afternoon in Oslo", "la", (0, 0, 0, 0)),
        ("青禾农机回应奥斯陆火灾", "zh", (1, 0, 0, 0)),
        ("青禾農機回應奧斯陸火災", "zh", (1, 0, 0, 0)),
        ("奥斯陆火灾为何迟迟未灭？", "zh", (0, 1, 0, 0)),
        ("农机概念午后走强", "zh", (0, 0, 1, 0)),
        ("青禾农机：子公司中标犁具项目", "zh", (0, 0, 0, 1)),
        ("奥斯陆火灾", "zh", (0, 0, 0, 0)),
    ],
)
def test_marks(title: str, script: str, marks: tuple[float, ...]) -> None:
    assert cues(title, script) == marks
