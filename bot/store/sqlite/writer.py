"""The single writer thread. Jobs that wait together share a transaction, each in a savepoint of its own.

If a job fails, only its own work is rolled back. If the transaction itself fails (no room, a damaged page), every job
in it gets the error and nothing of it is stored. A job that must survive a power cut asks for `durable`: its
transaction is flushed to the disk, with everything before it. The others survive a killed process, which needs no
flush.
"""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar

from bot import faultpoint
from bot.core.errors import StoreError
from bot.store.sqlite.database import Sqlite
from bot.store.sqlite.failures import failure
from bot.store.sqlite.opening import MEMORY, begin

T = TypeVar("T")
Work = Callable[[Sqlite], T]
_BATCH, _BATCH_S = 64, 0.05  # a transaction takes no further job after so many, or so long


@dataclass(slots=True)
class Job:
    """What to do in the transaction, and the future of the caller that waits for it."""

    work: Work[Any]
    future: asyncio.Future[Any]
    durable: bool = False
    result: Any = None
    error: Exception | None = None

    def __enter__(self) -> Job:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        """Keep what the work raised, for the caller."""
        if isinstance(error, Exception):
            self.error = error
        return self.error is not None

    def settle(self) -> None:
        """Answer, on the caller's loop. A caller that gave up is ignored."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)


@dataclass(slots=True)
class Writer:
    """Runs jobs on `db`, in order."""

    db: Sqlite
    path: str
    patience_s: float
    transactions: int = 0
    _undone: Callable[[], None] = field(default=lambda: None)
    _jobs: queue.SimpleQueue[Job | None] = field(default_factory=queue.SimpleQueue)
    _next: Job | None = None
    _closed: bool = False
    _thread: threading.Thread | None = None
    _inode: tuple[int, int] | None = None
    _full: bool = False

    def when_undone(self, forget: Callable[[], None]) -> None:
        """Call `forget` after any work was rolled back: caches must forget it."""
        self._undone = forget

    def start(self) -> Writer:
        self._inode = self._identity()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()
        return self

    async def do(self, work: Work[T], *, durable: bool = False) -> T:
        """Run `work` in a transaction and wait for its commit. Raises what it raised, or `StoreError`."""
        if self._closed:
            raise StoreError(f"{self.path} is closed", "closed")
        job = Job(work, asyncio.get_running_loop().create_future(), durable)
        self._jobs.put(job)
        result: T = await job.future
        return result

    def stop(self) -> None:
        """Take no more jobs; pending ones are still done. Idempotent."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)

    def join(self) -> None:
        """Wait until all jobs are done and the connection is closed. Blocks."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while (job := self._next or self._jobs.get()) is not None:
            self._next = None
            batch = [job]
            self._transact(batch)
            self._answer(batch)
        self.db.close()

    def _transact(self, batch: list[Job]) -> None:
        """Run one transaction: the job in `batch`, and those that arrive while it is open."""
        try:
            self._begin(durable=batch[0].durable)
            self._serve(batch)
            if self.db.conn.in_transaction:
                faultpoint.hit("commit")
                self.db.conn.execute("commit")
                faultpoint.hit("committed")
        except (sqlite3.Error, StoreError) as error:
            self.db.rollback()
            self._fail(batch, error)

    def _begin(self, *, durable: bool) -> None:
        if self._inode != self._identity():
            raise StoreError(f"{self.path} was replaced while in use; stop Tocsin and start it again", "replaced")
        if durable != self._full:
            self.db.conn.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
            self._full = durable
        begin(self.db, self.patience_s)
        self.transactions += 1

    def _serve(self, batch: list[Job]) -> None:
        until = time.monotonic() + _BATCH_S
        while True:
            self._savepoint(batch[-1])
            if not self.db.conn.in_transaction:  # SQLite rolled everything back (no room, a failed read)
                raise batch[-1].error or StoreError(f"{self.path}: the transaction was lost", "io")
            if len(batch) >= _BATCH or time.monotonic() > until or not self._another(batch):
                return

    def _savepoint(self, job: Job) -> None:
        with job, self.db.atomic():
            job.result = job.work(self.db)
        if job.error is not None:
            self._undone()
            if isinstance(job.error, sqlite3.Error):
                job.error = failure(job.error, self.path) or job.error

    def _another(self, batch: list[Job]) -> bool:
        """Take the next job into this transaction, if one waits and does not need a more durable transaction."""
        try:
            job = self._jobs.get_nowait()
        except queue.Empty:
            return False
        if job is None:
            self._jobs.put(None)  # the end: no job comes after it
            return False
        if job.durable and not self._full:
            self._next = job
            return False
        batch.append(job)
        return True

    def _fail(self, batch: list[Job], error: Exception) -> None:
        self._undone()
        if isinstance(error, sqlite3.Error):
            error = failure(error, self.path) or error
        for job in batch:
            if job.error is None:
                job.error = StoreError(str(error), error.kind) if isinstance(error, StoreError) else error

    def _answer(self, batch: list[Job]) -> None:
        """Answer the jobs with one hop back to each loop."""
        loops: dict[asyncio.AbstractEventLoop, list[Job]] = {}
        for job in batch:
            loops.setdefault(job.future.get_loop(), []).append(job)
        for loop, jobs in loops.items():
            with suppress(RuntimeError):  # that loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, jobs)

    def _identity(self) -> tuple[int, int] | None:
        if self.path == MEMORY:
            return None
        try:
            found = os.stat(self.path)
        except OSError:
            return (0, 0)
        return (found.st_dev, found.st_ino)


def _settle(jobs: list[Job]) -> None:
    for job in jobs:
        job.settle()
