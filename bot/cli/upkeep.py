"""`migrate`, `backup`, `restore`: the database's upkeep."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.cli.assembly import opened_store
from bot.cli.parts import open_settings
from bot.core.errors import ConfigError


@click.command()
def migrate() -> None:
    """Make the database, or bring it to this version.

    Example: tocsin migrate
    """
    asyncio.run(_migrate())


async def _migrate() -> None:
    settings = open_settings()
    async with opened_store(settings) as store:
        damage = await store.check()
    if damage:
        raise ConfigError(
            f"{settings.store.path} is damaged ({damage[0]}); restore the last backup: tocsin restore FILE"
        )
    click.echo(f"{settings.store.path} is up to date and sound.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
def backup(file: str) -> None:
    """Copy the database while the bot runs.

    Example: tocsin backup tocsin-2026-01-08.db
    """
    asyncio.run(_backup(file))


async def _backup(file: str) -> None:
    if Path(file).exists():
        raise ConfigError(f"{file} exists already; name another file")
    settings = open_settings()
    async with opened_store(settings) as store:
        size = await store.backup(file)
    click.echo(f"{file}: {size / 1e6:.1f} MB. To bring it back: stop the bot, tocsin restore {file}")


COMMANDS = (migrate, backup)
