"""What a platform sends is checked where it comes in."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.discord.asking import channel_named, pointed_story, read_ask
from handlers.discord.modals import filled
from handlers.discord.payloads import checked as of_discord
from handlers.payload import sound
from handlers.slack.payloads import checked as of_slack

_PART: dict[str, Any] = {"name": str, "parts": []}
_PART["parts"].append(_PART)
DEEP: dict[str, Any] = {}
for _ in range(5_000):
    DEEP = {"a": [DEEP]}

KEYS = st.sampled_from(
    [
        "options",
        "name",
        "value",
        "values",
        "focused",
        "resolved",
        "channels",
        "messages",
        "7",
        "components",
        "component",
    ]
)
MORE = st.sampled_from(["custom_id", "accessory", "embeds", "author", "content", "target_id", "id"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "7", "subscribe", "\ud800", "s2:story:7"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | MORE, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("shape", "good", "bad"),
    [
        (str, "x", 1),
        ({"view": {"id": str}}, {"view": {"id": "V1", "more": 7}}, {"view": True}),
        ({"view": {"id": str}}, {"view": None}, {"view": {"id": ["V1"]}}),
        ([{"name": str}], [{"name": "a"}, {}], [{"name": "a"}, {"name": 1}]),
        ([{"name": str}], [], [None]),
        ({"*": {"*": dict}}, {"a": {"b": {}}}, {"a": {"b": "c"}}),
        (_PART, {"parts": [{"parts": [{"name": "a"}]}]}, {"parts": [{"parts": [{"name": 7}]}]}),
        (dict, {}, DEEP),
    ],
)
def test_what_does_not_fit_is_nothing(shape: Any, good: Any, bad: Any) -> None:
    assert sound(good, shape) == good
    assert sound(bad, shape) is None


def test_texts_can_be_kept() -> None:
    assert sound({"a\ud800": ["b\udfff", {"c": "芯\ud800片"}, 7, True]}, dict) == {
        "a?": ["b?", {"c": "芯?片"}, 7, True]
    }


@pytest.mark.parametrize(
    "body", [{"view": True}, {"text": ["a"]}, {"actions": [7]}, {"view": {"state": {"values": {"a": 1}}}}, ["a"]]
)
def test_what_slack_would_never_send(body: Any) -> None:
    assert of_slack(body) is None


@pytest.mark.usefixtures("untraced")
@given(JSON)
def test_whatever_discord_sends_can_be_read(data: Any) -> None:
    given = of_discord(data)
    ask = read_ask(given, "7")
    assert not any("\ud800" in text for text in ask.args.values())
    channel_named(given, "7")
    pointed_story(given, "7")
    filled("edit:what:7", given)
