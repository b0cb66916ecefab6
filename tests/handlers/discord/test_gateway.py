"""The gateway's ways to fail: cases 137–139 and 141. Alerts go on by REST through all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import yarl
from discord.gateway import DiscordWebSocket

from bot.core.errors import ConfigError
from bot.ports import Sent
from bot.words import Words
from handlers.discord.client import HASH_KEY, Client, Wires
from handlers.discord.commands import command_payload
from handlers.discord.guard import Guard
from handlers.discord.run import DiscordOptions, DiscordPlatform, InMemory
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, error
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel

Make = Callable[..., DiscordPlatform]


class Heard:
    """Remembers what servers were left and joined."""

    def __init__(self) -> None:
        self.log: list[tuple[str, str]] = []

    async def left(self, scope: str) -> None:
        self.log.append(("left", scope))

    async def joined(self, scope: str) -> None:
        self.log.append(("joined", scope))


async def until(true: Callable[[], bool]) -> None:
    """Let the others work until something has become true."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 (the library tells nobody of its state)
            await asyncio.sleep(0.005)


@pytest.fixture
async def make(fake: FakeDiscord, words: Words, commands: FakeCommands) -> AsyncIterator[Make]:
    """Platforms with short waits, closed at the end."""
    made: list[DiscordPlatform] = []

    def _make(*, token: str = TOKEN, heartbeat_s: float = 60.0, **more: Any) -> DiscordPlatform:
        options = DiscordOptions(5.0, heartbeat_s, (0.0, 0.0), 0.01)
        platform = DiscordPlatform(
            token,
            commands=commands,
            words=words,
            api_base=fake.api,
            gateway_url=fake.gateway.url,
            options=options,
            **more,
        )
        made.append(platform)
        return platform

    yield _make
    for platform in made:
        await platform.close()


async def works(fake: FakeDiscord, platform: DiscordPlatform) -> bool:
    """Can an alert be posted?"""
    channel = as_channel(fake.world.channel(fake.world.guild()))
    return isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)


