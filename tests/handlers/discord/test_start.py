"""Logging in, registering commands, stopping: case 139."""

from __future__ import annotations

import asyncio

import pytest
import yarl
from discord.gateway import DiscordWebSocket

from bot.core.errors import ConfigError
from bot.ports import Sent
from bot.translations import Words
from handlers.discord.client import HASH_KEY
from handlers.discord.commands import command_payload
from handlers.discord.run import DiscordPlatform
from handlers.discord.ways import REFUSED
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, banned, error
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.memory import Forgetful
from tests.handlers.discord.helpers import Make, a_delivery, an_alert, as_channel, until, works


async def test_connects_with_the_guilds_intent_alone(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await until(lambda: platform.trouble == "")
    assert fake.gateway.intents == 1
    assert "permissions=309237730304" in platform.invite


async def test_a_start_says_who_speaks_where_or_how_to_be_let_in(
    fake: FakeDiscord, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    first = make()
    await first.start()
    await until(lambda: f"is in no server yet; add it: {first.invite}" in caplog.text)
    fake.world.guild()
    await make().start()
    await until(lambda: "discord: speaking as tocsin in 1 server\n" in caplog.text)


async def test_commands_are_registered_when_they_changed_only(fake: FakeDiscord, make: Make, words: Words) -> None:
    memory = Forgetful()
    first = make(memory=memory)
    await first.start()
    await fake.gateway.ready.wait()
    assert fake.world.commands == command_payload(words)
    await first.close()
    await make(memory=memory).start()
    await until(lambda: fake.gateway.identifies == 2)
    assert len(fake.asked("PUT")) == 1
    memory.texts[HASH_KEY] = "of an older version"
    await make(memory=memory).start()
    await until(lambda: fake.gateway.identifies == 3)
    assert len(fake.asked("PUT")) == 2


async def test_failing_to_register_commands_stops_nothing(fake: FakeDiscord, make: Make) -> None:
    memory = Forgetful()
    fake.faults = [error("PUT", 403, 50001)]
    platform = make(memory=memory)
    await platform.start()
    await fake.gateway.ready.wait()
    assert HASH_KEY not in memory.texts
    assert await works(fake, platform)


@pytest.mark.case_id(139)
async def test_case_139_a_wrong_token_is_said_at_once(fake: FakeDiscord, make: Make) -> None:
    platform = make(token="wrong")
    with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
        await platform.start()
    assert "DISCORD_TOKEN" in platform.trouble
    assert len(fake.requests) == 1


@pytest.mark.case_id(139)
async def test_case_139_a_token_revoked_meanwhile_makes_no_login_loop(
    fake: FakeDiscord, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    fake.token = "another"
    fake.gateway.refuse = 4004
    await fake.gateway.invalidate(resumable=False)
    await until(lambda: "DISCORD_TOKEN" in platform.trouble)
    assert "alerts go on" not in caplog.text
    assert fake.gateway.identifies == 2
    before = len(fake.requests)
    await asyncio.sleep(0)
    assert len(fake.requests) == before


@pytest.mark.case_id(139)
async def test_case_139_a_token_that_the_gateway_takes_again_is_tried_without_a_restart(
    fake: FakeDiscord, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.discord.link._REFUSED_S", 0.1)
    fake.gateway.refuse = 4004
    platform = make()
    await platform.start()
    await until(lambda: platform.trouble == REFUSED and fake.gateway.identifies == 3)
    fake.gateway.refuse = 0
    await until(lambda: platform.trouble == "")


async def test_discord_down_at_the_start_is_waited_for(fake: FakeDiscord, make: Make) -> None:
    fake.faults = [Fault("GET /users/@me", status=503, times=3)]
    platform = make()
    await platform.start()
    await until(lambda: platform.trouble.startswith("no gateway connection: 503 "))
    channel = as_channel(fake.world.channel(fake.world.guild()))
    assert not isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    await fake.gateway.ready.wait()
    assert await works(fake, platform)


async def test_used_up_sessions_are_waited_out(fake: FakeDiscord, make: Make) -> None:
    fake.sessions_left = 0
    platform = make()
    await platform.start()
    await until(lambda: "sessions are used" in platform.trouble)
    assert fake.gateway.identifies == 0
    assert await works(fake, platform)


async def test_closing_twice_is_closing(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.close()
    await platform.start()
    await platform.close()
    await platform.close()
    assert platform.trouble == "stopped"


def test_without_another_address_discord_itself_is_meant(words: Words, commands: FakeCommands) -> None:
    DiscordPlatform(TOKEN, commands=commands, words=words, memory=Forgetful())
    assert yarl.URL("wss://gateway.discord.gg/") == DiscordWebSocket.DEFAULT_GATEWAY


@pytest.mark.case_id(129)
async def test_case_129_a_ban_holds_logins_too(fake: FakeDiscord, make: Make) -> None:
    fake.faults = [banned("GET /users/@me", times=9)]
    platform = make()
    await platform.start()
    channel = as_channel(fake.world.channel(fake.world.guild()))
    receipt = await platform.send(channel, an_alert(), a_delivery(channel))
    assert not isinstance(receipt, Sent)
    assert "1015" in platform.trouble
    assert len(fake.requests) == 1
