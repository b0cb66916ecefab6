"""What is wrong as a sentence of its own: English refusals began with a small letter, and not all of them."""

from __future__ import annotations

import pytest

from bot.core.errors import as_sentence


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("the query is empty; try words", "The query is empty; try words."),
        ("“)” has no matching “(”", "“)” has no matching “(”."),
        ("title: needs a value right after it", "title: needs a value right after it."),
        ("Slack can't be reached.", "Slack can't be reached."),
        ("", "."),
    ],
)
def test_what_is_wrong_is_a_sentence(said: str, sentence: str) -> None:
    assert as_sentence(said) == sentence
