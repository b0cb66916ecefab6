"""Several programs that hear for one bot: each a share of its shards, by the real client, over one store.

The clock of leases stands until a test moves it: no lease ends because a machine is busy.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.core.errors import StoreError
from bot.ports import Retry, ShardAsk, Share, Store
from bot.store import open_store
from bot.translations import Words
from handlers.discord import guard, shared
from handlers.discord.run import DiscordOptions, DiscordPlatform
from handlers.discord.shared import Sharding
from tests.fakes.commands import FakeCommands
from tests.fakes.discord.faults import Fault, error
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.discord.world import FakeChannel, shown
from tests.fakes.memory import Forgetful
from tests.handlers.discord.helpers import Clock, a_delivery, an_alert, as_channel, buttons, until, works


class Line:
    """The store as one program reaches it: it can be cut off, and counts what it is asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.cut = False
        self.broken = False
        self.asked: list[str] = []

    def now(self) -> int:
        return self._store.now()

    async def reserve(self, key: str, now: int, every_ms: int, burst: int) -> int:
        return await self._through(key, self._store.reserve(key, now, every_ms, burst))

    async def lease_shards(self, ask: ShardAsk, now: int) -> Share:
        return await self._through("lease", self._store.lease_shards(ask, now))

    async def release_shards(self, bot: str, owner: str) -> None:
        await self._through("release", self._store.release_shards(bot, owner))

    async def _through(self, what: str, call: Any) -> Any:
        if self.cut:
            call.close()
            raise StoreError("the database can't be reached", "io")
        if self.broken:
            call.close()
            raise ZeroDivisionError
        self.asked.append(what)
        return await call


class Program:
    """One of several programs of a bot."""

    def __init__(self, platform: DiscordPlatform, line: Line, commands: FakeCommands) -> None:
        self.platform, self.line = platform, line
        self._commands = commands

    @property
    def heard(self) -> list[str]:
        return [entry[2] for entry in self._commands.log]


Begin = Callable[..., Program]


@pytest.fixture
async def begin(fake: FakeDiscord, words: Words, clock: Clock) -> AsyncIterator[Begin]:
    """Makes programs over one store, not started; `owner` names them. They look at their leases four times a second."""
    store = open_store("memory:", clock=lambda: round(clock.now * 1000))
    made: list[Program] = []

    def _begin(owner: str, *, lease_s: float = 1.0, clock: Clock = clock, **more: Any) -> Program:
        commands, line = FakeCommands(), Line(store)
        options = DiscordOptions(
            5.0, 60.0, (0.0, 0.0), 0.01, 60, clock, api_base=fake.api, gateway_url=fake.gateway.url
        )
        platform = DiscordPlatform(
            TOKEN,
            commands=commands,
            words=words,
            memory=Forgetful(),
            sharding=Sharding(line, owner, **{"width": 1, "lease_s": lease_s, **more}),
            options=options,
        )
        made.append(Program(platform, line, commands))
        return made[-1]

    yield _begin
    for program in made:
        await program.platform.close()
    await store.close()


def rooms(fake: FakeDiscord, shards: int) -> list[FakeChannel]:
    """A channel on a server of each shard."""
    found: dict[int, FakeChannel] = {}
    while len(found) < shards:
        guild = fake.world.guild()
        found.setdefault((int(guild) >> 22) % shards, fake.world.channel(guild))
    return [found[shard] for shard in range(shards)]


def turns(program: Program) -> list[str]:
    """The turns to identify that it took, by the remainder of the shard."""
    return [key.rpartition(":")[2] for key in program.line.asked if "identify" in key]


async def asked(fake: FakeDiscord, room: FakeChannel) -> None:
    """A command is typed there, and answered."""
    exchange = await fake.happens(fake.users.typed(room, "latest", {}))
    await exchange.answered()


async def test_shards_are_shared_and_each_command_is_heard_once(fake: FakeDiscord, begin: Begin) -> None:
    fake.gateway.shards = 4
    there = rooms(fake, 4)
    programs = [begin(owner) for owner in ("a:1", "b:1")]
    for program in programs:
        await program.platform.start()
    await until(lambda: fake.gateway.connected == [0, 1, 2, 3])
    await until(lambda: [program.platform.trouble for program in programs] == ["", ""])
    for room in there:
        await asked(fake, room)
    assert [program.heard for program in programs] == [["latest"] * 2] * 2
    assert fake.gateway.identifies == sum(len(turns(program)) for program in programs) == 4
    await programs[0].platform.close()
    await until(lambda: fake.gateway.connected == [0, 1, 2, 3])
    await asked(fake, there[0])
    assert len(programs[1].heard) == 3


