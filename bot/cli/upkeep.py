"""Database maintenance: `migrate`, `backup`, `restore`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot.called import program
from bot.cli.common import now_ms, runs, shown_bar
from bot.cli.desks import configured, opened_store
from bot.configure import load_settings
from bot.core.errors import ConfigError, StoreError
from bot.store import backed_up_older, open_store, restore, shown
from bot.store.transfer import copied, whole


@click.command()
@click.option("--to", metavar="ADDRESS", help="Copy everything to an empty database: postgresql://…, or a file.")
@runs
async def migrate(to: str | None) -> None:
    """Create the database or upgrade it to this version; with --to, copy it to another database.

    Stop the bot before you copy. An interrupted copy goes on where it was.

    Example: tocsin migrate --to postgresql://tocsin@db.lan/tocsin
    """
    if to == "":
        raise ConfigError("--to names no database: give postgresql://… or a file")
    await (_copy(to) if to else _migrate())


async def _migrate() -> None:
    async with configured(upgrade=True, absent="make") as (settings, store):
        damage = await store.check()
    if damage:
        raise StoreError(
            f"{shown(settings.database)} is damaged ({damage[0]}); bring back a backup: tocsin restore FILE"
        )
    click.echo(f"{shown(settings.database)} is up to date and sound.")


async def _copy(to: str) -> None:
    settings = load_settings()
    with _told_of_to():
        place = shown(to)
    if place == shown(settings.database):
        raise ConfigError("--to names the database that is in use; name another one")
    async with opened_store(settings, upgrade=True) as source:
        with _told_of_to():
            target = open_store(to, clock=now_ms)
        try:
            with shown_bar("copying", lambda: None) as show:

                def tell(table: str, done: int, of: int) -> None:
                    show(description=table, completed=done, total=of)

                found = await copied(whole(source), whole(target), tell)
        finally:
            await target.close()
    rows = sum(table.rows for table in found)
    click.echo(f"{place} holds all of {shown(settings.database)}: {rows:,} rows in {len(found)} tables, counted.")
    click.echo(_NEXT[to.startswith("postgres")].format(to=to if not to.startswith("postgres") else ""))


@contextmanager
def _told_of_to() -> Iterator[None]:
    """The error of an address given by --to, worded for this option instead of the usual variable."""
    try:
        yield
    except StoreError as error:
        raise StoreError(str(error).replace("DATABASE_URL", "--to"), error.kind) from error


_NEXT = {
    True: "To use it, set DATABASE_URL to that address and start the bot.",
    False: "To use it, unset DATABASE_URL, set TOCSIN_STORE_PATH={to} and start the bot.",
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
def backup(file: str) -> None:
    """Copy the database while the bot runs.

    Example: tocsin backup tocsin-2026-01-08.db
    """
    if Path(file).exists():
        raise ConfigError(f"{file} exists already; name another file")
    settings = load_settings()
    server = settings.secrets.database_url
    older = None if server else backed_up_older(settings.database, file)
    size = _backup(file) if older is None else older
    back = _over_server(file) if server else f"{program()} restore {shlex.quote(file)}"
    whose = "" if older is None else f", of the older version that wrote {settings.database}"
    click.echo(f"{file}: {size / 1e6:.1f} MB{whose}. To bring it back: stop the bot, then {back}")


@runs
async def _backup(file: str) -> int:
    async with configured() as (_, store):
        return await store.backup(file)


def _over_server(file: str) -> str:
    """How to restore a backup into a server's database, checking on the way what it waits to tell."""
    path = "TOCSIN_STORE_PATH=restored.db"
    return f"unset DATABASE_URL, {path} tocsin restore {file}, {path} tocsin migrate --to ADDRESS (an empty database)"


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
def restore_(file: str) -> None:
    """Restore a backup. The bot must be stopped; the present database is set aside.

    What the backup had told is not told again; what came since, and still stands in its feed, comes as new.

    Example: tocsin restore tocsin-2026-01-08.db
    """
    settings = load_settings()
    if settings.secrets.database_url:
        raise ConfigError(f"DATABASE_URL is set: {_over_server(file)}")
    path = settings.store.path
    aside = restore(file, path)
    before = f" What was there before is kept as {aside}." if aside else ""
    click.echo(f"{path} is now the same as {file}.{before}")


COMMANDS = (migrate, backup, restore_)
