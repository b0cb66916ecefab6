"""`run` and `demo`: the live program."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

import click

from bot import faultpoint, logs
from bot.called import program
from bot.cli.assembly import live_parts, log_setup
from bot.cli.common import keep_loaded
from bot.cli.demo import USUAL, play
from bot.cli.desks import opened_store
from bot.cli.page import page
from bot.cli.platforms import NO_CHAT
from bot.configure import load_settings
from bot.core.errors import ConfigError
from bot.parts import ROLES
from bot.ports import ChatPlatform
from bot.runtime import Runtime

_UNFOLDED = 10_000  # columns


@click.command()
@click.argument("roles", nargs=-1, metavar="[ROLE]...", type=click.Choice(ROLES))
def run(roles: tuple[str, ...]) -> None:
    """Run the bot: watch, fold, match, alert. Without a chat token, alerts come to this terminal.

    Without a ROLE it does all. Several programs may share the work over one database (DATABASE_URL, docs/scale.md):
    poll fetches, ingest folds and matches, send delivers, gateway hears commands, web serves the page.

    Example: tocsin run

    Example: tocsin run poll ingest
    """
    faultpoint.arm(os.environ.get("TOCSIN_FAULT", ""))
    _with_fast_loop(_run(roles or ROLES))


async def _run(roles: tuple[str, ...]) -> None:
    settings = load_settings()
    log_setup(settings)
    settings.proxies.checked()
    async with (
        opened_store(settings, upgrade=True, absent="make") as store,
        live_parts(settings, store, roles) as parts,
    ):
        if "send" in roles and not any(isinstance(one, ChatPlatform) for one in parts.platforms.values()):
            _say(NO_CHAT)
        keep_loaded()
        runtime = Runtime(parts)
        async with page(settings, parts, runtime, terminal=sys.stdout.isatty()) as said:
            if said:
                click.echo(said)
            _say(watching(await store.stats()) if "poll" in roles else f"Running: {', '.join(roles)}.")
            await runtime.run()
    again = " ".join((program(), "run", *(roles if roles != ROLES else ())))
    _say(f"{_after_a_key()}Stopped. {again} goes on where it was.")


def _say(text: str) -> None:
    """Print a text, wrapped between words on a terminal, in whole lines elsewhere."""
    width = get_terminal_size().columns if sys.stdout.isatty() else _UNFOLDED
    click.echo("\n".join(click.wrap_text(line, width) for line in text.split("\n")))


def _after_a_key() -> str:
    """Start a new line after the ^C that a terminal shows."""
    return "\n" if sys.stdout.isatty() else ""


def watching(stats: Mapping[str, int]) -> str:
    """What begins now, so that nobody waits for alerts that can't come yet. `stats`: the store's counts."""
    feeds, subscriptions = stats.get("feeds", 0), stats.get("subscriptions", 0)
    begun = f"Watching {feeds} feed{'s' if feeds != 1 else ''}"
    lines = [f"{begun} for {subscriptions} subscription{'s' if subscriptions != 1 else ''}."]
    if not subscriptions:
        lines = [f"{begun}. Nothing is subscribed yet: {program()} subscribe TOPIC, in chat /tocsin subscribe."]
    if not stats.get("entries"):
        lines.append(
            "What a feed holds when it is first read can be searched and alerts nobody; what it brings then does."
        )
    return "\n".join(lines)


@click.command()
@click.option(
    "--db",
    default=str(USUAL),
    show_default=True,
    type=click.Path(dir_okay=False),
    help="Where it keeps its state. An interrupted demo goes on where it was.",
)
@click.option(
    "--seconds", default=12.0, show_default=True, type=click.FloatRange(1, 600), help="How long the recording takes."
)
def demo(db: str, seconds: float) -> None:
    """Play a recorded day of news, offline, through the same program as `run`.

    Example: tocsin demo
    """
    try:
        Path(db).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{Path(db).parent}: {error.strerror}; --db names another place") from None
    logs.setup("error", "text")
    _with_fast_loop(play(Path(db), seconds))


def _with_fast_loop(work: Coroutine[Any, Any, None]) -> None:
    """uvloop if it is installed, else the standard event loop."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


COMMANDS = (run, demo)
