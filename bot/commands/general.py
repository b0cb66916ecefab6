"""Help and status."""

from __future__ import annotations

from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.commands.wording import arg_help, command_help
from bot.core.message import Item, Reply
from bot.core.spec import BY_NAME, COMMANDS, Command
from bot.ports import Asker


async def status(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """Is everything well? Counts of the store and what the running parts say of themselves."""
    stats = await desk.store.stats()
    lines = [f"{_counted(desk, asker, name)}: {value:,}" for name, value in stats.items()]
    health = [f"{name}: {value}" for name, value in desk.health().items()]
    return Reply(desk.say(asker.locale, "status.head"), (*health, *lines))


def _counted(desk: Desk, asker: Asker, name: str) -> str:
    said = desk.say(asker.locale, key := f"status.{name}")
    return name.replace("_", " ") if said == key else said


async def help_(desk: Desk, asker: Asker, args: Mapping[str, str]) -> Reply:
    """All commands in a line each, or one in full."""
    command = BY_NAME.get(args.get("command", "").strip().removeprefix("/tocsin").strip().lower())
    if command is not None:
        return _one(desk, asker, command)
    items = tuple(Item(command.name, "", command_help(desk, asker.locale, command)) for command in COMMANDS)
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
    )
    return Reply(f"{command.name}: {command_help(desk, asker.locale, command)}", tuple(lines), items)
