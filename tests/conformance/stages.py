"""Three platforms, each asked the same way: what a person types, presses and sees there, by the platform's own means.

The commands are the real ones over a real store; the chat platforms are reached through the unmodified client
libraries and the fakes of their servers. `replies` holds what the commands answered before anything was rendered.
"""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from rich.console import Console

from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.core.message import Alert, Reply
from bot.core.model import Channel
from bot.core.spec import BY_NAME
from bot.ports import Asker, Delivery, Platform, Sent
from bot.rulebook import Rulebook
from handlers.console import ConsolePlatform, render_reply
from handlers.discord.ids import decode, encode, unstash
from handlers.discord.memory import InMemory
from handlers.discord.run import DiscordOptions, DiscordPlatform
from handlers.slack.run import SlackOptions, SlackPlatform
from tests.conformance.town import NOW, TOPICS, WORDS, filled_store
from tests.fakes.discord.interactions import MANAGE_GUILD, Exchange
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import shown
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.reader import buttons as slack_buttons
from tests.fakes.slack.reader import read_blocks
from tests.handlers.discord import helpers as discord_side
from tests.handlers.discord.reader import read
from tests.handlers.slack.helpers import Wire, event, interaction

Json = dict[str, Any]
_BLOCK = re.compile(r"(?:### |-# |- )?")
_GENERAL = {"id": "C1", "name": "general"}


@dataclass
class Seen:
    """What a person sees: text, links, what is bold, buttons (action, value), and whether others see it too."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    private: bool = True


class Stage(Protocol):
    """A platform with a person in front of it."""

    name: str
    presses: bool
    replies: list[Reply]

    async def ask(
        self, name: str, args: Mapping[str, str], *, locale: str = "en", may_configure: bool = True
    ) -> Seen: ...

    async def press(self, action: str, value: str) -> Seen: ...

    async def deliver(self, alert: Alert, language: str = "en") -> list[Seen]: ...


class Witness(CommandDesk):
    """The real commands; what they answer is kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.replies: list[Reply] = []

    async def run(self, asker: Asker, name: str, args: Mapping[str, str]) -> Reply:
        self.replies.append(await super().run(asker, name, args))
        return self.replies[-1]


@asynccontextmanager
async def _desk() -> AsyncIterator[tuple[Witness, dict[str, Platform], Desk]]:
    store = await filled_store()
    platforms: dict[str, Platform] = {}
    rules = await asyncio.to_thread(Rulebook, TOPICS)  # as the program does: it takes a tenth of a second
    desk = Desk(store, rules, WORDS, lambda: NOW, platforms)
    try:
        yield Witness(desk), platforms, desk
    finally:
        await store.close()


def _delivery(alert: Alert, channel: Channel, ref: str = "") -> Delivery:
    return Delivery(alert.delivery_id, channel.id, alert.story_id, alert.kind, 0, alert.published, ref)


async def _posted(platform: Platform, channel: Channel, alert: Alert, first: Alert | None) -> None:
    """Post an alert; an update goes onto the alert that it grew from."""
    ref = ""
    if first is not None:
        sent = await platform.send(channel, first, _delivery(first, channel))
        assert isinstance(sent, Sent), sent
        ref = sent.ref
    sent = await platform.send(channel, alert, _delivery(alert, channel, ref))
    assert isinstance(sent, Sent), sent


class DiscordStage:
    """Interactions over the gateway, answers and alerts by REST."""

    name, presses = "discord", True

    def __init__(
        self, fake: FakeDiscord, platform: DiscordPlatform, memory: InMemory, commands: Witness, desk: Desk
    ) -> None:
        self.fake, self.platform, self._memory, self.desk = fake, platform, memory, desk
        self.replies = commands.replies
        self.room = fake.world.channel(fake.world.guild())

    async def ready(self) -> None:
        await self.fake.gateway.ready.wait()
        await self.fake.gateway.dispatch("GUILD_CREATE", self.fake.gateway.guild_data(self.room.guild))

    async def ask(self, name: str, args: Mapping[str, str], *, locale: str = "en", may_configure: bool = True) -> Seen:
        typed = {key: _typed(name, key, value) for key, value in args.items()}
        who = {"locale": locale, "permissions": MANAGE_GUILD if may_configure else 0}
        return await self._seen(await discord_side.typed(self.fake, self.room, name, typed, **who))

    async def press(self, action: str, value: str) -> Seen:
        custom = encode(action, value)
        button = {"type": 2, "style": 2, "label": "press", "custom_id": custom.text}
        message = shown(self.fake.world.made(self.room.id, {"components": [{"type": 1, "components": [button]}]}))
        if custom.key:
            await self._memory.set(f"discord.button.{custom.key}", custom.kept)
        exchange = await self.fake.happens(self.fake.users.pressed(self.room, message, custom.text))
        await exchange.answered()
        return await self._seen(exchange)

    async def deliver(self, alert: Alert, language: str = "en") -> list[Seen]:
        there = self.fake.world.channel(self.room.guild)
        channel = discord_side.as_channel(there, language=language)
        await _posted(self.platform, channel, alert, before(alert))
        return [self._read(message) for message in there.messages]

    async def _seen(self, exchange: Exchange) -> Seen:
        bodies = [body for body in (exchange.original, *exchange.followups) if body]
        async with asyncio.timeout(60):
            while not self._stashes(bodies) <= self._memory.texts.keys():  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.001)  # kept once the answer is out
        parts = [self._read(body) for body in bodies]
        private = all((body.get("flags") or 0) & 64 for body in bodies)
        return Seen(
            "\n".join(part.text for part in parts),
            [link for part in parts for link in part.links],
            [term for part in parts for term in part.bold],
            [button for part in parts for button in part.buttons],
            private,
        )

    def _stashes(self, bodies: Sequence[Json]) -> set[str]:
        """Under which keys lies what their buttons stand for."""
        pressed = [decode(one.get("custom_id", "")) for body in bodies for one in discord_side.buttons(body)]
        return {f"discord.button.{one.stash}" for one in pressed if one and one.stash}

    def _read(self, body: Json) -> Seen:
        seen = Seen()
        for line in "\n".join(discord_side.texts(body)).split("\n"):
            found = _BLOCK.match(line)
            told = read(re.sub(r"<#(\d+)>", r"\1", line), block=found[0] if found else "")
            seen.text += told.text + "\n"
            seen.links += [url for _, url in told.links]
            seen.bold += told.bold
        for button in discord_side.buttons(body):
            if url := button.get("url"):
                seen.links.append(url)
                continue
            pressed = decode(button["custom_id"])
            assert pressed is not None
            if pressed.stash:
                pressed = unstash(self._memory.texts[f"discord.button.{pressed.stash}"])
            seen.buttons.append((pressed.action, pressed.value))
        return seen


