"""Full text: which story goes first, and what the index holds."""

from __future__ import annotations

import sqlite3

import pytest

from bot.core.matching.ranking import Match, best
from bot.store.search import characters
from bot.store.sqlite.opening import open_writer
from bot.store.vocabulary import Vocabulary
from tests.store.build import DAY, T0


def match(story: int, title: str, body: str = "", at: int = T0) -> Match:
    return Match(story, at, title, body)


def test_the_better_and_the_newer_match_go_first() -> None:
    found = [match(1, "a ban", at=T0 - 30 * DAY), match(2, "a ban"), match(3, "x", "a ban"), match(4, "ban ban")]
    assert best('"ban"', found, T0) == [4, 2, 3, 1]
    assert best('"ban"', [match(1, "ban", at=T0 + DAY), match(2, "ban"), match(2, "ban")], T0) == [2, 1]
    assert best('"ban"', [], T0) == []


def test_the_rarer_of_two_words_counts_more() -> None:
    found = [match(1, "ban"), match(2, "ban"), match(3, "h20"), match(4, "ban x")]
    assert best('("ban" OR "h20")', found, T0)[0] == 3


@pytest.mark.parametrize(
    ("expression", "title"),
    [
        ('"a ""b"""', 'a "b"'),
        ('"chi"*', "chips"),
        ('"chi" *', "chips"),
        ('"芯"*', "芯片 片"),
        ('chars : "芯"', "芯片 片"),
        ('NEAR("a" "b", 3)', "a x b"),
    ],
)
def test_every_form_of_a_term_is_counted(expression: str, title: str) -> None:
    assert best(expression, [match(1, "other"), match(2, title)], T0) == [2, 1]


def test_a_mistake_in_a_statement_is_no_query_error() -> None:
    db = open_writer(":memory:", 1)
    db.execute("pragma query_only = on")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.matching("delete from story", {"expression": ""})
    db.close()


def test_counts_of_words_are_kept_in_bounded_memory() -> None:
    db, words = open_writer(":memory:", 1), Vocabulary(most_counted=2)
    assert words.fresh(db, "one two") == []
    assert words.fresh(db, "three") == []
    assert words.fresh(db, "three") == [("three", 2)]
    assert words.fresh(db, "one") == []
    db.close()


def test_the_characters_of_a_text() -> None:
    assert characters("中芯 芯国 国", "h20 中国 国") == "中 国 芯"
    assert characters("plain", "text") == ""
