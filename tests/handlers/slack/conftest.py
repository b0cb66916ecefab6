"""A fake Slack for each test; a violation of its limits fails the test whatever else it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from handlers.slack.run import SlackOptions, SlackPlatform
from tests.fakes.memory import Forgetful
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.commands import SlackCommands
from tests.fakes.slack.server import SECRET
from tests.fakes.slack.state import Channel, Team
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.helpers import Wire
from tests.handlers.slack.installing import ANYWHERE, CLIENT, KEY
from tests.wording import WORDS

Build = Callable[..., Awaitable[SlackPlatform]]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """bolt and the client read these by themselves; a developer's own must not reach a test."""
    for name in (
        "SLACK_BOT_TOKEN",
        "SLACK_APP_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as server:
        yield server
    assert server.problems == []


@pytest.fixture
def team(slack: FakeSlack) -> Team:
    return slack.team()


@pytest.fixture
def room(slack: FakeSlack, team: Team) -> Channel:
    return slack.channel(team, "C1", members={"U1"})


@pytest.fixture
def commands() -> SlackCommands:
    return SlackCommands()


@pytest.fixture
def store() -> ChannelsOnly:
    return ChannelsOnly()


@pytest.fixture
async def build(slack: FakeSlack, commands: SlackCommands, store: ChannelsOnly) -> AsyncIterator[Build]:
    """Makes platforms that talk to the fake; `start=False` leaves them as they are. Closes them at the end."""
    made: list[SlackPlatform] = []

    async def build(start: bool = True, memory: Any = None, store: Any = store, **options: Any) -> SlackPlatform:
        chosen = SlackOptions(**{"bot_token": "xoxb-1", "api_base": slack.api, **options})
        platform = SlackPlatform(chosen, commands, WORDS, store, memory or Forgetful())
        made.append(platform)
        if start:
            await platform.start()
        return platform

    yield build
    for platform in made:
        await platform.close()


@pytest.fixture
async def platform(build: Build, team: Team, room: Channel) -> SlackPlatform:
    """Ready to send to C1 in T1; not started, as a send needs no start."""
    return await build(start=False)


@pytest.fixture(params=["socket", "http"])
async def wire(request: pytest.FixtureRequest, build: Build, slack: FakeSlack, team: Team, room: Channel) -> Wire:
    """A started platform, reached by Socket Mode and by signed HTTP in turn."""
    http = request.param == "http"
    ways: dict[str, Any] = {"signing_secret": SECRET, "listen": ("127.0.0.1", 0)} if http else {"app_token": "xapp-1"}
    platform = await build(**ways)
    if not http:
        async with asyncio.timeout(60):
            await slack.connected.wait()
    return Wire(slack, platform, http=http)


@pytest.fixture
async def line(build: Build, slack: FakeSlack, team: Team, room: Channel) -> Wire:
    """A started platform on Socket Mode alone, for what does not depend on the way."""
    platform = await build(app_token="xapp-1")
    async with asyncio.timeout(60):
        await slack.connected.wait()
    return Wire(slack, platform, http=False)


@pytest.fixture
async def shop(build: Build, slack: FakeSlack, store: ChannelsOnly) -> SlackPlatform:
    """An app that workspaces and organisations install."""
    return await build(bot_token="", signing_secret=SECRET, listen=ANYWHERE, keys=KEY, memory=store, **CLIENT)
