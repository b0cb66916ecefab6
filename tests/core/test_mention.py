"""Who is mentioned, and by which alert of a story."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import QueryError
from bot.core.mention import MOST, called, mentioned
from bot.core.message import SEVERITIES, Alert, Call
from bot.core.options import fitted

WEIGHTS = st.sampled_from(SEVERITIES)


def alert(**fields: Any) -> Alert:
    return Alert(**{"delivery_id": 1, "kind": "new", "story_id": 1, "title": "One", "url": "", "summary": "",
                    "outlets": (), "topics": (), "published": 0} | fields)  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "text", "who"),
    [
        ("discord", "<@&12345>", "12345"),
        ("discord", " 12345 ", "12345"),
        ("discord", "S0123", ""),
        ("discord", "@everyone", ""),
        ("slack", "<!subteam^S0123|@desk>", "S0123"),
        ("slack", "S0123", "S0123"),
        ("slack", "<!channel>", ""),
        ("console", "S0123", ""),
    ],
)
def test_only_a_role_or_group_can_be_mentioned(platform: str, text: str, who: str) -> None:
    assert mentioned(platform, text) == who


def test_each_is_mentioned_once_and_a_message_mentions_few() -> None:
    calls = tuple(Call(f"S{n}{n}", "normal") for n in (1, 1, 2, 3, 4, 5, 6, 7))
    assert called("slack", {"mention": "S22"}, alert(calls=calls)) == ("S22", "S11", "S33", "S44", "S55")
    assert len(called("slack", {}, alert(calls=calls))) == MOST


@pytest.mark.parametrize("kind", ["digest", "sample"])
def test_nobody_is_mentioned_but_for_news(kind: str) -> None:
    assert called("slack", {"mention": "S11"}, alert(kind=kind)) == ()


@given(WEIGHTS, st.lists(WEIGHTS, min_size=1, max_size=6))
def test_whatever_way_a_story_takes_each_is_mentioned_once_when_their_weight_is_reached(
    since: str, steps: list[str]
) -> None:
    told, mentions = "", 0
    for step in steps:
        now = max(told or step, step, key=SEVERITIES.index)
        made = alert(kind="update" if told else "new", severity=now, before=told, calls=(Call("S11", since),))
        mentions += len(called("slack", {}, made))
        told = now
    assert mentions == any(SEVERITIES.index(step) >= SEVERITIES.index(since) for step in steps)


def test_options_fit_their_platform() -> None:
    assert fitted({"mention": "<@&12345>", "mode": "hourly"}, "discord") == {"mention": "12345", "mode": "hourly"}
    for platform in ("slack", "console"):
        with pytest.raises(QueryError, match="“mention” must be"):
            fitted({"mention": "<@&12345>"}, platform)
    assert fitted({"thread": "topic"}, "slack") == {"thread": "topic"}
    with pytest.raises(QueryError, match="Discord and Slack"):
        fitted({"thread": "topic"}, "webhook")
