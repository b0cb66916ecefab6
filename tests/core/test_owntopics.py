"""Names that people give to queries: what can be one, and which two are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import QueryError
from bot.core.matching.owntopics import LONGEST, OwnTopic, checked, key_of, read, typed


@pytest.mark.parametrize(
    "name",
    ["x", "Our chip rules", "芯片政策", "AI @everyone *now*", "a" * LONGEST, "C++ & co.", "É🙂", "7 nm", "<!channel>"],
)
def test_what_can_be_a_name(name: str) -> None:
    assert checked(name) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "1 to 60"),
        ("   ", "1 to 60"),
        ("a" * (LONGEST + 1), "not 61"),
        ('say "chips"', "quotes"),
        ("“x” y", "quotes"),
        ("chip\u202eselur", "invisible"),
        ("chip\u200brules", "invisible"),
        ("chip\x00rules", "invisible"),
        ("\ue000 private", "invisible"),
        ("None", "forget"),
        ("42", "letter"),
        ("６ · 7", "letter"),
        ("🙂", "letter"),
    ],
)
def test_what_can_not(name: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        checked(name)


@pytest.mark.parametrize(
    "other", ["our CHIP rules", "  Our\tchip\n rules ", "Ｏｕｒ chip rules", '"Our chip rules"', "“Our chip rules”"]
)
def test_names_that_read_alike_are_one(other: str) -> None:
    assert key_of(other) == OwnTopic("Our chip rules", "chip").key


def test_both_scripts_of_chinese_are_one() -> None:
    assert key_of("芯片規則") == key_of("芯片规则")


def test_quotes_at_both_ends_are_how_it_was_typed() -> None:
    assert [typed(text) for text in ('"a b"', "“a b”", '"', '"a', "  a   b ")] == ["a b", "a b", '"', '"a', "a b"]


@given(st.text(), st.text())
def test_what_is_kept_is_read_as_it_was(name: str, query: str) -> None:
    own = OwnTopic(name, query)
    assert read(own.text) == own


def test_nothing_kept_is_nothing() -> None:
    assert read("") is None
