"""Help and status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.talk import Talk
from bot.commands.wording import arg_help, command_help, in_english
from bot.core.commands.line import parse_line
from bot.core.commands.spec import BY_NAME, COMMANDS, Arg, Command
from bot.core.message import Item, Reply
from bot.core.polling.pulse import pulse, reading_since
from bot.core.units import DAY_MS, HOUR_MS, MINUTE_MS
from bot.ports import READING, STOPPED


async def status(talk: Talk, args: Mapping[str, str]) -> Reply:
    """Whether everything is well: counts of the store, and what the running parts report."""
    stats = await talk.store.stats()
    lines = [_labelled(talk, _counted(talk, name), f"{value:,}") for name, value in stats.items()]
    health = [_labelled(talk, name, talk.say.told(value)) for name, value in talk.desk.health().items()]
    return Reply(talk.say("status.head"), (await _pulse(talk, stats.get("feeds", 0)), *health, *lines))


def _labelled(talk: Talk, name: str, text: str) -> str:
    return talk.say("label", name=name, text=text)


async def _pulse(talk: Talk, feeds: int) -> str:
    """Whether any of `feeds` is being read, or since when none is; on the terminal, also how to start the bot."""
    now = talk.clock()
    stopped = await talk.store.recall(STOPPED)
    since = reading_since((await talk.store.recall_all(READING)).values(), now)
    found = pulse(await talk.store.polled(), int(stopped or 0), since, now)
    start = talk.say("status.start") if not (talk.in_chat or since or found.word == "well") else ""
    word = "resting" if found.word == "idle" and feeds else found.word
    return talk.say(f"status.{word}", ago=_ago(talk, now - found.at), start=start)


def _ago(talk: Talk, ms: int) -> str:
    units = (("days", DAY_MS), ("hours", HOUR_MS), ("minutes", MINUTE_MS))
    unit, size = next(((unit, size) for unit, size in units if ms >= 2 * size), ("seconds", 1_000))
    return talk.say(f"time.{unit}", n=max(0, ms) // size)


def _counted(talk: Talk, name: str) -> str:
    said = talk.say(key := f"status.{name}")
    return name.replace("_", " ") if said == key else said


async def help_(talk: Talk, args: Mapping[str, str]) -> Reply:
    """All commands, one line each; or one in full."""
    typed = args.get("command", "").strip().removeprefix("/tocsin").strip()
    wanted = parse_line(in_english(talk.desk.say, typed).partition(" ")[0])
    if wanted.problem:
        return replace(talk.refuse(wanted.problem, **wanted.values), lines=(talk.say("help.hint"),))
    if typed:
        return _one(talk, BY_NAME[wanted.name])
    items = tuple(Item(talk.say.line(command.name), "", command_help(talk.say, command)) for command in COMMANDS)
    return Reply(talk.say("help.head"), (talk.say("help.more"),), items)


def _one(talk: Talk, command: Command) -> Reply:
    lines = (talk.say("help.example", example=command.example),) if command.example else ()
    unable = talk.desk.unable(talk.asker.platform)
    items = tuple(_argument(talk, command, arg) for arg in command.args if arg.name not in unable)
    called = talk.say.line(command.name)
    return Reply(_labelled(talk, called, command_help(talk.say, command)), lines, items)


def _argument(talk: Talk, command: Command, arg: Arg) -> Item:
    name = arg.name if arg.required else talk.say("help.optional", name=arg.name)
    return Item(name, "", arg_help(talk.say, command, arg))
