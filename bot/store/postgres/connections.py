"""Threads over PostgreSQL, each with a connection of its own. Each job has a transaction of its own.

A job that lost against another (a deadlock, a lock not got) is done again. If the connection breaks before the commit,
it is replaced and the job is done again, with back-off, as long as `patience_s` lasts. If it breaks *at* the commit,
nobody knows whether the work is stored, and the caller is told so.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, local
from typing import TypeVar

import psycopg

from bot import faultpoint
from bot.core.errors import StoreError
from bot.store.db import Db
from bot.store.postgres.database import Postgres
from bot.store.postgres.failures import AGAIN, failure, transient
from bot.store.postgres.link import Link

T = TypeVar("T")
_LONGEST_S = 5.0
_MOST_LOSSES = 20


class Threads:
    """`size` threads that run work in transactions, or on snapshots that can't write."""

    def __init__(
        self,
        make: Callable[[], Postgres],
        where: str,
        link: Link,
        *,
        size: int,
        patience_s: float,
        snapshot: bool = False,
    ) -> None:
        self._undone: Callable[[], None] = lambda: None
        self.refused = ""
        self._make = make
        self._where = where
        self._link = link
        self._patience_s = patience_s
        self._snapshot = snapshot
        self._pool = ThreadPoolExecutor(size, "store-read" if snapshot else "store-write")
        self._mine = local()
        self._every: list[Postgres] = []
        self._lock = Lock()
        self._closed = False

    async def do(self, work: Callable[[Db], T], *, durable: bool = False) -> T:
        """The result of `work`, after its commit. Raises what it raised, or `StoreError`."""
        if self._closed:
            raise StoreError(f"{self._where} is closed", "closed")
        if self.refused:
            raise StoreError(f"{self._where} {self.refused}", "newer")
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._run, work, durable)

    def when_undone(self, forget: Callable[[], None]) -> None:
        """Call `forget` after any work was rolled back: caches must forget it."""
        self._undone = forget

    def later(self, work: Callable[[Db], object]) -> None:
        """Run work some time soon; its result and its errors are ignored."""
        if not self._closed:
            self._pool.submit(self._run, work, False)

    def stop(self) -> None:
        """Take no more work. Idempotent."""
        self._closed = True

    def join(self) -> None:
        """Finish pending work, then close the connections. Blocks."""
        self._pool.shutdown(wait=True)
        for db in self._every:
            db.close()

    def _run(self, work: Callable[[Db], T], durable: bool) -> T:
        db, until, losses, rest = self._connection(), time.monotonic() + self._patience_s, 0, 0.05
        while True:
            try:
                return self._once(db, work, durable=durable)
            except AGAIN as error:
                losses += 1
                if losses >= _MOST_LOSSES:
                    raise StoreError(f"{self._where}: others were always quicker; try again", "busy") from error
                time.sleep(random.uniform(0, 0.01 * losses))
            except psycopg.Error as error:
                if transient(error):
                    self._link.lost()
                if not transient(error) or time.monotonic() > until:
                    if known := failure(error, self._where):
                        raise known from error
                    raise
                db.close()
                time.sleep(random.uniform(rest / 2, rest))
                rest = min(rest * 2, _LONGEST_S)

    def _once(self, db: Postgres, work: Callable[[Db], T], *, durable: bool) -> T:
        try:
            db.begin(durable=durable, snapshot=self._snapshot)
            result = work(db)
        except BaseException:
            db.rollback()
            self._undone()
            raise
        if self._snapshot:
            db.rollback()
        else:
            self._commit(db)
        self._link.answers()
        return result

    def _commit(self, db: Postgres) -> None:
        faultpoint.hit("commit")
        try:
            db.commit()
        except psycopg.Error as error:
            self._undone()
            db.rollback()
            if isinstance(error, AGAIN) or not transient(error):
                raise
            db.close()
            raise StoreError(
                f"{self._where} broke off while storing; whether it was stored is not known yet", "io"
            ) from error
        faultpoint.hit("committed")

    def _connection(self) -> Postgres:
        found: Postgres | None = getattr(self._mine, "db", None)
        if found is None:
            found = self._mine.db = self._make()
            with self._lock:
                self._every.append(found)
        return found
