"""A channel on each chat platform, its server a fake on loopback, and what a person sees in it and in its threads."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from handlers.discord.run import DiscordPlatform
from handlers.slack.run import SlackOptions, SlackPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.memory import Forgetful
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.reader import read_blocks
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.discord.helpers import hurried, texts
from tests.handlers.rhythm import Newsroom
from tests.wording import WORDS

Json = dict[str, Any]


@dataclass
class Post:
    """A message: its text with links, the roles or groups that it calls, the thread that it stands in, its parent."""

    text: str
    calls: list[str] = field(default_factory=list)
    thread: str = ""
    answers: str = ""
    id: str = ""


class Room(Protocol):
    """`news` brings it its stories; `group` can be mentioned there."""

    news: Newsroom
    group: str

    def posts(self) -> list[Post]:
        """All messages there, in order of time."""
        ...


class DiscordRoom:
    """A text channel, or a forum with `kind` 15."""

    group = "777777777777777777"

    def __init__(self, fake: FakeDiscord, platform: DiscordPlatform, kind: int = 0) -> None:
        self.fake = fake
        self.channel = fake.world.channel(fake.world.guild(), kind=kind)
        self.news = Newsroom(platform, self.channel.guild, self.channel.id)

    def posts(self) -> list[Post]:
        """See `Room`."""
        here = [
            channel for channel in self.fake.world.channels.values() if self.channel.id in (channel.id, channel.parent)
        ]
        found = [(message, channel) for channel in here for message in channel.messages]
        found.sort(key=lambda pair: int(pair[0]["id"]))
        return [_discord(message, channel.id if channel.parent else "") for message, channel in found]


def _discord(message: Json, thread: str) -> Post:
    text = "\n".join([message["content"], *texts(message)])
    answered = (message.get("message_reference") or {}).get("message_id", "")
    return Post(text, re.findall(r"<@&(\d+)>", text), thread, answered, message["id"])


class SlackRoom:
    """A public channel."""

    group = "S0123"

    def __init__(self, slack: FakeSlack, platform: SlackPlatform) -> None:
        self.slack = slack
        self.channel = slack.channel(slack.team(), "C1", members={"U1"})
        self.news = Newsroom(platform, "T1", "C1")

    def posts(self) -> list[Post]:
        """See `Room`."""
        return [_slack(message) for message in self.channel.messages]


def _slack(message: Json) -> Post:
    shown = read_blocks(message["blocks"])
    text = "\n".join([shown.text, *(f"[{label}]({url})" for url, label in shown.links)])
    root = message.get("thread_ts", "")
    return Post(text, shown.calls, root, root, message["ts"])


@asynccontextmanager
async def discord_room(kind: int = 0, forgetful: bool = False) -> AsyncIterator[DiscordRoom]:
    """What breaks Discord's documented limits or its description fails at the end.

    `forgetful`: so much time passes between two looks at the clock that no nonce is trusted.
    """
    hours = itertools.count(0, 3600)
    with _addresses():
        async with FakeDiscord() as fake:
            clock = (lambda: float(next(hours))) if forgetful else time.monotonic
            platform = DiscordPlatform(
                TOKEN,
                commands=FakeCommands(),
                words=WORDS,
                memory=Forgetful(),
                options=hurried(fake, clock),
            )
            await platform.start()
            room = DiscordRoom(fake, platform, kind)
            try:
                async with room.news:
                    yield room
            finally:
                await platform.close()
            assert fake.violations == [], fake.violations


@asynccontextmanager
async def slack_room() -> AsyncIterator[SlackRoom]:
    """The same for Slack."""
    async with FakeSlack() as slack:
        options = SlackOptions(bot_token="xoxb-1", api_base=slack.api)
        channels: Any = ChannelsOnly()
        platform = SlackPlatform(options, SlackCommands(), WORDS, channels, channels)
        room = SlackRoom(slack, platform)
        try:
            async with room.news:
                yield room
        finally:
            await platform.close()
        assert slack.problems == []


@contextmanager
def _addresses() -> Iterator[None]:
    """discord.py keeps its addresses on classes; they are put back."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, yarl.URL(gateway)


ROOMS: dict[str, Callable[[], AbstractAsyncContextManager[Room]]] = {"discord": discord_room, "slack": slack_room}
