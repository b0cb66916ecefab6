"""Stores by the scheme of their address. A new store is one file and one line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.called import pip
from bot.core.errors import StoreError
from bot.core.units import Clock
from bot.ports import Store
from bot.settings import sqlite_file
from bot.store.sqlite.adapter import open_sqlite
from bot.store.sqlite.opening import MEMORY
from bot.store.sqlite.upkeep import backed_up_older, restore


def _postgres(address: str, clock: Clock, patience_s: float, upgrade: bool) -> Store:
    try:
        from bot.store.postgres.adapter import open_postgres
    except ImportError as error:
        raise StoreError(
            f"PostgreSQL needs psycopg, which is not installed here: {pip()} install 'psycopg[binary,pool]'", "missing"
        ) from error
    return open_postgres(address, clock, patience_s, upgrade)


STORES: dict[str, Callable[[str, Clock, float, bool], Store]] = {
    "sqlite": open_sqlite,
    "memory": lambda _, clock, patience_s, upgrade: open_sqlite(MEMORY, clock, patience_s),
    "postgresql": _postgres,
    "postgres": _postgres,
}


_SERVERS = ("postgresql", "postgres")


def open_store(path_or_url: str, *, clock: Clock, patience_s: float = 45.0, upgrade: bool = True) -> Store:
    """Open a store: a file's path, `sqlite:///path`, `memory:`, `postgresql://…`. Blocks while it checks and migrates.

    As usual, `sqlite:///path` starts at the working directory and `sqlite:////path` at the root.
    `clock` gives ms since the epoch. `patience_s` is how long a write waits for another program's lock.
    `upgrade`: a store of an older version is migrated; otherwise it is refused.
    Raises `StoreError`, one line with the remedy; a refused file is left as it was.
    """
    scheme, path = _split(path_or_url)
    if scheme not in STORES:
        raise StoreError(
            f"no store for {scheme}: addresses; name a SQLite file or one of {', '.join(STORES)}", "missing"
        )
    return STORES[scheme](path, clock, patience_s, upgrade)


def is_absent(address: str) -> bool:
    """Whether an address names a file that does not exist; opening it would create it."""
    scheme, path = _split(address)
    return scheme == "sqlite" and not Path(path).exists()


def shown(address: str) -> str:
    """An address as it may be shown: without user and password."""
    scheme, path = _split(address)
    if scheme not in _SERVERS:
        return path or address
    from bot.store.postgres.failures import place

    return place(path)


def _split(address: str) -> tuple[str, str]:
    if address == MEMORY:
        return "memory", ""
    scheme, colon, rest = address.partition(":")
    if scheme in _SERVERS:
        return scheme, address
    if not colon or len(scheme) < 2 or not scheme.isalpha():  # a plain path, perhaps with a drive of Windows
        return "sqlite", address
    return scheme, sqlite_file(address) if scheme == "sqlite" else rest


__all__ = ["STORES", "backed_up_older", "is_absent", "open_store", "restore", "shown"]
