"""A memory that saves work and never an item."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import ParsedEntry
from bot.core.units import DAY_MS
from bot.ingest.lookback import Lookback


def item(name: str, text: str = "") -> ParsedEntry:
    return ParsedEntry(name, f"https://example.com/{name}", name, text, "")


def items(names: str) -> list[ParsedEntry]:
    return [item(name) for name in names]


def test_only_what_is_new_or_changed_is_looked_at() -> None:
    memory = Lookback()
    assert memory.look(1, items("ba"), "trust", 0).unknown == items("ba")
    memory.keep(1, memory.look(1, items("ba"), "trust", 0), 0)
    assert memory.look(1, items("dcba"), "trust", 5).unknown == items("dc")
    assert memory.look(1, [item("b", "edited"), item("a")], "trust", 5).unknown == [item("b", "edited")]
    assert memory.look(2, items("ba"), "trust", 5).unknown == items("ba")
    assert memory.look(1, items("ba"), "ignore", 5).unknown == items("ba")
    memory.keep(1, memory.look(1, items("dc"), "trust", 5), 5)
    assert memory.look(1, items("dcb"), "trust", 6).unknown == items("b"), (
        "what left the list is looked up in the store"
    )


def test_what_stands_as_it_stood_is_still_known() -> None:
    memory = Lookback()
    memory.keep(1, memory.look(1, items("cba"), 0, 0), 0)
    memory.keep(1, memory.look(1, items("d"), 0, 5), 5, more=2)
    assert memory.look(1, items("dcba"), 0, 6).unknown == items("a")
    memory.keep(1, memory.look(1, items("e"), 0, DAY_MS), DAY_MS, more=3)
    assert memory.look(1, items("edcb"), 0, DAY_MS).unknown == items("dcb")


def test_once_a_day_everything_is_looked_at() -> None:
    memory = Lookback()
    for hour in range(24):
        memory.keep(1, memory.look(1, items("a"), 0, hour * 3_600_000), hour * 3_600_000)
        assert memory.look(1, items("a"), 0, hour * 3_600_000 + 1).unknown == []
    assert memory.look(1, items("a"), 0, DAY_MS).unknown == items("a")
    memory.keep(1, memory.look(1, items("a"), 0, DAY_MS), DAY_MS)
    assert memory.look(1, items("a"), 0, DAY_MS + 1).unknown == []


def test_the_feed_that_was_quiet_longest_is_forgotten_first() -> None:
    memory = Lookback(items=5)
    memory.keep(1, memory.look(1, items("ab"), 0, 0), 0)
    memory.keep(2, memory.look(2, items("cd"), 0, 0), 0)
    memory.keep(1, memory.look(1, items("ab"), 0, 0), 0)
    memory.keep(3, memory.look(3, items("ef"), 0, 0), 0)
    assert memory.look(2, items("cd"), 0, 0).unknown == items("cd")
    assert memory.look(1, items("ab"), 0, 0).unknown == memory.look(3, items("ef"), 0, 0).unknown == []
    memory.keep(4, memory.look(4, items("abcdefgh"), 0, 0), 0)
    assert memory.look(4, items("a"), 0, 0).unknown == items("a"), "one feed over the limit is not remembered at all"


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.tuples(st.integers(1, 3), st.text("abcdef", max_size=6)), max_size=30))
def test_every_item_is_looked_at_once_at_least(polls: list[tuple[int, str]]) -> None:
    memory = Lookback(items=8)
    stored: set[tuple[int, str]] = set()
    for feed, names in polls:
        stored |= {(feed, one.id) for one in memory.look(feed, items(names), 0, 0).unknown}
        assert {(feed, name) for name in names} <= stored
        memory.keep(feed, memory.look(feed, items(names), 0, 0), 0)
