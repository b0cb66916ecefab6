"""What every part of the store works with: the thread that writes, the connections that read, the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlite_utils import Database

from bot.store.ingest import Ingest
from bot.store.readers import Readers
from bot.store.similar import StoryIndex
from bot.store.vocabulary import Vocabulary
from bot.store.writer import Writer

T = TypeVar("T")
Clock = Callable[[], int]


class Desk:
    """Reads go to `readers`; in memory there is one connection, and the writer serves them."""

    def __init__(self, writer: Writer, readers: Readers | None, clock: Clock) -> None:
        self._writer = writer
        self._readers = readers
        self._clock = clock
        self._rules: dict[str, int] = {}
        self._index = StoryIndex(writer.db.conn)
        self._vocabulary = Vocabulary()
        writer.undone = self._rules.clear  # a rule that was made in work that was taken back is not there

    async def _write(self, work: Callable[[Database], T], *, durable: bool = False) -> T:
        return await self._writer.do(work, durable=durable)

    async def _read(self, work: Callable[[Database], T]) -> T:
        return await (self._readers or self._writer).do(work)

    def _ingest(self, db: Database) -> Ingest:
        """A transaction's ingest; in the writer's thread only."""
        return Ingest(db, self._index, self._rules, self._vocabulary)
