"""An item as it is taken in: what its feed says of it, within bounds and without markup."""

from __future__ import annotations

import pytest

from bot.core.model import Entry, ParsedEntry
from bot.ingest.adopt import adopt
from bot.ports import Feed
from bot.rules.rulebook import Rulebook

FEED = Feed(1, "https://feeds.example/a.xml", source="The Wire")


def adopted(**fields: str) -> Entry:
    return adopt(ParsedEntry("1", "https://a.example/1", "News", "", "")._replace(**fields), FEED, 0)


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Using <video> in HTML", "Using <video> in HTML"),
        ("std::vector<int> is no array", "std::vector<int> is no array"),
        ("Fish &amp; chips", "Fish & chips"),
        ("<b>Breaking</b><br>news", "Breaking news"),
    ],
)
def test_a_title_is_one_line_whose_brackets_may_be_meant(title: str, kept: str) -> None:
    assert adopted(title=title).title == kept


def test_an_outlet_is_a_name_not_a_text() -> None:
    assert adopted(outlet="Reuters\n\n● breaking · made up").source == "Reuters ● breaking · made up"
    assert adopted(outlet="<b>AP</b>").source == "AP"
    assert len(adopted(outlet="Evil " * 200_000).source) <= 120
    assert adopted(outlet=" ").source == "The Wire"
    assert len(adopted(form="S-1" * 1_000).form) <= 60


def test_a_feed_with_a_new_outlet_in_each_item_fills_no_memory() -> None:
    rules = Rulebook()
    rules.lately.note((number, adopted(outlet=f"Outlet {number}")) for number in range(900))
    rules.lately.note((1, adopted(outlet="Outlet 7")) for _ in range(3))
    rules.lately.note((number, adopted(outlet=f"Other {number}")) for number in range(5_000))
    assert len(rules.lately.outlets) <= 1_000
    assert rules.lately.outlets["Outlet 7"] == 4


def test_whoever_asked_last_is_remembered_for_completion() -> None:
    rules = Rulebook()
    for number in range(1_200):
        rules.lately.note_query(("discord", "guild", f"{number}"), "h20 AND ban")
        rules.lately.note_query(("discord", "guild", "0"), f"query {number}")
    assert len(rules.lately.asked) == 1_000
    assert len(rules.lately.asked["discord", "guild", "0"]) == 50
    assert ("discord", "guild", "1199") in rules.lately.asked
    assert ("discord", "guild", "1") not in rules.lately.asked
