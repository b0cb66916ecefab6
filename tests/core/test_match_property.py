from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.matching.canonical import canonical
from bot.core.matching.match import Engine
from bot.core.matching.tree import Node
from bot.core.model import Entry
from tests.core import brute
from tests.core.trees import entries, rules, trees

pytestmark = pytest.mark.usefixtures("untraced")


@settings(max_examples=250, deadline=None)
@given(st.lists(rules, min_size=1, max_size=12), st.lists(entries, min_size=1, max_size=4))
def test_the_engine_finds_what_reading_every_rule_finds(found: list[Node], texts: list[Entry]) -> None:
    engine = Engine()
    for number, tree in enumerate(found):
        engine.add(f"query:{number}", tree)
    for entry in texts:
        expected = {f"query:{number}" for number, tree in enumerate(found) if brute.matches(tree, entry)}
        assert set(engine.matching(entry)) == expected
        assert {hit.rule for hit in engine.match(entry)} == expected


@settings(max_examples=120, deadline=None)
@given(st.lists(rules, min_size=2, max_size=10), st.data(), entries)
def test_what_is_removed_leaves_no_trace(found: list[Node], data: st.DataObject, entry: Entry) -> None:
    engine = Engine()
    for number, tree in enumerate(found):
        engine.add(f"query:{number}", tree)
        engine.matching(entry)
    gone = data.draw(st.sets(st.sampled_from(range(len(found)))))
    for number in gone:
        assert engine.remove(f"query:{number}")
        assert not engine.remove(f"query:{number}")
    left = {f"query:{number}" for number, tree in enumerate(found) if number not in gone and brute.matches(tree, entry)}
    assert set(engine.matching(entry)) == left
    for number in gone:
        engine.add(f"query:{number}", found[number])
    assert set(engine.matching(entry)) == {f"query:{n}" for n, tree in enumerate(found) if brute.matches(tree, entry)}


@settings(max_examples=150, deadline=None)
@given(trees, entries)
def test_the_canonical_form_means_the_same(tree: Node, entry: Entry) -> None:
    assert brute.matches(canonical(tree), entry) == brute.matches(tree, entry)
    assert canonical(canonical(tree)) == canonical(tree)
