"""Full text: how a text becomes a phrase, and which story goes first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.text import bigrams
from bot.store.search import best, phrase, terms
from tests.store.build import DAY, T0


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("H20", '"h20"'),
        ("open-source model", '"open source model"'),
        ("中芯", '"中芯"'),
        ("中芯国际", '"中芯 芯国 国际"'),
        ("芯", '"芯" *'),
        ("A 芯", '"a 芯" *'),
        ("5.6", '"5.6"'),
        ("", ""),
        ('" * ( )', ""),
    ],
)
def test_a_text_as_a_phrase(text: str, wanted: str) -> None:
    assert phrase(text) == wanted


@given(st.text())
def test_terms_are_bigrams(text: str) -> None:
    assert terms(text) == bigrams(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_terms_are_bigrams_of_plain_text_too(text: str) -> None:
    assert terms(text) == bigrams(text)


def test_the_better_and_the_newer_match_go_first() -> None:
    matches = [(1, -1.0, 10, T0), (2, -3.0, 20, T0), (3, -1.9, 30, T0 - 14 * DAY), (4, -2.0, 10, T0)]
    assert best(matches, T0) == [20, 10, 30]
    assert best([(1, -1.0, 1, T0 + DAY), (2, -1.0, 2, T0)], T0) == [2, 1]
    assert best([], T0) == []