async def test_who_hears_shards_without_servers_does_not_say_that_there_are_none(
    fake: FakeDiscord, begin: Begin, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    fake.gateway.shards = 2
    fake.world.guild()
    for owner in ("a:1", "b:1"):
        await begin(owner).platform.start()
    await until(lambda: "in 1 server\n" in caplog.text and "in 0 servers\n" in caplog.text)
    assert "in no server" not in caplog.text


async def test_who_stands_by_hears_when_the_other_is_cut_off(fake: FakeDiscord, begin: Begin, clock: Clock) -> None:
    first, second = begin("a:1"), begin("b:1")
    (room,) = rooms(fake, 1)
    await first.platform.start()
    await until(lambda: fake.gateway.connected == [0])
    await second.platform.start()
    await until(lambda: second.line.asked.count("lease") > 1)
    assert (fake.gateway.connected, second.platform.trouble) == ([0], "")
    first.line.cut = True
    await until(lambda: "can't be renewed" in first.platform.trouble)
    assert (fake.gateway.connected, fake.gateway.identifies) == ([0], 1), "its lease has time left"
    clock.now += 1.1
    await until(lambda: fake.gateway.identifies == 2)
    await until(lambda: fake.gateway.connected == [0])
    assert "can't be renewed" in first.platform.trouble
    await asked(fake, room)
    assert (first.heard, second.heard) == ([], ["latest"])
    assert await works(fake, first.platform), "sends need no shard"
    first.line.cut = False
    await until(lambda: first.platform.trouble == "")
    assert fake.gateway.connected == [0]


async def test_what_nobody_expected_of_leasing_is_said(begin: Begin) -> None:
    program = begin("a:1")
    await program.platform.start()
    await until(lambda: program.platform.trouble == "")
    program.line.broken = True
    await until(lambda: "leased no more (ZeroDivisionError)" in program.platform.trouble)
    program.line.broken = False


async def test_a_stalled_program_hears_nothing_that_is_no_longer_its_own(fake: FakeDiscord, begin: Begin) -> None:
    """It still holds its connection, and a lease that it can't know to be lost: its clock alone says so."""
    clock = Clock()
    program = begin("a:1", lease_s=900.0, clock=clock)  # it looks no more within this test
    (room,) = rooms(fake, 1)
    await program.platform.start()
    await until(lambda: fake.gateway.connected == [0])
    channel = as_channel(room)
    await program.platform.send(channel, an_alert(), a_delivery(channel))
    why = next(button for button in buttons(room.messages[0]) if button["label"] == "Why")
    clock.now += 901.0
    await fake.happens(fake.users.typed(room, "latest", {}))
    await fake.happens(fake.users.pressed(room, shown(room.messages[0]), why["custom_id"]))
    await fake.gateway.tell_reconnect()  # comes after both
    await until(lambda: fake.gateway.resumes == 1)
    assert program.heard == []
    clock.now -= 901.0
    await asked(fake, room)
    assert program.heard == ["latest"]


async def test_who_comes_later_gets_a_share(fake: FakeDiscord, begin: Begin) -> None:
    first, second = begin("a:1", shards=4), begin("b:1", shards=4)
    await first.platform.start()
    await until(lambda: fake.gateway.connected == [0, 1, 2, 3])
    await second.platform.start()
    await until(lambda: fake.gateway.identifies == 6)
    await until(lambda: fake.gateway.connected == [0, 1, 2, 3])


async def test_too_quick_an_identify_is_made_again(fake: FakeDiscord, begin: Begin) -> None:
    """Another program of an older version may not wait for its turn."""
    fake.gateway.identify_s, fake.gateway.concurrency = 1.0, 2
    program = begin("a:1", shards=4, width=4)
    await program.platform.start()
    await until(lambda: fake.gateway.connected == [0, 1, 2, 3])
    assert fake.gateway.hasty > 0


async def test_too_few_shards_are_said(fake: FakeDiscord, begin: Begin) -> None:
    fake.gateway.shards = 4
    program = begin("a:1", shards=2, width=2)
    await program.platform.start()
    await until(lambda: "Discord wants more shards" in program.platform.trouble)
    assert await works(fake, program.platform)


async def test_one_program_of_its_own_leases_nothing_and_takes_no_turn(fake: FakeDiscord, begin: Begin) -> None:
    program = begin("a:1", leased=False)
    await program.platform.start()
    await until(lambda: program.platform.trouble == "")
    assert program.line.asked == []
    assert len(fake.asked("GET /gateway/bot")) == 1


async def test_one_program_hears_as_many_shards_as_discord_recommends(fake: FakeDiscord, begin: Begin) -> None:
    fake.gateway.shards, fake.gateway.concurrency = 3, 2
    program = begin("a:1", leased=False)
    await program.platform.start()
    await until(lambda: fake.gateway.connected == [0, 1, 2])
    assert turns(program) == ["0", "1", "0"]
    assert "lease" not in program.line.asked


async def test_discord_down_at_the_start_is_waited_for(fake: FakeDiscord, begin: Begin) -> None:
    fake.faults = [Fault("GET /gateway/bot", status=503, times=1)]
    program = begin("a:1")
    await program.platform.start()
    await until(lambda: "does not say how many shards" in program.platform.trouble)
    await until(lambda: program.platform.trouble == "")


async def test_refused_requests_are_counted_over_all_programs(
    fake: FakeDiscord, begin: Begin, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "REFUSALS", 4)
    monkeypatch.setattr(guard, "LEAST_HOLD_S", 1.0)
    programs = [begin(owner, leased=False) for owner in ("a:1", "b:1", "c:1")]
    channel = as_channel(fake.world.channel(fake.world.guild()))
    for program in programs:
        await program.platform.start()
    fake.faults = [error(r"POST /channels/\d+/messages$", 403, 50001, times=6)]
    for number in range(5):
        await programs[number % 2].platform.send(channel, an_alert(), a_delivery(channel))
    fake.faults.clear()
    receipt = await programs[2].platform.send(channel, an_alert(), a_delivery(channel))
    assert isinstance(receipt, Retry)
    assert "over all programs" in receipt.reason
    assert len(fake.asked(r"POST /channels/\d+/messages$")) == 5
    clock.now += 1.0
    programs[2].line.cut = True
    assert await works(fake, programs[2].platform), "a store that is away holds nothing up"
