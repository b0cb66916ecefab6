from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.core.judge import Judge
from bot.core.model import Entry
from bot.core.query import parse
from bot.core.topics import load_topics
from bot.core.tree import Node
from tests.core import brute
from tests.core.trees import entries, trees

TOPIC = {
    "id": "t",
    "title": {"en": "T"},
    "any": ["entity list"],
    "not": ["potato chip"],
    "rule": [{"with": ["ban"], "context": ["chip"]}, {"with": ["curb"], "context": ["gpu"], "scope": "title"}],
}


def entry(title: str, summary: str = "") -> Entry:
    return Entry("1", "", title, summary, source="Reuters", lang="en", form="8-K", published=0)


@pytest.mark.parametrize(
    ("query", "title", "reason"),
    [
        ("ban", "Chips", "“ban” is not there"),
        ("title:ban", "Chips", "“ban” is not there in the title"),
        ("chip ban halt", "Chips", "“ban” is not there; “halt” is not there"),
        ("ban OR halt", "Chips", "none of “ban”, “halt” is there"),
        ("title:(ban OR halt)", "Chips", "none of “ban”, “halt” is there in the title"),
        ("a1|b1|c1|d1|e1|f1|g1", "Chips", "none of “a1”, “b1”, “c1”, “d1”, “e1” and 2 more is there"),
        ("(ban chip) OR (halt chip)", "Chips", "“ban” is not there and “halt” is not there"),
        ("chip -potato", "Potato chips", "“Potato” rules it out"),
        ("chip -(lang:en)", "Chips", "“lang:en” rules it out"),
        ("export-ban", "Ban on export", "the words of “export-ban” are there, but not side by side"),
        ("export-ban", "Ban", "“export-ban” is not there"),
        ("ban NEAR/2 chip", "ban on all chips", "“ban” and “chip” stand more than 2 words apart"),
        ("ban NEAR/2 chip", "ban " + "x " * 40 + "chip", "“ban” and “chip” stand far apart"),
        ("ban NEAR chip", "Chips", "“ban” is not there"),
        ("chip /h20+/", "Chips", "nothing in it fits “/h20+/”"),
        ("chip source:bbc", "Chips", "its source is Reuters, not bbc"),
        ("chip form:S-1", "Chips", "its form is 8-K, not S-1"),
        ("chip lang:zh", "Chips", "its lang is en, not zh"),
        ("chip after:1970-01-02", "Chips", "it was not published on or after 1970-01-02"),
        ("chip before:1970-01-01", "Chips", "it was not published before 1970-01-01"),
        ("chip topic:x", "Chips", "it is not of the topic x"),
        ("chip", "Chips", ""),
    ],
)
def test_why_an_entry_did_not_match(query: str, title: str, reason: str) -> None:
    judge = Judge(parse(query))
    assert judge.failed(entry(title)) == reason
    assert judge.matches(entry(title)) is (reason == "")


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("A ban", "“ban” stands alone, without a word that gives it this meaning"),
        ("A ban; chips", "“ban” and “chips” do not stand together in one clause"),
        ("Curb; GPU", "“Curb” and “GPU” do not stand together in one title"),
        ("A chip", "none of “ban” is there"),
        ("Nothing", "“entity-list” is not there and none of “ban” is there and none of “curb” is there"),
        ("Ban on potato chips", "“potato chips” is set aside"),
        ("Chip ban", ""),
    ],
)
def test_why_an_entry_is_not_of_a_topic(title: str, reason: str) -> None:
    (topic,) = load_topics({"a.toml": {"topic": [TOPIC]}}).topics
    assert Judge(topic.tree).failed(entry(title)) == reason


def test_why_a_round_up_is_not_of_a_topic() -> None:
    table = {"id": "t", "title": {"en": "T"}, "queries": ["furnace iron"]}
    judge = Judge(load_topics({"a.toml": {"topic": [table]}}).topics[0].tree)
    assert judge.failed(entry("Furnace; iron")) == "“Furnace”, “iron” stand in different parts of the title"
    assert judge.failed(entry("Furnace; iron", "Iron furnace")) == ""
    assert judge.failed(entry("Furnace; coal")) == "“iron” is not there"


def test_the_words_of_a_match() -> None:
    judge = Judge(parse("chip (ban OR halt) topic:x"))
    assert judge.terms(entry("Chips: a ban"), frozenset({"x"})) == ("Chips", "ban")
    assert judge.terms(entry("Chips: a ban")) == ()


@pytest.mark.usefixtures("untraced")
@settings(max_examples=200, deadline=None)
@given(trees, entries)
def test_a_judge_agrees_with_reading_and_always_has_a_reason(tree: Node, item: Entry) -> None:
    judge = Judge(tree)
    assert judge.matches(item) == brute.matches(tree, item)
    assert bool(judge.failed(item)) != judge.matches(item)
