"""A fake Discord, a platform that talks to it, and alerts to send."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.translations import Words
from handlers.discord.run import DiscordOptions, DiscordPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import FakeChannel
from tests.fakes.memory import Forgetful
from tests.handlers.discord.helpers import Clock, Make, hurried
from tests.wording import WORDS

CONFIG = Path(__file__).parents[3] / "config"


@pytest.fixture(scope="session")
def words() -> Words:
    return WORDS


@pytest.fixture
def commands() -> FakeCommands:
    return FakeCommands()


@pytest.fixture
def memory() -> Forgetful:
    return Forgetful()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _classes() -> Iterator[None]:
    """discord.py keeps its addresses on classes; put them back."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, yarl.URL(gateway)


@pytest.fixture
async def fake() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def platform(
    fake: FakeDiscord, commands: FakeCommands, words: Words, memory: Forgetful, clock: Clock
) -> AsyncIterator[DiscordPlatform]:
    """Started; the gateway connects beside the test."""
    made = DiscordPlatform(
        TOKEN,
        commands=commands,
        words=words,
        memory=memory,
        options=hurried(fake, clock),
    )
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def room(fake: FakeDiscord, platform: DiscordPlatform) -> FakeChannel:
    """A channel that the gateway knows of."""
    guild = fake.world.guild()
    channel = fake.world.channel(guild)
    await fake.gateway.ready.wait()
    await fake.gateway.dispatch("GUILD_CREATE", fake.gateway.guild_data(guild))
    return channel


@pytest.fixture
async def make(fake: FakeDiscord, words: Words, commands: FakeCommands) -> AsyncIterator[Make]:
    """Platforms with short waits, closed at the end."""
    made: list[DiscordPlatform] = []

    def _make(*, token: str = TOKEN, heartbeat_s: float = 60.0, hears: bool = True, **more: Any) -> DiscordPlatform:
        options = DiscordOptions(
            5.0, heartbeat_s, (0.0, 0.0), 0.01, api_base=fake.api, gateway_url=fake.gateway.url, hears=hears
        )
        platform = DiscordPlatform(
            token,
            commands=commands,
            words=words,
            options=options,
            **{"memory": Forgetful(), **more},
        )
        made.append(platform)
        return platform

    yield _make
    for platform in made:
        await platform.close()
