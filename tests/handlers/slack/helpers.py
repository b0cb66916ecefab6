"""Alerts, deliveries and Slack's own payloads, small."""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.core.message import Alert, OutletLine, TopicLine
from bot.core.model import Channel
from bot.ports import Delivery, Voice
from handlers.slack.run import SlackPlatform
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.server import sign
from tests.wording import WORDS

NOW = 1_764_000_000_000
Json = dict[str, Any]
_numbers = itertools.count(1)


voice = Voice(WORDS)


def alert(**changes: Any) -> Alert:
    """A plain alert about one story."""
    values: dict[str, Any] = {
        "delivery_id": 7,
        "kind": "new",
        "story_id": 42,
        "title": "US tightens H20 export rules",
        "url": "https://www.reuters.com/tech/h20?a=1&b=2",
        "summary": "The Commerce Department said Nvidia’s H20 needs a licence. 中芯国际 fell 3%.",
        "outlets": (
            OutletLine("Reuters", "https://www.reuters.com/tech/h20", NOW),
            OutletLine("财新", "https://caixin.example/1", NOW + 60_000),
        ),
        "topics": (TopicLine("topic:export-controls", "Export controls", ("H20", "licence", "中芯")),),
        "published": NOW,
        "severity": "notable",
    }
    return Alert(**{**values, **changes})


def delivery(**changes: Any) -> Delivery:
    """A delivery as the lane hands it over."""
    values: dict[str, Any] = {"id": 7, "channel_id": 1, "story_id": 42, "kind": "new", "tries": 0, "created_at": NOW}
    return Delivery(**{**values, **changes})


def channel(ref: str = "C1", team: str = "T1", **settings: str) -> Channel:
    """A channel of the store."""
    return Channel(1, "slack", team, ref, "news", dict(settings))


def typed(text: str, url: str = "", **changes: Any) -> Json:
    """A slash command as Slack delivers it."""
    return {
        "command": "/tocsin",
        "text": text,
        "team_id": "T1",
        "channel_id": "C1",
        "channel_name": "news",
        "user_id": "U1",
        "api_app_id": "A1",
        "response_url": url,
        "trigger_id": f"trigger-{next(_numbers)}",
        **changes,
    }


def interaction(kind: str, **changes: Any) -> Json:
    """A press, shortcut or submission as Slack delivers it."""
    return {
        "type": kind,
        "team": {"id": "T1", "domain": "newsroom"},
        "user": {"id": "U1", "team_id": "T1"},
        "api_app_id": "A1",
        "trigger_id": f"trigger-{next(_numbers)}",
        **changes,
    }


def press(button: Json, url: str = "", **changes: Any) -> Json:
    """A press of a rendered button in a channel's message."""
    action = {"type": "button", "block_id": "b", "action_ts": "1.1", **button}
    usual: Json = {
        "actions": [action],
        "channel": {"id": "C1", "name": "news"},
        "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1", "is_ephemeral": False},
        "response_url": url,
    }
    return interaction("block_actions", **{**usual, **changes})


def event(body: Json, **changes: Any) -> Json:
    """An event as Slack delivers it."""
    return {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event": body,
        "event_id": f"Ev{next(_numbers)}",
        "event_time": NOW // 1000,
        "authorizations": [{"team_id": "T1", "user_id": "UBOTT1", "is_bot": True}],
        **changes,
    }


class Wire:
    """Delivers what Slack delivers, by one of its two ways, and waits until the work on it is done."""

    def __init__(self, slack: FakeSlack, platform: SlackPlatform, *, http: bool) -> None:
        self.slack = slack
        self.platform = platform
        self.http = http

    async def send(self, kind: str, payload: Json, *, wait: bool = True) -> Json:
        """`kind`: slash_commands, interactive or events_api. Returns the acknowledgement's payload."""
        answer = await (self._post(kind, payload) if self.http else self.slack.envelope(kind, payload))
        if wait:
            await self.platform.tasks.idle()
        return answer

    async def command(self, text: str, **changes: Any) -> Json:
        """Type a command; the answer that came back by its response URL."""
        await self.send("slash_commands", typed(text, self.slack.hook(), **changes))
        return self.slack.answers[-1][1]

    async def press(self, button: Json, **changes: Any) -> Json:
        """Press a button in a channel; the answer."""
        await self.send("interactive", press(button, self.slack.hook(), **changes))
        return self.slack.answers[-1][1]

    async def _post(self, kind: str, payload: Json) -> Json:
        body, content = http_body(kind, payload)
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{self.platform.port}/slack/events"
            async with session.post(url, data=body, headers={**sign(body), "content-type": content}) as answer:
                assert answer.status == 200
                text = await answer.text()
        said = json.loads(text) if text.startswith("{") else {}
        self.slack.check_ack(said)
        return said


def http_body(kind: str, payload: Json) -> tuple[bytes, str]:
    """A payload as Slack posts it: commands as a form, interactions as JSON in a form, events as JSON."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"
