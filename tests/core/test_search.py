from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.language.text import bigrams, filed_name
from bot.core.matching.limits import anchored
from bot.core.matching.query import parse
from bot.core.matching.search import Sought, sought, to_fts
from bot.core.matching.topics import load_topics
from bot.core.matching.tree import Meta, Node, Not, any_of
from bot.core.model import Entry
from tests.core import brute
from tests.core.trees import entries, rules


def index(texts: list[Entry]) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table t using fts5(terms)")
    for number, entry in enumerate(texts):
        terms = bigrams("\n".join((entry.title, entry.summary, entry.content)))
        db.execute("insert into t(rowid, terms) values (?, ?)", (number, terms))
    return db


def find(db: sqlite3.Connection, expression: str) -> set[int]:
    return {number for (number,) in db.execute("select rowid from t where t match ?", (expression,))}


@pytest.mark.usefixtures("untraced")
@settings(max_examples=250, deadline=None)
@given(rules, st.lists(entries, min_size=1, max_size=4))
def test_the_index_finds_every_match(tree: Node, texts: list[Entry]) -> None:
    expression, forms, outlets = sought(tree)
    assert any((expression, forms, outlets)) == anchored(tree)
    db = index(texts)
    wanted = {number for number, entry in enumerate(texts) if brute.matches(tree, entry)}
    filed = {n for n, one in enumerate(texts) if one.form.lower() in forms or filed_name(one.source) in outlets}
    assert wanted <= filed | (find(db, expression) if expression else set())
    db.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("form:S-1", ("", ("s-1",), ())),
        ("lang:en form:S-1/A", ("", ("s-1/a",), ())),
        ("form:S-1 chip", ('("chip" OR "chips")', (), ())),
        ('h20 OR form:S-1 OR source:"The Times" OR form:S-1', ('("h20" OR "h20s")', ("s-1",), ("the times",))),
        ("(form:S-1 OR source:bbc) -chip", ("", ("s-1",), ("bbc",))),
    ],
)
def test_forms_and_outlets_are_looked_up_where_no_word_must_be_there(query: str, found: Sought) -> None:
    assert sought(parse(query)) == found


def test_a_topics_rule_may_ask_for_a_form_alone() -> None:
    (topic,) = load_topics({"t": {"topic": [{"id": "t", "title": {"en": "T"}, "rule": [{"forms": ["S-1"]}]}]}}).topics
    assert sought(topic.tree) == ("", ("s-1",), ())


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("chip", '("chip" OR "chips")'),
        ('"chip"', '"chip"'),
        ("chip ban", '(("chip" OR "chips") AND ("ban" OR "bans"))'),
        ("芯片", '"芯片"'),
        ("人工智能", '"人工 工智 智能"'),
        ("芯", '"芯"*'),
        ("lic* -x", '"lic"*'),
        ('"at&t" OR "c++"', '("at&t" OR "c++")'),
        ('"open source"', '"open source"'),
        ('title:"a b" lang:en', '"a b"'),
        ('"a" NEAR "b"', '("a" AND "b")'),
        (
            "open-chip-ban-rule",
            '(("open" OR "opens") AND ("chip" OR "chips") AND ("ban" OR "bans") AND ("rule" OR "rules"))',
        ),
        ("gpt-5*", '(("gpt" OR "gpts") AND "5"*)'),
        ('"ai芯片"', '("ai" AND "芯片")'),
    ],
)
def test_expressions(query: str, expression: str) -> None:
    assert to_fts(parse(query)) == expression


@pytest.mark.case_id(112)
@pytest.mark.parametrize("text", ["NEAR", "AND", 'a"b', "x OR 1", "col:a", "a*b", "-a", "^a", "{a}", "%", "_"])
def test_case_112_what_is_typed_is_never_an_operator_of_the_index(text: str) -> None:
    db = index([Entry("1", "", f"{text} other words")])
    expression = to_fts(parse(f'"{text.replace(chr(34), " ")} other"'))
    assert find(db, expression) == {0}
    db.close()


def test_a_word_of_many_parts_is_not_spelt_in_every_way_at_once() -> None:
    word = "-".join(f"{letter}ab" for letter in "bcdefghijklmnopqrstuvwxyz")  # each part may end in an s: 2 ** 25 ways
    assert to_fts(parse(word)).count(" OR ") == 25


def test_two_characters_are_found_as_completely_as_by_like() -> None:
    texts = [Entry("1", "", title) for title in ("国产芯片", "芯片", "AI芯片涨价", "芯 片", "芯，片", "片芯", "晶片")]
    db = index(texts)
    assert find(db, to_fts(parse("芯片"))) == {n for n, entry in enumerate(texts) if "芯片" in entry.title}
    assert find(db, to_fts(parse("片"))) == set(range(7))
    db.close()


def test_topics_can_be_searched_too() -> None:
    rule = {"with": ["ban"], "context": ["chip", "芯片"]}
    topic = {"id": "t", "title": {"en": "T"}, "any": ["h20"], "not": ["x"], "rule": [rule]}
    (loaded,) = load_topics({"a.toml": {"topic": [topic]}}).topics
    db = index([Entry("1", "", title) for title in ("H20", "Chip ban", "ban", "ban 芯片")])
    assert find(db, to_fts(loaded.tree)) == {0, 1, 3}
    db.close()


def test_what_no_word_anchors_has_no_expression() -> None:
    assert to_fts(any_of([parse("a"), Meta("lang", "zh")])) == ""
    assert to_fts(Not(parse("a"))) == ""
