"""Opens the store and the command layer for the terminal, without sources or chat platforms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from bot.called import program
from bot.cli.common import load_rules, now_ms, vault_of, words
from bot.commands.api import Commands
from bot.commands.desk import Desk, Draw
from bot.commands.run import CommandDesk
from bot.configure import load_settings
from bot.core.errors import StoreError
from bot.core.matching.late import LateEngine
from bot.ports import Store
from bot.settings import Settings
from bot.store import is_absent, open_store, shown
from bot.store.sqlite.opening import MEMORY
from bot.store.transfer import MARK
from handlers.console import ConsolePlatform

PLATFORM_OF_TERMINAL = "console"
_WEBHOOKS = "local"  # the scope of those that are subscribed from the terminal


Absent = Literal["refuse", "make", "pretend"]
"""What to do if there is no database: refuse, make one, or pretend with an empty one in memory."""


@asynccontextmanager
async def opened_store(settings: Settings, *, upgrade: bool = False, absent: Absent = "refuse") -> AsyncIterator[Store]:
    """The store, closed at the end. A database of an older version is refused without `upgrade`, for that version may
    be running. Raises `StoreError`.
    """
    store = open_store(_address(settings, absent), clock=now_ms, upgrade=upgrade)
    try:
        if await store.recall(MARK):
            raise StoreError(f"{shown(settings.database)} holds half of a copy; finish it with tocsin migrate --to it")
        await store.seal_feeds(vault_of(settings))
        yield store
    finally:
        await store.close()


def _address(settings: Settings, absent: Absent) -> str:
    """The address of the store. Raises `StoreError` if it is absent but must exist."""
    if absent == "make" or not is_absent(settings.database):
        return settings.database
    if absent == "pretend":
        return MEMORY
    raise StoreError(no_database(settings), "missing")


def no_database(settings: Settings) -> str:
    """The error that there is no database yet, with what to do."""
    where = Path(shown(settings.database)).absolute()
    return f"there is no database at {where}; tocsin run makes one, TOCSIN_STORE_PATH names another"


@asynccontextmanager
async def configured(*, upgrade: bool = False, absent: Absent = "refuse") -> AsyncIterator[tuple[Settings, Store]]:
    """The settings and the store that they name; see `opened_store`."""
    settings = load_settings()
    async with opened_store(settings, upgrade=upgrade, absent=absent) as store:
        yield settings, store


@asynccontextmanager
async def opened_desk(draw: Draw | None, absent: Absent) -> AsyncIterator[Commands]:
    """The commands for the terminal, over the configured store; `draw` if a picture is wanted."""
    async with opened_tools(draw, absent) as (_, desk):
        yield CommandDesk(desk)


@asynccontextmanager
async def opened_tools(draw: Draw | None = None, absent: Absent = "refuse") -> AsyncIterator[tuple[Settings, Desk]]:
    """The settings, and what the commands for the terminal work with."""
    async with configured(absent=absent) as (settings, store):
        rules = await asyncio.to_thread(load_rules, settings, engine=LateEngine)
        await rules.load_queries(store)
        platforms = {PLATFORM_OF_TERMINAL: ConsolePlatform(transcript(settings))}
        say = replace(words(), keyboards=dict.fromkeys((PLATFORM_OF_TERMINAL, _WEBHOOKS), _in_a_shell))
        yield settings, Desk(store, rules, say, store.now, platforms, draw=draw)


def _in_a_shell(line: str, called: Callable[[str], str], may_configure: bool) -> str:
    """See `bot.ports.Keyboard`."""
    return f"{program()} {line}"


def transcript(settings: Settings) -> Path:
    """The file of the terminal's transcript, beside the database."""
    return Path(settings.store.path).with_suffix(".console")
