"""Who is mentioned, and by which alert of a story."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands.mention import MOST, Mentions, called
from bot.core.commands.options import fitted
from bot.core.errors import QueryError
from bot.core.message import SEVERITIES, Alert, Call

GROUPS = Mentions("a group", re.compile(r"(?:<(?=.*>))?(S\d+)>?"))
WEIGHTS = st.sampled_from(SEVERITIES)


def alert(**fields: Any) -> Alert:
    return Alert(**{"delivery_id": 1, "kind": "new", "story_id": 1, "title": "One", "url": "", "summary": "",
                    "outlets": (), "topics": (), "published": 0} | fields)  # fmt: skip


def test_only_what_has_the_shape_of_an_id_can_be_mentioned() -> None:
    texts = ("S12", " <S12> ", "<S12", "12", "@everyone", "")
    assert [GROUPS.id_in(text) for text in texts] == ["S12", "S12", "", "", "", ""]


def test_each_is_mentioned_once_and_a_message_mentions_few() -> None:
    calls = tuple(Call(f"S{n}{n}", "normal") for n in (1, 1, 2, 3, 4, 5, 6, 7))
    assert called(GROUPS, {"mention": "S22"}, alert(calls=calls)) == ("S22", "S11", "S33", "S44", "S55")
    assert len(called(GROUPS, {}, alert(calls=calls))) == MOST


@pytest.mark.parametrize("kind", ["digest", "sample"])
def test_nobody_is_mentioned_but_for_news(kind: str) -> None:
    assert called(GROUPS, {"mention": "S11"}, alert(kind=kind)) == ()


@pytest.mark.usefixtures("untraced")
@given(WEIGHTS, st.lists(WEIGHTS, min_size=1, max_size=6))
def test_whatever_way_a_story_takes_each_is_mentioned_once_when_their_weight_is_reached(
    since: str, steps: list[str]
) -> None:
    told, mentions = "", 0
    for step in steps:
        now = max(told or step, step, key=SEVERITIES.index)
        made = alert(kind="update" if told else "new", severity=now, before=told, calls=(Call("S11", since),))
        mentions += len(called(GROUPS, {}, made))
        told = now
    assert mentions == any(SEVERITIES.index(step) >= SEVERITIES.index(since) for step in steps)


def test_options_fit_their_platform() -> None:
    able, unable = frozenset[str](), frozenset(("thread",))
    assert fitted({"mention": "<S12>", "mode": "hourly"}, GROUPS, able) == {"mention": "S12", "mode": "hourly"}
    with pytest.raises(QueryError, match="“mention” must be a group"):
        fitted({"mention": "12"}, GROUPS, able)
    with pytest.raises(QueryError, match="a role on Discord"):
        fitted({"mention": "S12"}, None, able)
    assert fitted({"thread": "topic"}, GROUPS, able) == {"thread": "topic"}
    with pytest.raises(QueryError, match="Discord and Slack"):
        fitted({"thread": "topic"}, None, unable)
