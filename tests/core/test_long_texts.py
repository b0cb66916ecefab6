"""Bare texts that come in one line: of a long one, the first sentence stands for the title."""

from __future__ import annotations

import pytest

from bot.core.stories.cluster import document_of, same

RULE = "The United States eased its review of Nvidia H200 chip exports to China on Tuesday. "
REST = (
    "Volumes are capped at half of what is sold at home, and each chip must pass an independent test before it leaves. "
    * 4
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (RULE + REST, RULE.strip()),
        ("H200 exports eased\n" + REST, "H200 exports eased"),
        ("x" * 5000, "x"),
    ],
)
def test_a_text_has_a_title(text: str, title: str) -> None:
    document = document_of(text, "en")
    assert document.entry.title.startswith(title)
    assert len(document.entry.title) < len(text)


def test_long_texts_in_one_line_are_judged() -> None:
    assert same(RULE + REST, RULE + REST.replace("capped", "limited"), "en").same
    assert not same(RULE + REST, "Rowers crossed the Atlantic in thirty-eight days. " * 12, "en").same
