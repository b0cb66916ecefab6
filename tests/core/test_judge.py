from __future__ import annotations

import pytest
from hypothesis import given, settings

from bot.core.matching.judge import Judge
from bot.core.matching.query import parse
from bot.core.matching.topics import load_topics
from bot.core.matching.tree import Node
from bot.core.model import Entry
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
        ("ban", "Chips", "“ban” does not occur"),
        ("title:ban", "Chips", "“ban” does not occur in the title"),
        ("chip ban halt", "Chips", "“ban” does not occur; “halt” does not occur"),
        ("ban OR halt", "Chips", "none of “ban”, “halt” occurs"),
        ("title:(ban OR halt)", "Chips", "none of “ban”, “halt” occurs in the title"),
        ("a1|b1|c1|d1|e1|f1|g1", "Chips", "no word like “a1”, “b1” or “c1” occurs"),
        ("(ban chip) OR (halt chip)", "Chips", "it has “Chips”, but none of “ban”, “halt” occurs"),
        ("chip -potato", "Potato chips", "“Potato” rules it out"),
        ("chip -(lang:en)", "Chips", "“lang:en” rules it out"),
        ("export-ban", "Ban on export", "the words of “export ban” occur, but not side by side"),
        ("export-ban", "Ban", "“export ban” does not occur"),
        ("ban NEAR/2 chip", "ban on all chips", "“ban” and “chips” are more than 2 words apart"),
        ("ban NEAR/2 chip", "ban " + "x " * 40 + "chip", "“ban” and “chip” are far apart"),
        ("ban NEAR chip", "Chips", "it has “Chips”, but “ban” does not occur"),
        ("ban NEAR chip", "Ban", "it has “Ban”, but “chip” does not occur"),
        ("ban NEAR chip", "Rain", "“ban” does not occur"),
        ("chip /h20+/", "Chips", "nothing in it fits “/h20+/”"),
        ("chip source:bbc", "Chips", "its source is Reuters, not bbc"),
        ("chip form:S-1", "Chips", "its form is 8-K, not S-1"),
        ("chip lang:zh", "Chips", "its language is en, not zh"),
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
        ("A ban", "“ban” occurs without a word that gives it this meaning, such as “chip”"),
        ("A ban; chips", "“ban” and “chips” are not together in one clause of the title or the text's opening"),
        ("Curb; GPU", "“Curb” and “GPU” are not together in one title"),
        ("A chip", "it has “chip”, but “ban” does not occur"),
        ("Nothing", "none of “entity list”, “ban”, “chip”, “curb”, “gpu” occurs"),
        ("Ban on potato chips", "“potato chips” does not count"),
        ("Chip ban", ""),
    ],
)
def test_why_an_entry_is_not_of_a_topic(title: str, reason: str) -> None:
    (topic,) = load_topics({"a.toml": {"topic": [TOPIC]}}).topics
    assert Judge(topic.tree).failed(entry(title)) == reason


def test_why_a_round_up_is_not_of_a_topic() -> None:
    table = {"id": "t", "title": {"en": "T"}, "queries": ["furnace iron"]}
    judge = Judge(load_topics({"a.toml": {"topic": [table]}}).topics[0].tree)
    assert judge.failed(entry("Furnace; iron")) == "“Furnace”, “iron” are in different parts of the title"
    assert judge.failed(entry("Furnace; iron", "Iron furnace")) == ""
    assert judge.failed(entry("Furnace; coal")) == "“iron” does not occur"


def test_why_a_passing_mention_is_not_of_a_topic() -> None:
    table = {"id": "t", "title": {"en": "T"}, "any": ["furnace"]}
    judge = Judge(load_topics({"a.toml": {"topic": [table]}}).topics[0].tree)
    far = Entry("1", "", "Wool", "mutton " * 80 + "Furnace")
    assert judge.failed(far) == "a topic reads the title and the first sixty words, and “Furnace” came later"
    round_up = Entry("1", "", "Wool; bread", "mutton " * 80 + "Furnace")
    assert judge.failed(round_up) == "a topic reads the title and the first sixty words, and “Furnace” came later"


