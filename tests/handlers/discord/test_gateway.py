"""The gateway's ways to fail: cases 137, 138, 141 and 150. Alerts go on by REST through all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace

import pytest
import yarl

from bot.ports import Sent
from bot.translations import Words
from handlers.discord.client import Client, Wires
from handlers.discord.guard import Guard
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.memory import Forgetful
from tests.handlers.discord.helpers import Clock, Make, a_delivery, an_alert, as_channel, until, works


class Heard:
    """Remembers what servers were left and joined. `kept` are those that subscribe to anything."""

    def __init__(self, *kept: str) -> None:
        self.kept = kept
        self.log: list[tuple[str, str]] = []

    async def left(self, scope: str) -> None:
        self.log.append(("left", scope))

    async def back(self, scope: str) -> None:
        self.log.append(("joined", scope))

    async def only(self, present: Collection[str], known: Callable[[str], bool]) -> None:
        self.log += [("left", scope) for scope in self.kept if known(scope) and scope not in present]


def alone(words: Words, clock: Clock) -> Wires:
    """A client's wires that lead nowhere."""
    return Wires(
        interactions=None,  # type: ignore[arg-type]
        memory=Forgetful(),
        words=words,
        guard=Guard(clock),
        servers=None,
        changed=lambda _: None,
        clock=clock,
    )


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
async def test_case_141_an_address_to_resume_at_that_is_gone_is_left_for_the_gateways_own(
    fake: FakeDiscord, make: Make
) -> None:
    fake.gateway.resume_url = "ws://127.0.0.1:9/gone"
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await fake.gateway.close(4000)
    assert await works(fake, platform)
    await until(lambda: fake.gateway.identifies == 2)
    await until(lambda: platform.trouble == "")


@pytest.mark.case_id(141)
async def test_case_141_a_zombie_connection_is_left(fake: FakeDiscord, make: Make) -> None:
    platform = make(heartbeat_s=0.3)
    fake.gateway.interval_ms = 100
    await platform.start()
    await fake.gateway.ready.wait()
    fake.gateway.make_zombie()
    assert await works(fake, platform)
    await until(lambda: fake.gateway.resumes >= 1)
    await until(lambda: platform.trouble == "")


@pytest.mark.case_id(141)
@pytest.mark.parametrize("code", [4013, 4014])
async def test_case_141_refused_intents_end_the_gateway_but_not_the_alerts(
    fake: FakeDiscord, make: Make, code: int
) -> None:
    fake.gateway.refuse = code
    platform = make()
    await platform.start()
    await until(lambda: "intents" in platform.trouble)
    assert await works(fake, platform)
    assert fake.gateway.identifies == 1, "and there is no loop"


async def test_a_payload_that_the_library_chokes_on_costs_one_session(fake: FakeDiscord, make: Make) -> None:
    platform = make()
    await platform.start()
    await fake.gateway.ready.wait()
    await fake.gateway.dispatch("INTERACTION_CREATE", {"id": "not a number"})
    await until(lambda: fake.gateway.identifies == 2)
    await until(lambda: platform.trouble == "")


async def test_a_session_that_ends_as_cancelled_by_itself_costs_no_more(
    fake: FakeDiscord, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, ends = Client.connect, [asyncio.CancelledError()]

    async def breaks_off_once(self: Client, *, reconnect: bool = True) -> None:
        if ends:
            raise ends.pop()
        await connect(self, reconnect=reconnect)

    monkeypatch.setattr(Client, "connect", breaks_off_once)
    platform = make()
    await platform.start()
    await until(lambda: platform.trouble == "")


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


@pytest.mark.case_id(138)
async def test_case_138_a_server_that_was_left_meanwhile_is_told(fake: FakeDiscord, make: Make) -> None:
    guild = fake.world.guild()
    heard = Heard(guild, "4194304", "@me")
    await make(servers=heard).start()
    await until(lambda: len(heard.log) == 2)
    assert sorted(heard.log) == [("joined", guild), ("left", "4194304")]


@pytest.mark.case_id(138)
@pytest.mark.parametrize(("shards", "told"), [([1], [("left", "4194304")]), ([0], [])])
async def test_case_138_only_who_hears_a_servers_shard_knows_that_it_was_left(
    words: Words, shards: list[int], told: list[tuple[str, str]]
) -> None:
    heard = Heard("4194304", "@user")
    client = Client(replace(alone(words, Clock()), servers=heard))  # type: ignore[arg-type]
    client.hear(yarl.URL(), 2, shards, 1)
    await client.on_ready()
    assert heard.log == told


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


async def test_identifies_are_spread_out_more_each_time(words: Words) -> None:
    waits: list[float] = []
    clock = Clock()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    client = Client(replace(alone(words, clock), sleep=sleep))
    await client.before_identify_hook(0, initial=True)
    for _ in range(12):
        await client.before_identify_hook(0)
    assert 2.0 <= waits[0] <= 10.0
    assert all(64.0 <= wait <= 320.0 for wait in waits[6:])
    clock.now += 3601.0
    await client.before_identify_hook(0)
    assert 1.0 <= waits[-1] <= 5.0
