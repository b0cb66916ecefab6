"""How soon is a command answered, and how soon does a stored entry stand in a channel?

    python -m benchmarks.answers           about a minute: among 50,000 stored entries
    python -m benchmarks.answers --full    some minutes: among 1,000,000

Every command of the table, through the unmodified client libraries, against loopback servers that speak Discord's and
Slack's protocols. A command is given in CPU time of this process (user and system, all threads), from the request to
the whole answer: that of the loopback server is within, waiting for a busy machine is not. The way of an entry, from
before it is matched to the posted message, is given by the wall clock, with the CPU time of it beside.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from benchmarks.discord_rate import clock
from benchmarks.store import NAMES, T0, filled, new_store
from bot import chart
from bot.commands.desk import Desk
from bot.commands.run import CommandDesk
from bot.configure import resolve
from bot.core.commands.line import parse_line
from bot.core.commands.spec import COMMANDS, Arg, Command
from bot.core.model import Entry
from bot.core.units import HOUR_MS
from bot.lanes import Lanes
from bot.pipeline import Pipeline
from bot.ports import Platform, Store
from bot.rules.rulebook import Rulebook
from bot.rules.topicfiles import read_topic_files
from handlers.discord.run import DiscordOptions, DiscordPlatform
from handlers.slack.modals import COMPLETE
from handlers.slack.run import SlackOptions, SlackPlatform
from tests.fakes.discord.interactions import Exchange
from tests.fakes.discord.server import TOKEN, FakeDiscord
from tests.fakes.memory import Forgetful
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.store import ChannelsOnly
from tests.handlers.slack.helpers import Wire, interaction
from tests.wording import WORDS

WHAT = [*NAMES, "0", "7", "nvidia OR tsmc", "中芯 AND 出口管制", "h20 NEAR/5 licence", "title:earnings NOT tsmc"]
TARGET_MS, PROMPT_S = 300, 1.0
_VIEW = {"callback_id": "form1:subscribe", "private_metadata": "{}", "type": "modal"}

Ask = Callable[[str, Mapping[str, str]], Awaitable[object]]
Suggest = Callable[[Command, Arg, str], Awaitable[object]]


class Side(NamedTuple):
    """One platform as its users meet it."""

    ask: Ask
    suggest: Suggest


def rulebook() -> Rulebook:
    """Twenty of the shipped topics, under the ids that the generated entries hit."""
    topics = read_topic_files(resolve("config/topics"), resolve("config/entities.toml")).topics
    return Rulebook(replace(topic, id=str(number)) for number, topic in enumerate(topics[:20]))


def arguments(command: Command, chance: random.Random, n: int) -> dict[str, str]:
    """The arguments of the command's example, with other words and stories each time."""
    args = dict(parse_line(command.example).args)
    for arg in command.args:
        if arg.name == "query" or (arg.kind == "rule" and (arg.required or chance.random() < 0.5)):
            args[arg.name] = chance.choice(WHAT)
        elif arg.kind == "story":
            args[arg.name] = str(chance.randrange(1, n))
    return args


@asynccontextmanager
async def discord_side(commands: CommandDesk, platforms: dict[str, Platform]) -> AsyncIterator[Side]:
    """Interactions over the gateway, answers by REST."""
    async with FakeDiscord(checked=False) as fake:
        room = fake.world.channel(fake.world.guild())
        platform = DiscordPlatform(
            TOKEN,
            commands=commands,
            words=WORDS,
            memory=Forgetful(),
            options=DiscordOptions(api_base=fake.api, gateway_url=fake.gateway.url),
        )
        platforms["discord"] = platform

        async def happens(name: str, args: Mapping[str, object], focused: str = "") -> Exchange:
            exchange = await fake.happens(fake.users.typed(room, name, args, focused=focused))
            await exchange.answered()
            return exchange

        await platform.start()
        await fake.gateway.ready.wait()
        yield Side(
            lambda name, args: happens(name, args),
            lambda command, arg, text: happens(command.name, {arg.name: text}, arg.name),
        )
        await platform.close()


@asynccontextmanager
async def slack_side(commands: CommandDesk, platforms: dict[str, Platform]) -> AsyncIterator[Side]:
    """Slash commands over Socket Mode, answers by response URL."""
    async with FakeSlack() as fake:
        fake.channel(fake.team(), "C1", members={"U1"})
        options = SlackOptions(bot_token="xoxb-1", app_token="xapp-1", api_base=fake.api)
        store: Any = ChannelsOnly()
        platform = SlackPlatform(options, commands, WORDS, store, store)
        platforms["slack"] = platform
        await platform.start()
        await fake.connected.wait()
        wire = Wire(fake, platform, http=False)

        async def ask(name: str, args: Mapping[str, str]) -> object:
            return await wire.command(" ".join([name, *(f"{key}=“{value}”" for key, value in args.items())]))

        async def suggest(command: Command, arg: Arg, text: str) -> object:
            view = {**_VIEW, "callback_id": f"form1:{command.name}"}
            body = interaction("block_suggestion", view=view, block_id=arg.name, action_id=COMPLETE, value=text)
            return await wire.send("interactive", body)

        yield Side(ask, suggest)
        await platform.close()


