"""What titles say in set words (`bot.core.language.sayings`)."""

from __future__ import annotations

import re

import pytest

from bot.core.language.sayings import saying

TEXTS = (
    "a bar",
    "abar",
    "bars|",
    "(foo",
    "xfoo foo",
    "foo)|",
    "禁bar止",
    "禁止",
    "to ban",
    "not ban",
    "",
    "|",
    "[]b",
    "bz",
)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bbar\b|\bfoo|禁止",
        r"\bba[|)]|\((?:foo|\bbar)|\b(?:x|b(?:z|n))",
        r"\|\b|\bb(?=ar|an)|(?<!to )\bban\b",
        r"\b(?<!to )ban\b",
        r"禁|^(?!.*\bfoo).*\bbar",
        r"\b|x",
    ],
)
def test_a_saying_is_found_where_its_pattern_stands(pattern: str) -> None:
    said = saying("one", "", pattern).pattern
    assert [bool(said.search(text)) for text in TEXTS] == [bool(re.search(pattern, text)) for text in TEXTS]
