"""`migrate`, `backup`, `restore`: the database's upkeep."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.cli.assembly import opened_store
from bot.cli.parts import open_settings
from bot.core.errors import ConfigError, StoreError
from bot.store import restore


@click.command()
def migrate() -> None:
    """Make the database, or bring it to this version.

    Example: tocsin migrate
    """
    asyncio.run(_migrate())


async def _migrate() -> None:
    path = open_settings().store.path
    async with opened_store(open_settings()) as store:
        damage = await store.check()
    if damage:
        raise StoreError(f"{path} is damaged ({damage[0]}); bring back a backup: tocsin restore FILE")
    click.echo(f"{path} is up to date and sound.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
def backup(file: str) -> None:
    """Copy the database while the bot runs.

    Example: tocsin backup tocsin-2026-01-08.db
    """
    if Path(file).exists():
        raise ConfigError(f"{file} exists already; name another file")
    size = asyncio.run(_backup(file))
    click.echo(f"{file}: {size / 1e6:.1f} MB. To bring it back: stop the bot, then tocsin restore {file}")


async def _backup(file: str) -> int:
    async with opened_store(open_settings()) as store:
        return await store.backup(file)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def restore_(file: str) -> None:
    """Bring a backup back. The bot must be stopped; the present database is set aside. Old news is not alerted again.

    Example: tocsin restore tocsin-2026-01-08.db
    """
    path = open_settings().store.path
    restore(file, path)
    click.echo(f"{path} is now as {file} was.")


COMMANDS = (migrate, backup, restore_)
