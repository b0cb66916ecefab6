"""Help and status."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import Desk, is_chat
from bot.commands.wording import arg_help, command_help
from bot.core.message import Item, Reply
from bot.core.pulse import pulse
from bot.core.spec import BY_NAME, COMMANDS, Command
from bot.core.units import DAY_MS, HOUR_MS, MINUTE_MS
from bot.ports import STOPPED, Asker


async def status(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Is everything well? Counts of the store and what the running parts say of themselves."""
    stats = await desk.store.stats()
    lines = [_labelled(desk, asker, _counted(desk, asker, name), f"{value:,}") for name, value in stats.items()]
    health = [_labelled(desk, asker, name, value) for name, value in desk.health().items()]
    return Reply(desk.say(asker.locale, "status.head"), (await _pulse(desk, asker), *health, *lines))


def _labelled(desk: Desk, asker: Asker, name: str, text: str) -> str:
    return desk.say(asker.locale, "label", name=name, text=text)


async def _pulse(desk: Desk, asker: Asker) -> str:
    """Whether feeds are read, and since when they are not; on the terminal, where nothing may run, how to start."""
    now = desk.clock()
    stopped = await desk.store.recall(STOPPED)
    found = pulse(await desk.store.polled(), int(stopped or 0), now)
    start = desk.say(asker.locale, "status.start") if not is_chat(asker.platform) and found.word != "well" else ""
    return desk.say(asker.locale, f"status.{found.word}", ago=_ago(desk, asker, now - found.at), start=start)


def _ago(desk: Desk, asker: Asker, ms: int) -> str:
    units = (("days", DAY_MS), ("hours", HOUR_MS), ("minutes", MINUTE_MS))
    unit, size = next(((unit, size) for unit, size in units if ms >= 2 * size), ("seconds", 1_000))
    return desk.say(asker.locale, f"time.{unit}", n=max(0, ms) // size)


def _counted(desk: Desk, asker: Asker, name: str) -> str:
    said = desk.say(asker.locale, key := f"status.{name}")
    return name.replace("_", " ") if said == key else said


async def help_(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """All commands in a line each, or one in full."""
    command = BY_NAME.get(args.get("command", "").strip().removeprefix("/tocsin").strip().lower())
    if command is not None:
        return _one(desk, asker, command)
    items = tuple(
        Item(desk.say.line(asker.locale, command.name), "", command_help(desk, asker.locale, command))
        for command in COMMANDS
    )
    return Reply(desk.say(asker.locale, "help.head"), (desk.say(asker.locale, "help.more"),), items)


def _one(desk: Desk, asker: Asker, command: Command) -> Reply:
    lines = [desk.say(asker.locale, "help.example", example=command.example)] if command.example else []
    items = tuple(
        Item(
            arg.name if arg.required else desk.say(asker.locale, "help.optional", name=arg.name),
            "",
            arg_help(desk, asker.locale, command, arg),
        )
        for arg in command.args
        if arg.name not in desk.unable(asker.platform)
    )
    called = desk.say.line(asker.locale, command.name)
    return Reply(_labelled(desk, asker, called, command_help(desk, asker.locale, command)), tuple(lines), items)
