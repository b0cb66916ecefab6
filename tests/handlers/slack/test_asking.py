"""Payloads read back: whatever stands in them, nothing raises and nothing is believed that is not there."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.commands.spec import COMMANDS
from handlers.slack.asking import (
    Place,
    first_link,
    is_channel,
    named_channel,
    once_key,
    plain_line,
    press_line,
    pressed_channel,
    read_place,
    shown_name,
    story_of,
    wants_modal,
)
from handlers.slack.home import read_meta
from handlers.slack.modals import read_form
from tests.handlers.slack.helpers import voice

pytestmark = pytest.mark.usefixtures("untraced")

# fmt: off
KEYS = st.sampled_from([
    "type", "event_id", "view", "id", "hash", "trigger_id", "container", "channel",
    "channel_id", "user", "user_id", "team", "team_id", "blocks", "elements", "action_id",
    "value", "attachments", "title_link", "text", "url", "state", "values", "selected_option",
    "private_metadata",
])
# fmt: on
WORDS = st.text(max_size=20) | st.sampled_from(["press1:0:story", "42", "link"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["press1:0:story", "42", "link"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@pytest.mark.usefixtures("untraced")
@given(st.dictionaries(KEYS, JSON, max_size=8))
@settings(max_examples=150, deadline=None)
def test_any_payload_can_be_read(body: dict[str, Any]) -> None:
    place = read_place(body)
    assert all(isinstance(part, str) for part in place)
    assert isinstance(once_key(body), str)
    assert isinstance(first_link(body), str)
    assert story_of(body) == "" or story_of(body).isdecimal()
    assert all(isinstance(part, str) for part in read_meta(body))
    for command in COMMANDS:
        args, errors = read_form(command, body, voice)
        assert all(isinstance(text, str) for text in {**args, **errors}.values())


@given(st.text(max_size=60) | st.text(st.sampled_from('<>#@!|&;ampltgCUS^=" x'), max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_line_can_be_read(text: str) -> None:
    line = plain_line(text)
    assert wants_modal(line) in ("", "subscribe", "settings")
    assert isinstance(named_channel(line), str)


def test_places() -> None:
    typed = {"team_id": "T1", "channel_id": "C1", "channel_name": "news", "user_id": "U1"}
    pressed = {"team": {"id": "T1"}, "container": {"channel_id": "C1"}, "user": {"id": "U1"}}
    hidden = {**typed, "channel_name": "privategroup"}
    assert read_place(typed) == Place("T1", "U1", "C1", "news")
    assert read_place(pressed) == Place("T1", "U1", "C1", "")
    assert read_place(hidden).channel_name == ""
    assert read_place({"user": {"id": "U1", "team_id": "T2"}, "team": None}) == Place("T2", "U1")
    cut = {**typed, "channel_id": "C\ud800", "channel_name": "new\ud83d"}
    assert read_place(cut) == Place("T1", "U1", "C?", "new?")
    assert shown_name("\ud800") == "#?"


LINES = [
    ("subscribe a channel=<#C12|policy>", "subscribe a channel=C12"),
    ("subscribe a channel=<#C12>", "subscribe a channel=C12"),
    ("settings mention=<!subteam^S12|@desk>", "settings mention=S12"),
    ("story <https://a.org/?x=1&amp;y=2|a.org>", "story https://a.org/?x=1&y=2"),
    ("search a &lt; b &amp;amp; c", "search a < b &amp; c"),
    ("  latest ", "latest"),
    ("<!channel> <@U12|joe>", "<!channel> U12"),
]


@pytest.mark.parametrize(("text", "meant"), LINES)
def test_lines_as_they_were_meant(text: str, meant: str) -> None:
    assert plain_line(text) == meant


def test_what_tells_a_payload_again() -> None:
    assert once_key({"event_id": "Ev1"}) == "event:Ev1"
    assert once_key({"type": "view_submission", "view": {"id": "V1", "hash": "h"}, "trigger_id": "t"}) == "trigger:t"
    assert once_key({"type": "block_suggestion", "trigger_id": "t"}) == ""
    assert once_key({"trigger_id": "t"}) == "trigger:t"
    assert once_key({}) == ""


def test_presses_as_lines() -> None:
    assert press_line("story", "42") == "story 42"
    assert press_line("confirm", "what=x") == ""
    assert pressed_channel("confirm", "what=a\nchannel=C2") == "C2"
    assert pressed_channel("story", "channel=C2") == ""


def test_ids_of_channels() -> None:
    assert [ref for ref in ("C1", "D1", "G1", "U1", "c1", "C", "C1;", "C1\n", "#news", "") if is_channel(ref)] == [
        "C1",
        "D1",
        "G1",
    ]


@pytest.mark.case_id(98)
@pytest.mark.parametrize("part", ["<https://a", "<https://a|", "<#C1|", "<!subteam^S1|"])
async def test_case_098_a_message_of_nothing_but_beginnings_of_links_holds_nobody_up(part: str) -> None:
    """`tests.guard` judges how long the loop was held."""
    text = part * (80_000 // len(part))
    assert first_link({"text": text}).startswith("https://") == ("https" in part)
