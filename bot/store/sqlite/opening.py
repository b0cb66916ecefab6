"""Opens a database: is it ours, is it intact, is it up to date? Every refusal leaves the file as it was."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from bot.core.errors import StoreError
from bot.store.sql.migrations import STEPS, VERSION
from bot.store.sqlite.database import Sqlite
from bot.store.sqlite.failures import code, refusal, told

APPLICATION_ID = 0x546F6373  # "Tocs"
MEMORY = ":memory:"
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_OLDER = (
    "was written by an older Tocsin; stop that one, make a backup with tocsin backup FILE, then run tocsin migrate "
    "(nothing was changed)"
)
_MAGIC = b"SQLite format 3\x00"
_CHECK_BYTES = 32 << 20  # smaller files are checked in full at each start, within about 0.1 s
_TRY_MS = 250
_PRAGMAS = ("foreign_keys = on", "synchronous = normal", "temp_store = memory", f"busy_timeout = {_TRY_MS}")
_WRITER = (
    "wal_autocheckpoint = 4000",
    f"journal_size_limit = {64 << 20}",
    "cache_size = -14000",
    "secure_delete = off",
)
_READER = ("query_only = on", "cache_size = -8000")


def open_writer(path: str, patience_s: float, *, upgrade: bool = True) -> Sqlite:
    """The connection that writes, migrated. Waits up to `patience_s` for another program's lock.

    Raises `StoreError`: foreign, newer, damaged, readonly, missing, busy; without `upgrade` also older, for a file of
    an older version.
    """
    with told(path):
        if path != MEMORY:
            inspect(path)
            if not upgrade and is_older(path):
                raise StoreError(f"{path} {_OLDER}", "older")
            for_owner(path)
        db = _connect(path, _WRITER)
        try:
            _prepare(db, path, patience_s)
        except BaseException:
            db.close()
            raise
    return db


def open_reader(path: str) -> Sqlite:
    """A connection that only reads."""
    with told(path):
        return _connect(path, _READER)


def as_it_is(path: str) -> closing[sqlite3.Connection]:
    """A connection that can't change a byte of the file, whichever program wrote it."""
    return closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True))


def inspect(path: str) -> None:
    """Refuse a file that is not ours without changing a byte of it. A missing or empty file may be created."""
    file = Path(path)
    if not file.is_file() or not file.stat().st_size:
        return
    with file.open("rb") as start:
        if start.read(16) != _MAGIC:
            raise refusal("NOTADB", path)
    with as_it_is(path) as conn:
        identity = conn.execute("pragma application_id").fetchone()[0]
        version = conn.execute("pragma user_version").fetchone()[0]
        empty = conn.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if identity != APPLICATION_ID and not (identity == 0 and empty):
        raise StoreError(
            f"{path} belongs to another program; name another file in store.path (nothing was changed)", "foreign"
        )
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer Tocsin (schema {version}, this one knows {VERSION}); upgrade Tocsin, "
            "or restore a backup made before the upgrade",
            "newer",
        )


def is_older(path: str) -> bool:
    """Whether an older version of ours wrote the file last, so that opening it would migrate it."""
    file = Path(path)
    if not file.is_file() or not file.stat().st_size:
        return False
    with as_it_is(path) as conn:
        return 0 < int(conn.execute("pragma user_version").fetchone()[0]) < VERSION


def for_owner(path: str) -> None:
    """Create a file that only its owner can read, as it will hold tokens. An existing file stays as it is.

    SQLite gives its log the same rights. If the file can't be created, the code that opens it says so.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def begin(db: Sqlite, patience_s: float) -> None:
    """`begin immediate`, tried again with jitter while another program holds the lock."""
    until = time.monotonic() + patience_s
    while True:
        try:
            db.conn.execute("begin immediate")
        except sqlite3.OperationalError as error:
            if code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(random.uniform(0.005, 0.05))
        else:
            return


def damages(db: Sqlite, limit: int = 20) -> list[str]:
    """What SQLite's quick check finds wrong, one line each; empty when all is well.

    From SQLite 3.44 on, the check also reads full text, but with the state that this connection last knew. Without a
    query before it, what others wrote since would be taken for damage.
    """
    try:
        if db["entry_fts"].exists():
            db.conn.execute("select rowid from entry_fts limit 1").fetchone()
        found = [row[0] for row in db.conn.execute(f"pragma quick_check({limit})")]
    except sqlite3.DatabaseError as error:
        if code(error) not in DAMAGED:
            raise
        return [str(error)]
    return [] if found == ["ok"] else found


def _connect(path: str, pragmas: tuple[str, ...]) -> Sqlite:
    conn = sqlite3.connect(
        path, timeout=_TRY_MS / 1000, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    try:
        conn.create_function("lower", 1, str.lower, deterministic=True)  # SQLite's own changes only A to Z
        for pragma in (*_PRAGMAS, *pragmas):
            conn.execute(f"pragma {pragma}")
    except BaseException:
        conn.close()
        raise
    return Sqlite(conn, execute_plugins=False)


def _prepare(db: Sqlite, path: str, patience_s: float) -> None:
    if path != MEMORY and os.stat(path).st_size <= _CHECK_BYTES and damages(db, 1):
        raise refusal("CORRUPT", path)
    begin(db, patience_s)  # before the journal mode: a file that can't be written is refused as it is
    db.conn.execute("rollback")
    db.enable_wal()
    if STEPS.pending(db):
        _migrate(db, patience_s)


def _migrate(db: Sqlite, patience_s: float) -> None:
    """Run all steps that are due in one transaction. Another process may have run them while we waited for the lock."""
    begin(db, patience_s)
    try:
        STEPS.apply(db)
        db.conn.execute(f"pragma application_id = {APPLICATION_ID}")
        db.conn.execute(f"pragma user_version = {VERSION}")
        db.conn.execute("commit")
    except BaseException:
        db.rollback()
        raise
