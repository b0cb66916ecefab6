"""Alerts in a channel's own shape, on Discord and Slack: within limits, and no live mention whatever is in them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alerts.shape import shaped
from bot.core.alerts.template import NAMES, parse_template
from bot.core.errors import QueryError
from bot.core.message import Alert
from bot.ports import Voice
from handlers.discord.fallbacks import alert_embed, alert_plain
from handlers.discord.layout import alert_layout, alert_lines
from handlers.slack.render import alert_message
from tests.fakes.discord.limits import message_faults
from tests.fakes.slack.limits import message_problems
from tests.handlers.discord.helpers import an_alert
from tests.handlers.slack.helpers import voice as slack_voice
from tests.wording import WORDS

VOICE = Voice(WORDS)
LIVE = re.compile(r"@(?:everyone|here)|(?<!\\)<(?:@|#|!)", re.IGNORECASE)
SIGNS = ["@", "everyone", "here", "<", "@&", "123", ">", "<!channel>", "](", "*", "`", "\\", "\n"]
TEXT = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(SIGNS), max_size=12).map("".join))
PLACE = st.sampled_from([f"{{{name}}}" for name in NAMES] + ["[ – {news}]", "**{title}**"])
TEMPLATES = st.lists(st.one_of(TEXT, PLACE), min_size=1, max_size=8).map("".join)


def made(template: str, text: str) -> Alert | None:
    try:
        parse_template(template)
    except QueryError:
        return None
    return shaped(an_alert(title=text, summary=text, news=text), template)


@pytest.mark.usefixtures("untraced")
@settings(max_examples=150, deadline=None)
@given(TEMPLATES, TEXT)
def test_limits_hold_and_nobody_is_called(template: str, text: str) -> None:
    alert = made(template, text)
    if alert is None:
        return
    for form in (alert_layout, alert_embed, alert_plain):
        assert message_faults(form(alert, VOICE).body) == []
    if alert.form:
        assert not LIVE.search("\n".join(alert_lines(alert, VOICE)))
    message = alert_message(alert, slack_voice)
    assert message_problems({"blocks": message.blocks, "text": message.text}) == []
    assert '"usergroup' not in json.dumps(message.blocks)


def test_markdown_counts_in_the_templates_own_words_alone() -> None:
    alert = made("**{title}**[ – {also}]\n_{outlets}_ [[read]]({link})", "**H20** <@1> _ban_")
    assert alert is not None
    (shown,) = alert_lines(alert, VOICE)
    assert shown == (
        "**\\*\\*H20\\*\\* \\<@\u200b1\\> \\_ban\\_**\n"
        "_Reuters, 财新_ [read](https://www.reuters.com/technology/us-widens-h20-ban)"
    )
    body = alert_message(alert, slack_voice).blocks[0]
    first, *_ = body["elements"][0]["elements"]
    assert first == {"type": "text", "text": "**H20** <@1> _ban_", "style": {"bold": True}}


def test_who_else_reports_is_named() -> None:
    alert = an_alert(kind="update", also=("Reuters", "财新", "SEC 8-K", "A", "B"))
    assert any("also: Reuters, 财新, SEC 8-K (+2)" in line for line in alert_lines(alert, VOICE))
    assert "also: Reuters, 财新, SEC 8-K (+2)" in json.dumps(
        alert_message(alert, slack_voice).blocks, ensure_ascii=False
    )
