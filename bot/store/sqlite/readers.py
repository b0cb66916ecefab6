"""A small pool of read-only connections, each used by one thread at a time."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.core.errors import StoreError
from bot.store.sqlite.database import Sqlite
from bot.store.sqlite.failures import told
from bot.store.sqlite.opening import open_reader

T = TypeVar("T")
_THREADS = 3


class Readers:
    """Runs reads in threads, each on one consistent snapshot of the committed state."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(_THREADS, "store-read")
        self._idle: queue.SimpleQueue[Sqlite] = queue.SimpleQueue()
        self._closed = False

    async def do(self, work: Callable[[Sqlite], T]) -> T:
        """The answer of `work`. Raises what it raised, or `StoreError`."""
        if self._closed:
            raise StoreError(f"{self._path} is closed", "closed")
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, work)

    def stop(self) -> None:
        """Take no more reads. Idempotent."""
        self._closed = True

    def join(self) -> None:
        """Finish pending reads, then close the connections. Blocks."""
        self._pool.shutdown(wait=True)
        while not self._idle.empty():
            self._idle.get_nowait().close()

    def _read(self, work: Callable[[Sqlite], T]) -> T:
        with told(self._path):
            db = self._connection()
            try:
                db.conn.execute("begin")
                return work(db)
            finally:
                db.rollback()
                self._idle.put(db)

    def _connection(self) -> Sqlite:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return open_reader(self._path)