def _typed(name: str, key: str, value: str) -> str | int | bool:
    """An argument as Discord's client sends it."""
    arg = BY_NAME[name].arg(key)
    if arg is not None and arg.kind == "flag":
        return value == "yes"
    return int(value) if arg is not None and arg.kind == "integer" else value


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
        await _posted(self.platform, channel, alert, before(alert))
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


class ConsoleStage:
    """The terminal of whoever runs the program; it has no buttons and nobody else to see an answer."""

    name, presses = "console", False

    def __init__(self, platform: ConsolePlatform, out: io.StringIO, commands: Witness) -> None:
        self._platform, self._out, self._commands = platform, out, commands
        self.replies = commands.replies

    async def ask(self, name: str, args: Mapping[str, str], *, locale: str = "en", may_configure: bool = True) -> Seen:
        return self._shown(await self._commands.run(self._asker(locale, may_configure), name, args))

    async def press(self, action: str, value: str) -> Seen:
        return self._shown(await self._commands.press(self._asker("en", True), action, value))

    async def deliver(self, alert: Alert, language: str = "en") -> list[Seen]:
        channel = Channel(1, "console", "local", "terminal", settings={"language": language})
        start = self._out.tell()
        await _posted(self._platform, channel, alert, None)
        return [_plain(self._out.getvalue()[start:])]

    def _asker(self, locale: str, may_configure: bool) -> Asker:
        return Asker("console", "local", "terminal", "owner", "#general", may_configure, locale, True)

    def _shown(self, reply: Reply) -> Seen:
        out = io.StringIO()
        Console(file=out, width=400, color_system=None).print(render_reply(reply), soft_wrap=True)
        seen = _plain(out.getvalue())
        seen.private = reply.private
        return seen


def _plain(text: str) -> Seen:
    return Seen(text, re.findall(r"https?://\S+", text))


def before(alert: Alert) -> Alert | None:
    """The alert that an update grows from; None for all others."""
    return None if alert.kind != "update" else Alert(
        alert.delivery_id - 1, "new", alert.story_id, alert.title, alert.url, "", (), alert.topics, alert.published
    )  # fmt: skip


@asynccontextmanager
async def discord_stage() -> AsyncIterator[Stage]:
    """Discord on loopback; what breaks its documented limits or its description fails at the end."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    async with _desk() as (commands, platforms, desk), FakeDiscord() as fake:
        memory = InMemory()
        platform = DiscordPlatform(
            TOKEN,
            commands=commands,
            words=WORDS,
            memory=memory,
            api_base=fake.api,
            gateway_url=fake.gateway.url,
            options=DiscordOptions(send_timeout_s=5.0, identify_wait_s=(0.0, 0.0), retry_s=0.01),
        )
        platforms["discord"] = platform
        stage = DiscordStage(fake, platform, memory, commands, desk)
        try:
            await platform.start()
            await stage.ready()
            yield stage
        finally:
            await platform.close()
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, yarl.URL(gateway)
        assert fake.violations == []


@asynccontextmanager
async def slack_stage() -> AsyncIterator[Stage]:
    """Slack on loopback; only admins may configure, so that a refusal can be had."""
    async with _desk() as (commands, platforms, desk), FakeSlack() as slack:
        options = SlackOptions(bot_token="xoxb-1", app_token="xapp-1", api_base=slack.api, policy="admins")
        platform = SlackPlatform(options, commands, WORDS, desk.store)
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


@asynccontextmanager
async def console_stage() -> AsyncIterator[Stage]:
    """The terminal, into a text."""
    async with _desk() as (commands, platforms, _):
        out = io.StringIO()
        platforms["console"] = platform = ConsolePlatform(console=Console(file=out, width=400, color_system=None))
        yield ConsoleStage(platform, out, commands)


STAGES = {"discord": discord_stage, "slack": slack_stage, "console": console_stage}


@asynccontextmanager
async def all_stages() -> AsyncIterator[list[Stage]]:
    """Every platform at once, each with a store of its own that holds the same."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(made()) for made in STAGES.values()]
