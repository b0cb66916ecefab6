"""The SQLite adapter: every part over one writer thread and a few reading connections."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.core.units import Clock
from bot.store.db import Db
from bot.store.sqlite.opening import MEMORY, open_writer
from bot.store.sqlite.readers import Readers
from bot.store.sqlite.upkeep import backed_up, damages_in
from bot.store.sqlite.writer import Writer
from bot.store.sqlstore import SqlStore


class SqliteStore(SqlStore):
    """`bot.ports.Store` on one SQLite file, or in memory; there one connection, the writer's, reads too."""

    def __init__(self, writer: Writer, readers: Readers | None, clock: Clock) -> None:
        super().__init__(writer, readers or writer, writer, writer.db.conn, clock)
        self._file = writer
        self._readers = readers

    async def backup(self, path: str) -> int:
        """See `Store`. It is first written beside `path`: a killed backup leaves no partial file under that name."""
        in_memory = self._readers is None
        return await (self._readers or self._file).do(lambda db: backed_up(db, path, in_memory=in_memory))

    @contextmanager
    def _wiped(self, db: Db) -> Iterator[None]:
        db.execute("pragma secure_delete = on")
        try:
            yield
        finally:
            db.execute("pragma secure_delete = off")

    async def check(self) -> list[str]:
        return await damages_in((self._readers or self._file).do)

    async def close(self) -> None:
        """Finish pending work, fold the log into the file and close; idempotent.

        The writing connection is closed last: if two are closed at the same time, each leaves the log to the other.
        """
        if self._readers is not None:
            self._readers.stop()
            await asyncio.to_thread(self._readers.join)
        self._file.stop()
        await asyncio.to_thread(self._file.join)


def open_sqlite(path: str, clock: Clock, patience_s: float, upgrade: bool = True) -> SqliteStore:
    """Open or create the file. Blocks while it checks and migrates. Raises `StoreError`; the file is then unchanged."""
    writer = Writer(open_writer(path, patience_s, upgrade=upgrade), path, patience_s)
    store = SqliteStore(writer, None if path == MEMORY else Readers(path), clock)
    writer.start()
    return store
