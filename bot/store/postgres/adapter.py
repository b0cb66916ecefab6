"""The PostgreSQL adapter: many processes on many hosts over one database, chosen by its address alone.

Every process has a few connections, one for each thread: three that write, one that ingests, three that read. Leases,
fences and unique keys do the rest, so that nothing here needs to know of another process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import psycopg

from bot.core.units import Clock
from bot.store.db import Db
from bot.store.part import reads
from bot.store.postgres.connections import Threads
from bot.store.postgres.database import Postgres
from bot.store.postgres.failures import failure, place, transient
from bot.store.postgres.link import Link
from bot.store.postgres.schema import prepared, version_trouble
from bot.store.sqlite.adapter import open_sqlite
from bot.store.sqlstore import SqlStore
from bot.store.transfer import copied

T = TypeVar("T")
_WRITERS, _READERS = 3, 3
_LOOK_S = 30.0  # how often the server's clock and the schema's version are read
_DEAD_ZONE_MS = 100  # a smaller difference between the clocks is ignored
_FIRST_WAIT_S = 10.0  # how long a start waits for a server that is away
_TIME = "select (extract(epoch from clock_timestamp()) * 1000)::bigint"


class PostgresStore(SqlStore):
    """`bot.ports.Store` on a PostgreSQL database."""

    def __init__(self, address: str, clock: Clock, patience_s: float, *, prepare: bool) -> None:
        where = place(address)

        def make() -> Postgres:
            return Postgres(address, prepare=prepare)

        self._make = make
        ingesting = make()
        self._link = link = Link(where)
        self._ahead_ms = 0
        self._looked = 0.0
        self._writers = Threads(make, where, link, size=_WRITERS, patience_s=patience_s)
        self._ingesters = Threads(lambda: ingesting, where, link, size=1, patience_s=patience_s)
        self._readers = Threads(make, where, link, size=_READERS, patience_s=patience_s, snapshot=True)
        self._looks = Threads(make, where, link, size=1, patience_s=0, snapshot=True)
        super().__init__(self._writers, self._readers, self._ingesters, ingesting, clock, shared=True)

    def now(self) -> int:
        """See `Store`. By the server's clock, so that all processes agree on how long a lease has left."""
        if time.monotonic() - self._looked > _LOOK_S:
            self._looked = time.monotonic()
            self._looks.later(self._look)
        return self._clock() + self._ahead_ms

    def trouble(self) -> str:
        return self._link.trouble()

    async def backup(self, path: str) -> int:
        """See `Store`. A SQLite file with everything at one moment. The server's own tools are faster."""
        part = f"{path}.filling"
        _unlink(part)
        file = open_sqlite(part, self._clock, 1)
        try:
            async with self._moment() as moment:
                await copied(moment, file)
            return await file.backup(path)
        finally:
            await file.close()
            _unlink(part)

    @asynccontextmanager
    async def _moment(self) -> AsyncIterator[Moment]:
        db = self._make()
        try:
            await asyncio.to_thread(db.begin, snapshot=True)
            yield Moment(db)
        finally:
            await asyncio.to_thread(db.close)

    @reads
    def check(self, db: Db) -> list[str]:
        """See `Store`. Checks the schema only; the server looks after its own files."""
        trouble = version_trouble(db)
        return [trouble] if trouble else []

    async def close(self) -> None:
        """Finish pending work and close the connections; idempotent."""
        every = (self._ingesters, self._writers, self._readers, self._looks)
        for threads in every:
            threads.stop()
        for threads in every:
            await asyncio.to_thread(threads.join)

    def _look(self, db: Db) -> None:
        """Note how far the server's clock is ahead (at the middle of the request), and if the schema is still ours."""
        asked = time.time()
        row = db.execute(_TIME).fetchone()
        middle = (asked + time.time()) / 2
        ahead = round(row[0] - middle * 1000)
        self._ahead_ms = ahead if abs(ahead) >= _DEAD_ZONE_MS else 0
        refused = version_trouble(db)
        for threads in (self._writers, self._ingesters):
            threads.refused = refused


class Moment:
    """One snapshot, for several reads."""

    def __init__(self, db: Postgres) -> None:
        self._db = db

    async def read(self, work: Callable[[Db], T]) -> T:
        return await asyncio.to_thread(work, self._db)


def _unlink(part: str) -> None:
    for tail in ("", "-wal", "-shm"):
        Path(f"{part}{tail}").unlink(missing_ok=True)


def open_postgres(address: str, clock: Clock, patience_s: float, upgrade: bool) -> PostgresStore:
    """Connect, and create or migrate the schema. Blocks. `?prepare=no` in the address: a pooler can't prepare.

    Raises `StoreError`: missing (no such server, database, user), newer, foreign, readonly.
    """
    address, prepare = _prepare(address)
    where = place(address)
    db = Postgres(address)
    until = time.monotonic() + min(patience_s, _FIRST_WAIT_S)
    try:
        while not _opened(db, where, until, upgrade):
            time.sleep(0.25)
    finally:
        db.close()
    return PostgresStore(address, clock, patience_s, prepare=prepare)


def _opened(db: Postgres, where: str, until: float, upgrade: bool) -> bool:
    try:
        db.connect()
        prepared(db, where, upgrade)
    except psycopg.Error as error:
        if transient(error) and time.monotonic() < until:
            return False
        if known := failure(error, where):
            raise known from error
        raise
    return True


def _prepare(address: str) -> tuple[str, bool]:
    """The address without our own parameter in it, and whether statements may be prepared."""
    for mark in ("?prepare=no&", "&prepare=no", "?prepare=no"):
        if mark in address:
            return address.replace(mark, "?" if mark.endswith("&") else ""), False
    return address, True
