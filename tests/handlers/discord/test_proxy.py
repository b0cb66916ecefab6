"""Discord through a proxy: calls and the gateway."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.translations import Words
from handlers.discord.run import DiscordOptions, DiscordPlatform
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.memory import Forgetful
from tests.fakes.proxy import Proxy
from tests.handlers.discord.helpers import works


async def test_a_proxy_that_does_not_connect_is_named_without_its_password(
    commands: FakeCommands, words: Words, caplog: pytest.LogCaptureFixture
) -> None:
    """What is wrong is told to whoever asks for the status."""
    async with Proxy(answer=407) as proxy:
        options = DiscordOptions(proxy=proxy.url.replace("//", "//desk:hush@"))
        platform = DiscordPlatform(TOKEN, commands=commands, words=words, memory=Forgetful(), options=options)
        await platform.start()
        async with asyncio.timeout(60):
            while "407" not in platform.trouble:  # noqa: ASYNC110 - the trouble is a text, no event
                await asyncio.sleep(0.01)
        assert platform.trouble == "no gateway connection: the proxy does not connect (it answers 407)"
        await platform.close()
    assert "hush" not in caplog.text


async def test_a_proxy_that_is_away_is_named_as_feeds_name_it(commands: FakeCommands, words: Words) -> None:
    async with Proxy() as proxy:
        away = proxy.url.replace("//", "//desk:hush@")
    options = DiscordOptions(proxy=away)
    platform = DiscordPlatform(TOKEN, commands=commands, words=words, memory=Forgetful(), options=options)
    await platform.start()
    async with asyncio.timeout(60):
        while not platform.trouble.startswith("no gateway connection: the proxy can't be reached ("):  # noqa: ASYNC110 - a text, no event
            await asyncio.sleep(0.01)
    assert "hush" not in platform.trouble
    await platform.close()


async def test_everything_goes_through_it(fake: FakeDiscord, commands: FakeCommands, words: Words) -> None:
    ends: dict[str, Any] = {
        "api_base": "http://discord.example/api/v10",
        "gateway_url": "ws://gateway.example/gateway/",
    }
    async with Proxy({"discord.example": fake.port, "gateway.example": fake.port}) as proxy:
        options = DiscordOptions(identify_wait_s=(0.0, 0.0), proxy=proxy.url, **ends)
        platform = DiscordPlatform(TOKEN, commands=commands, words=words, memory=Forgetful(), options=options)
        await platform.start()
        await fake.gateway.ready.wait()
        assert await works(fake, platform)
        await platform.close()
    hosts = {line.split("//")[1].split("/")[0].partition(":")[0] for line in proxy.asked}
    assert hosts == {"discord.example", "gateway.example"}