SIDES = {"discord": discord_side, "slack": slack_side}


async def cpu_ms(work: Awaitable[object]) -> float:
    """CPU time until something is done, in ms."""
    before = time.process_time()
    await work
    return (time.process_time() - before) * 1_000


async def answered(name: str, side: Side, n: int, times: int) -> None:
    """Print the 99th percentile of every command, and of all together."""
    chance = random.Random(9)
    every: list[float] = []
    for command in COMMANDS:
        if command.name == "test":  # posts a message, which Discord paces
            continue
        took = [await cpu_ms(side.ask(command.name, arguments(command, chance, n))) for _ in range(times)]
        for arg in command.args:
            if arg.complete:
                took += [await cpu_ms(side.suggest(command, arg, chance.choice(NAMES)[:2])) for _ in range(times // 5)]
        print(
            f"{name} {command.name}: {p(took, 0.99):.0f} ms of CPU p99 among {n:,} (target ≤ {TARGET_MS})", flush=True
        )
        every += took
    print(f"{name}, every command: {p(every, 0.99):.0f} ms of CPU p99 among {n:,} (target ≤ {TARGET_MS})", flush=True)


def p(values: list[float], share: float) -> float:
    """A percentile."""
    return sorted(values)[int(len(values) * share)]


async def commands(n: int, times: int) -> None:
    """Every command on both platforms, over one full store."""
    async with new_store() as store:
        await filled(store, n)
        end = T0 + n * 120_000 + HOUR_MS
        for name, make in SIDES.items():
            platforms: dict[str, Platform] = {}
            desk = Desk(store, rulebook(), WORDS, lambda: end, platforms, draw=chart.draw)
            async with make(CommandDesk(desk), platforms) as side:
                await answered(name, side, n, times)


# ── from the entry to the message ──────────────────────────────────────────────────────────────────────────────────


async def posted(
    store: Store, platform: Platform, rooms: Sequence[tuple[str, str, Sequence[object]]], pause_s: float
) -> None:
    """Print how long entries took from before they are matched to the message, one at a time, each to a new channel."""
    rules = Rulebook()
    for number, (scope, ref, _) in enumerate(rooms):
        rule = rules.resolve(f"zeta{number}")
        rule = rules.adopt(rule, await store.query(rule.label))
        channel = await store.channel(platform.name, scope, ref)
        await store.subscribe(channel, rule.id, rule.label, {}, clock())
    lanes = Lanes(store, {platform.name: platform}, clock)
    pipeline = Pipeline(store, rules, on_alerts=lanes.wake.set)
    stop = asyncio.Event()
    serving = asyncio.create_task(lanes.run(stop))
    waited, spent = [], []
    for number, (_, _, messages) in enumerate(rooms):
        await asyncio.sleep(pause_s)
        now = clock()
        entry = Entry(
            f"e{number}", f"https://x{number}.example/", f"zeta{number} lifts guidance in week {number * 7}", "",
            published=now, first_seen=now,
        )  # fmt: skip
        before, cpu = time.perf_counter(), time.process_time()
        await pipeline.replay([entry])
        while not messages:  # noqa: ASYNC110 (the loopback server tells nobody)
            await asyncio.sleep(0.002)
        waited.append(time.perf_counter() - before)
        spent.append(time.process_time() - cpu)
    stop.set()
    lanes.wake.set()
    await serving
    print(
        f"{platform.name}, entry to message: {p(waited, 0.95):.3f} s p95 of {len(rooms)}, "
        f"{p(spent, 0.95) * 1_000:.0f} ms of it CPU (target ≤ {PROMPT_S:.0f} s)",
        flush=True,
    )


async def prompt(count: int) -> None:
    """Both platforms, when nothing else is queued."""
    nothing = CommandDesk(Desk(None, Rulebook(), WORDS, clock, {}))  # type: ignore[arg-type]
    async with FakeDiscord(checked=False) as fake, new_store() as store:
        guild = fake.world.guild()
        there = [fake.world.channel(guild) for _ in range(count)]
        platform = DiscordPlatform(
            TOKEN, commands=nothing, words=WORDS, memory=Forgetful(), options=DiscordOptions(api_base=fake.api)
        )
        await platform.start()
        await posted(store, platform, [(guild, c.id, c.messages) for c in there], 0.05)
        await platform.close()
    async with FakeSlack() as slack, new_store() as store:
        team = slack.team()
        rooms = [slack.channel(team, f"C{number}") for number in range(count)]
        talker = SlackPlatform(SlackOptions(bot_token="xoxb-1", api_base=slack.api), nothing, WORDS, store, store)
        await talker.start()
        await posted(store, talker, [("T1", c.id, c.messages) for c in rooms], 0.25)
        await talker.close()


def main() -> None:
    """Print one line a claim."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="commands among 1,000,000 entries")
    full = parser.parse_args().full
    asyncio.run(prompt(100 if full else 40))
    asyncio.run(commands(1_000_000 if full else 50_000, 100 if full else 30))


if __name__ == "__main__":
    main()
