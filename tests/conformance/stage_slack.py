"""A person on Slack: commands and presses over Socket Mode, alerts by the Web API, through slack_bolt."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.commands.desk import Desk
from bot.core.message import Alert
from bot.core.model import Channel
from handlers.slack.run import SlackOptions, SlackPlatform
from tests.conformance.stage import Seen, Stage, Witness, before, desk_of_town, posted
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.reader import buttons as slack_buttons
from tests.fakes.slack.reader import read_blocks
from tests.handlers.slack.helpers import Wire, event, interaction
from tests.wording import WORDS

Json = dict[str, Any]
_GENERAL = {"id": "C1", "name": "general"}


class SlackStage:
    """Slash commands and presses over Socket Mode, answers by response URL, alerts by the Web API."""

    name, presses = "slack", True

    def __init__(self, slack: FakeSlack, platform: SlackPlatform, commands: Witness, desk: Desk) -> None:
        self.slack, self.wire, self.desk = slack, Wire(slack, platform, http=False), desk
        self.platform = platform
        self.replies = commands.replies
        self.team = slack.team()
        self._rooms = 1
        slack.channel(self.team, "C1", members={"U1"})

    async def ask(self, name: str, args: Mapping[str, str], *, locale: str = "en", may_configure: bool = True) -> Seen:
        await self._speaks(locale)
        self.team.admins = {"U1"} if may_configure else set()
        line = " ".join([name, *(f"{key}={_quoted(value)}" for key, value in args.items())])
        return _slack_seen(await self.wire.command(_as_sent(line.strip()), channel_name="general"))

    async def press(self, action: str, value: str) -> Seen:
        self.team.admins = {"U1"}
        return _slack_seen(await self.wire.press({"action_id": f"press1:0:{action}", "value": value}, channel=_GENERAL))

    async def deliver(self, alert: Alert, language: str = "en") -> list[Seen]:
        self._rooms += 1
        room = self.slack.channel(self.team, f"C{self._rooms}", members={"U1"})
        channel = Channel(self._rooms, "slack", "T1", room.id, "news", {"language": language})
        await posted(self.platform, channel, alert, before(alert))
        return [_slack_seen(message) for message in room.messages]

    async def at_home(self) -> None:
        """Look at the Home tab."""
        self.slack.channel(self.team, "D1", im_user="U1")
        self.team.admins = {"U1"}
        body = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}
        await self.wire.send("events_api", event(body))

    async def home_press(self, button: Json) -> None:
        """Press a button on it."""
        view = self.slack.methods.homes["U1"]
        await self.wire.send(
            "interactive", interaction("block_actions", actions=[{"type": "button", **button}], view=view)
        )

    async def home_form(self, name: str, **filled: str) -> None:
        """Open the form of a command there, choose, and send it."""
        await self.home_press({"action_id": "press1:0:form", "value": name})
        view = list(self.slack.methods.views.values())[-1]
        values = {key: {"complete1": {"selected_option": {"value": value}}} for key, value in filled.items()}
        sent = interaction("view_submission", view={**view, "state": {"values": values}})
        await self.wire.send("interactive", sent)

    async def _speaks(self, locale: str) -> None:
        wanted = "" if locale == "en" else locale
        channel = await self.desk.store.find_channel("slack", "T1", "C1")
        if wanted or (channel and channel.settings.get("language")):
            channel = channel or await self.desk.store.channel("slack", "T1", "C1", "general")
            await self.desk.store.configure(channel, {"language": wanted})


def _quoted(value: str) -> str:
    return f"“{value}”" if re.search(r"\s", value) else value


def _as_sent(line: str) -> str:
    """What Slack makes of a typed line."""
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_seen(body: Json) -> Seen:
    shown = read_blocks(body["blocks"])
    assert shown.calls == [], "nobody is called"
    pressed = [
        (each["action_id"].rpartition(":")[2], each.get("value", ""))
        for each in slack_buttons(body["blocks"])
        if not each.get("url")
    ]
    links = [url for url, _ in shown.links]
    return Seen(shown.text, links, shown.bold, pressed, body.get("response_type") == "ephemeral")


@asynccontextmanager
async def slack_stage() -> AsyncIterator[Stage]:
    """Slack on loopback; only admins may configure, so that a refusal can be had."""
    async with desk_of_town() as (commands, platforms, desk), FakeSlack() as slack:
        options = SlackOptions(bot_token="xoxb-1", app_token="xapp-1", api_base=slack.api, policy="admins")
        platform = SlackPlatform(options, commands, WORDS, desk.store, desk.store)
        platforms["slack"] = platform
        stage = SlackStage(slack, platform, commands, desk)
        try:
            await platform.start()
            async with asyncio.timeout(60):
                await slack.connected.wait()
            yield stage
        finally:
            await platform.close()
        assert slack.problems == []