async def test_connects_with_the_guilds_intent_alone(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await until(lambda: platform.health == "")
    assert fake.gateway.intents == 1
    assert "permissions=274877991936" in platform.invite


async def test_commands_are_registered_when_they_changed_only(fake: FakeDiscord, make: Make, words: Words) -> None:
    memory = InMemory()
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
    memory = InMemory()
    fake.faults = [error("PUT", 403, 50001)]
    platform = make(memory=memory)
    await platform.start()
    await fake.gateway.ready.wait()
    assert HASH_KEY not in memory.texts
    assert await works(fake, platform)


@pytest.mark.case_id(141)
async def test_case_141_reconnect_resumes(fake: FakeDiscord, make: Make, commands: FakeCommands) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    room = fake.world.channel(fake.world.guild())
    fake.gateway.ready.clear()
    await fake.gateway.tell_reconnect()
    exchange = await fake.happens(fake.users.typed(room, "latest", {}))
    await exchange.answered()
    assert (fake.gateway.identifies, fake.gateway.resumes) == (1, 1)
    assert [entry[2] for entry in commands.log] == ["latest"]


@pytest.mark.case_id(141)
@pytest.mark.parametrize("code", [4000, 4009, 1001])
async def test_case_141_a_dropped_connection_resumes(fake: FakeDiscord, make: Make, code: int) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await fake.gateway.close(code)
    assert await works(fake, platform)
    await until(lambda: fake.gateway.resumes == 1)
    assert fake.gateway.identifies == 1


@pytest.mark.case_id(141)
async def test_case_141_a_lost_session_identifies_again(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await fake.gateway.invalidate(resumable=False)
    await until(lambda: fake.gateway.identifies == 2)
    assert await works(fake, platform)


@pytest.mark.case_id(141)
async def test_case_141_a_session_that_can_be_resumed_is(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await fake.gateway.invalidate(resumable=True)
    await until(lambda: fake.gateway.resumes == 1)
    assert fake.gateway.identifies == 1


@pytest.mark.case_id(141)
async def test_case_141_a_zombie_connection_is_left(fake: FakeDiscord, make: Make) -> None:
    platform = make(heartbeat_s=0.3)
    fake.gateway.interval_ms = 100
    await platform.start()
    await fake.gateway.ready.wait()
    fake.gateway.make_zombie()
    assert await works(fake, platform)
    await until(lambda: fake.gateway.resumes >= 1)
    await until(lambda: platform.health == "")


@pytest.mark.case_id(141)
@pytest.mark.parametrize("code", [4013, 4014])
async def test_case_141_refused_intents_end_the_gateway_but_not_the_alerts(
    fake: FakeDiscord, make: Make, code: int
) -> None:
    fake.gateway.refuse = code
    platform = make()
    await platform.start()
    await until(lambda: "intents" in platform.health)
    assert await works(fake, platform)
    assert fake.gateway.identifies == 1, "and there is no loop"


async def test_a_payload_that_the_library_chokes_on_costs_one_session(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await fake.gateway.dispatch("INTERACTION_CREATE", {"id": "not a number"})
    await until(lambda: fake.gateway.identifies == 2)
    await until(lambda: platform.health == "")


@pytest.mark.case_id(139)
async def test_case_139_a_wrong_token_is_said_at_once(fake: FakeDiscord, make: Make) -> None:
    platform = make(token="wrong")
    with pytest.raises(ConfigError, match="DISCORD_TOKEN"):
        await platform.start()
    assert "DISCORD_TOKEN" in platform.health
    assert len(fake.requests) == 1


@pytest.mark.case_id(139)
async def test_case_139_a_token_revoked_meanwhile_makes_no_login_loop(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    fake.token = "another"
    fake.gateway.refuse = 4004
    await fake.gateway.invalidate(resumable=False)
    await until(lambda: "DISCORD_TOKEN" in platform.health)
    assert fake.gateway.identifies == 2
    before = len(fake.requests)
    await asyncio.sleep(0)
    assert len(fake.requests) == before


async def test_discord_down_at_the_start_is_waited_for(fake: FakeDiscord, make: Make) -> None:
    fake.faults = [Fault("GET /users/@me", status=503, times=3)]
    platform = make()
    await platform.start()
    channel = as_channel(fake.world.channel(fake.world.guild()))
    assert not isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    await fake.gateway.ready.wait()
    assert await works(fake, platform)


async def test_used_up_sessions_are_waited_out(fake: FakeDiscord, make: Make) -> None:
    fake.sessions_left = 0
    platform = make()
    await platform.start()
    await until(lambda: "sessions are used" in platform.health)
    assert fake.gateway.identifies == 0
    assert await works(fake, platform)


@pytest.mark.case_id(138)
async def test_case_138_leaving_a_server_is_told(fake: FakeDiscord, make: Make) -> None:
    heard = Heard()
    guild = fake.world.guild()
    await make(servers=heard).start()
    await fake.gateway.ready.wait()
    await until(lambda: heard.log == [("joined", guild)])
    await fake.gateway.dispatch("GUILD_DELETE", {"id": guild})
    await until(lambda: heard.log[-1] == ("left", guild))
    await fake.gateway.dispatch("GUILD_CREATE", fake.gateway.guild_data(guild, joined=True))
    await until(lambda: heard.log[2:] == [("joined", guild)])


@pytest.mark.case_id(137)
async def test_case_137_an_outage_is_no_removal(fake: FakeDiscord, make: Make) -> None:
    heard = Heard()
    guild, other = fake.world.guild(), fake.world.guild()
    await make(servers=heard).start()
    await fake.gateway.ready.wait()
    await fake.gateway.dispatch("GUILD_DELETE", {"id": guild, "unavailable": True})
    await fake.gateway.dispatch("GUILD_CREATE", fake.gateway.guild_data(guild))
    await fake.gateway.dispatch("GUILD_DELETE", {"id": other})
    await until(lambda: ("left", other) in heard.log)
    assert ("left", guild) not in heard.log


async def test_nobody_has_to_listen_to_servers(fake: FakeDiscord, make: Make, commands: FakeCommands) -> None:
    guild = fake.world.guild()
    await make().start()
    await fake.gateway.ready.wait()
    await fake.gateway.dispatch("GUILD_DELETE", {"id": guild})
    await fake.gateway.dispatch("GUILD_CREATE", fake.gateway.guild_data(fake.world.guild(), joined=True))
    exchange = await fake.happens(fake.users.typed(fake.world.channel(fake.world.guild()), "latest", {}))
    await exchange.answered()


@pytest.mark.case_id(150)
async def test_case_150_a_changed_channel_is_looked_at_anew(fake: FakeDiscord, make: Make) -> None:
    guild = fake.world.guild()
    there = fake.world.channel(guild, kind=15)
    channel = as_channel(there)
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    there.kind = 0
    await fake.gateway.dispatch("CHANNEL_UPDATE", there.data())
    exchange = await fake.happens(fake.users.typed(there, "latest", {}))
    await exchange.answered()
    assert isinstance(await platform.send(channel, an_alert(), a_delivery(channel)), Sent)
    assert len(there.messages) == 1


async def test_closing_twice_is_closing(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.close()
    await platform.start()
    await platform.close()
    await platform.close()
    assert platform.health == "stopped"


async def test_identifies_are_spread_out_more_each_time(words: Words) -> None:
    waits: list[float] = []
    clock = Clock()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    wires = Wires(
        front=None,  # type: ignore[arg-type]
        memory=InMemory(),
        words=words,
        guard=Guard(clock),
        servers=None,
        changed=lambda _: None,
        state=lambda _: None,
        clock=clock,
        sleep=sleep,
    )
    client = Client(wires)
    await client.before_identify_hook(0, initial=True)
    for _ in range(12):
        await client.before_identify_hook(0)
    assert 2.0 <= waits[0] <= 10.0
    assert all(64.0 <= wait <= 320.0 for wait in waits[6:])
    clock.now += 3601.0
    await client.before_identify_hook(0)
    assert 1.0 <= waits[-1] <= 5.0


def test_without_another_address_discord_itself_is_meant(words: Words, commands: FakeCommands) -> None:
    DiscordPlatform(TOKEN, commands=commands, words=words)
    assert yarl.URL("wss://gateway.discord.gg/") == DiscordWebSocket.DEFAULT_GATEWAY