def test_words_of_a_rule_that_are_there_but_apart_are_told_so_and_not_what_else_would_do() -> None:
    rules = [{"with": [weak, "tin"], "context": ["iron", "steel"], "without": ["toy"]} for weak in ("furnace", "kiln")]
    table = {"id": "t", "title": {"en": "T"}, "scope": "title", "rule": rules}
    judge = Judge(load_topics({"a.toml": {"topic": [table]}}).topics[0].tree)
    far = Entry("1", "", "Wool", "mutton " * 80 + "a furnace, a kiln and iron")
    assert judge.failed(far) == "“furnace” and “iron” are not together in one title"


@pytest.mark.parametrize(
    ("query", "title", "reason"),
    [
        # one alternative is nearer than the others
        ("(ban chip now) OR (gpu halt now)", "Chips: a ban", "it has “ban”, “Chips”, but “now” does not occur"),
        ("(ban chip) OR (gpu halt export)", "Ban; gpu", "it has “Ban”, but “chip” does not occur"),
        ("(ban chip -potato) OR (gpu halt)", "Potato chips: a ban; gpu",
         "it has “ban”, “chips”, but “Potato” rules it out"),
        ("(rain title:(chip ban)) OR (rain wind halt)", "Rain; chips",
         "it has “Rain”, “chips”, but “ban” does not occur in the title"),
        ("(ban (chip OR gpu)) OR (halt rain wind)", "Halt the chips", "it has “chips”, but “ban” does not occur"),
        ("(ban NEAR/2 chip) OR (chip rain wind)", "ban on all chips",
         "“ban” and “chips” are more than 2 words apart"),
        ('("export ban" rain) OR (rain wind snow)', "Ban on export: rain",
         "it has “rain”, but the words of “export ban” occur, but not side by side"),
        ("(ban (chip OR gpu)) OR (halt rain wind)", "Ban", "it has “Ban”, but none of “chip”, “gpu” occurs"),
        # several are as near, and what they lack is told at once, each word once
        ("(ban title:chip) OR (ban title:halt)", "Ban", "it has “Ban”, but none of “chip”, “halt” occurs"),
        ("title:(chip ban) OR title:(chip halt)", "Chips",
         "it has “Chips”, but none of “ban”, “halt” occurs in the title"),
        ("title:nvidia OR body:nvidia", "Chips", "“nvidia” does not occur"),
        ("(lang:zh ban) OR (lang:de ban)", "A ban", "its language is en, not zh; its language is en, not de"),
        ("(ban lang:zh) OR (ban form:S-1) OR (ban source:x) OR (ban topic:y)", "A ban",
         "its language is en, not zh; its form is 8-K, not S-1; its source is Reuters, not x"),
        ("(ban NEAR/2 chip) OR (halt NEAR/2 chip)", "ban on all chips that we can halt",
         "“ban” and “chips” are more than 2 words apart; “halt” and “chips” are more than 2 words apart"),
        # words of the text's own script stand first
        ("芯片 OR chip OR ban", "Rain", "none of “chip”, “ban”, “芯片” occurs"),
    ],
)  # fmt: skip
def test_of_several_alternatives_the_nearest_is_told(query: str, title: str, reason: str) -> None:
    assert Judge(parse(query)).failed(entry(title)) == reason


def test_a_word_that_must_stand_in_the_title_is_not_said_to_be_nowhere() -> None:
    judge = Judge(parse("title:ban OR title:halt"))
    assert judge.failed(entry("Chips", "A ban")) == "none of “ban”, “halt” occurs in the title"
    judge = Judge(parse("(ban title:chip) OR (ban body:halt)"))
    said = "“chip” does not occur in the title; “halt” does not occur in the body"
    assert judge.failed(entry("Ban; halt", "Chips")) == said


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
