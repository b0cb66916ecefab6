"""Texts of any length: within Slack's limits, and cut rather than left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.message import OutletLine, Reply, Sentence, TopicLine
from handlers.slack.render import alert_message, news_message, reply_blocks, reply_text
from tests.fakes.slack.limits import message_problems
from tests.fakes.slack.reader import buttons, read_blocks
from tests.handlers.slack.helpers import NOW, alert, voice

LONG = "&lt;<!channel> *中芯国际* " * 60
URL = "https://outlet.example/" + "p" * 1500
LONGEST = alert(
    kind="update",
    severity="breaking",
    before="normal",
    title=LONG,
    url=URL,
    summary=LONG,
    news=LONG,
    outlets=tuple(OutletLine(LONG, URL, NOW) for _ in range(30)),
    topics=tuple(TopicLine(f"topic:{n}", LONG, tuple(f"{LONG}{m}" for m in range(9))) for n in range(9)),
    also=(LONG,) * 9,
)


@pytest.mark.parametrize("sentences", [0, 1, 3, 8])
@pytest.mark.parametrize("lure", [False, True])
def test_an_alert_that_is_as_long_as_can_be(sentences: int, lure: bool) -> None:
    drawn = tuple(Sentence(LONG, LONG, URL) for _ in range(sentences))
    longest = replace(LONGEST, sentences=drawn, teller="" if drawn else LONG)
    longest = replace(longest, url=f"https://discord-nitro-gift.example/{'p' * 900}") if lure else longest
    for made in (alert_message(longest, voice, ("S1",) * 5), news_message(longest, voice, ("S1",) * 5, titled=True)):
        assert message_problems({"text": made.text, "blocks": made.blocks}) == []
    assert len(buttons(alert_message(longest, voice).blocks)) == 7
    assert alert_message(alert(), voice).blocks[1]["type"] == "context", "a usual one has one block of text"


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("title", [1, 899, 900, 901])
@pytest.mark.parametrize("line", [1, 1000, 2095, 2096, 2097, 2100, 5000])
@pytest.mark.parametrize("ok", [True, False])
def test_a_line_that_is_too_long_is_cut_and_the_rest_left_out(title: int, line: int, ok: bool) -> None:
    for lines in range(4):
        reply = Reply("t" * title, ("l" * line,) * lines, ok=ok)
        blocks = reply_blocks(reply, voice)
        assert message_problems({"text": reply_text(reply), "blocks": blocks}) == []
        shown = "".join(read_blocks(blocks).lines).count("l")
        assert shown >= min(line * lines, 2093), "3,000 but for the head, its mark, three line breaks and an ellipsis"
