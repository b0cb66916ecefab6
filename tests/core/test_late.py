from __future__ import annotations

from bot.core.matching.late import LateEngine
from bot.core.matching.match import Engine
from bot.core.matching.query import parse
from bot.core.model import Entry

ENTRY = Entry("1", "", "Chip ban", "H20 is banned")


def test_rules_are_filed_when_an_entry_comes_and_match_as_ever() -> None:
    late, at_once = LateEngine(), Engine()
    for engine in (late, at_once):
        for rule, text in (("topic:a", "chip"), ("query:1", "ban NEAR chip"), ("query:2", "potato")):
            engine.add(rule, parse(text))
    assert len(late) == len(at_once) == 3
    assert "query:1" in late
    assert not len(late._terms)
    assert late.match(ENTRY) == at_once.match(ENTRY)
    assert late.matching(ENTRY) == ["topic:a", "query:1"]
    assert len(late._terms) == len(at_once._terms)


def test_rules_are_replaced_and_removed_before_and_after_they_are_filed() -> None:
    late = LateEngine()
    late.add("query:1", parse("potato"))
    late.add("query:1", parse("chip"))
    late.add("query:2", parse("chip"))
    assert late.remove("query:2")
    assert not late.remove("query:2")
    assert late.matching(ENTRY) == ["query:1"]
    late.add("query:1", parse("potato"))
    assert ("query:1" in late, len(late)) == (True, 1)
    assert late.matching(ENTRY) == []
    assert "query:1" in late
    assert late.remove("query:1")
    assert len(late) == 0
