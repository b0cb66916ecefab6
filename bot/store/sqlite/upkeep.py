"""Backup, restore and checks of a SQLite file."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from bot.core.errors import StoreError
from bot.store.sqlite.database import Sqlite
from bot.store.sqlite.failures import code, told, told_of_backup
from bot.store.sqlite.opening import DAMAGED, as_it_is, damages, for_owner, inspect, is_older, open_reader
from bot.store.sqlite.restoring import told_since

_APART = 1_000_000  # ids left out between those that a backup knew and those given after a restore


def backed_up(db: Sqlite, path: str, *, in_memory: bool) -> int:
    """Copy a database to a file, which gets its name only when it is complete; returns its size in bytes."""
    part = f"{path}.part"
    with told(path):
        Path(part).unlink(missing_ok=True)
        for_owner(part)
        if in_memory:
            Path(part).write_bytes(db.conn.serialize())
        else:
            _copy(db, part)
        return _named(part, path)


def backed_up_older(source: str, path: str) -> int | None:
    """As `backed_up`, of a file of an older version, without a migration: that version can use both files again.

    None if the file is of this version, or missing. Raises `StoreError`.
    """
    with told(source):
        inspect(source)
        if not is_older(source):
            return None
        with closing(open_reader(source)) as db:
            return backed_up(db, path, in_memory=False)


async def damages_in(read: Callable[[Callable[[Sqlite], list[str]]], Awaitable[list[str]]]) -> list[str]:
    """What SQLite's quick check finds wrong, or one line if it can't even read the file."""
    try:
        return await read(damages)
    except StoreError as error:
        if error.kind != "damaged":
            raise
        return [str(error)]


def _copy(db: Sqlite, part: str) -> None:
    with closing(sqlite3.connect(part)) as target:
        db.conn.backup(target)
        target.execute("pragma journal_mode = delete")


def _named(part: str, path: str) -> int:
    """Flush a file to the disk, then give it its name; returns its size in bytes."""
    with Path(part).open("rb+") as written:
        os.fsync(written.fileno())
    Path(part).replace(path)
    return Path(path).stat().st_size


def restore(source: str, target: str) -> str:
    """Replace a database that is not in use by a backup; the replaced file stays as `….before-restore`.

    Returns that name, "" if there was no file.

    Deliveries that wait in the backup may have been sent since: they are looked for before they are sent, and what was
    held for digests is told only if it is known that it was not told (`bot.store.sqlite.restoring`). New ids are far
    from those given since the backup, so that no message of that time is taken for a new one. Raises `StoreError` when
    `source` is no complete backup of ours; nothing is changed then.
    """
    if not Path(source).is_file():
        raise StoreError(f"{source}: no such backup", "missing")
    with told_of_backup(source):
        inspect(source)
        if _is_bare(source):
            raise StoreError(f"{source} is empty", "foreign")
    part = f"{target}.restoring"
    try:
        with told(target):
            Path(part).write_bytes(b"")  # if that fails, the error is of `target`, not of the backup
        with told_of_backup(source, target), as_it_is(source) as backup:
            _prepared(backup, source, part, target)
        aside = _set_aside(target)
        if Path(target).exists():
            shutil.copymode(target, part)
        Path(part).replace(target)
    finally:
        with suppress(OSError):
            Path(part).unlink(missing_ok=True)
    return aside


def _is_bare(path: str) -> bool:
    """Whether the file holds nothing; `inspect` lets such a file pass."""
    with as_it_is(path) as conn:
        return not conn.execute("select count(*) from sqlite_master").fetchone()[0]


def _prepared(backup: sqlite3.Connection, source: str, part: str, target: str) -> None:
    Path(part).unlink(missing_ok=True)
    for_owner(part)
    with closing(sqlite3.connect(part)) as copy:
        backup.backup(copy)
        if found := damages(Sqlite(copy, execute_plugins=False), 1):
            raise StoreError(found[0], "damaged")
        told_since(copy, target, time.time_ns() // 1_000_000)
        for statement in _AFTER_RESTORE:
            copy.execute(statement, {"apart": _APART})
        copy.commit()


def _set_aside(target: str) -> str:
    """Give a database a second name, and rename its log; the database keeps its name until it is replaced.

    Returns the second name, "" if there is no database.

    Raises `StoreError` (busy) while another process has it open.
    """
    if not Path(target).exists():
        return ""
    try:
        with told(target), closing(sqlite3.connect(target, timeout=1, isolation_level=None)) as conn, _even_damaged():
            conn.execute("pragma locking_mode = exclusive")
            conn.execute("begin exclusive")
            conn.execute("rollback")
            conn.execute("pragma wal_checkpoint(truncate)")
    except StoreError as error:
        if error.kind != "busy":
            raise
        raise StoreError(f"{target} is in use; stop the bot, then try again (nothing was changed)", "busy") from None
    aside = f"{target}.before-restore"
    for tail in ("-wal", "-shm"):  # rest of a log; no log may stay beside a database that is not its own
        Path(f"{aside}{tail}").unlink(missing_ok=True)
        if (file := Path(f"{target}{tail}")).exists():
            file.replace(f"{aside}{tail}")
    Path(aside).unlink(missing_ok=True)
    try:
        os.link(target, aside)
    except OSError:  # a file system without links
        shutil.copy2(target, aside)
    return aside


@contextmanager
def _even_damaged() -> Iterator[None]:
    """Ignore damage: a damaged or foreign file is set aside as it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if code(error) not in DAMAGED:
            raise


_AFTER_RESTORE = (
    "update delivery set state = 'sending', looks = 0 where state = 'queued'",
    "update tally set n = n + :apart where name in ('entry', 'story')",
    "update sqlite_sequence set seq = seq + :apart where name = 'delivery'",
    "update channel set lease_until = 0",
    "update feed set lease_until = 0",
)
