"""The base of every part of the store: writer, reader, ingester and clock."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.core.units import Clock
from bot.store.db import Conn, Db
from bot.store.ingest import Ingest
from bot.store.similar.index import StoryIndex
from bot.store.vocabulary import Vocabulary

T = TypeVar("T")
P = ParamSpec("P")


class Reader(Protocol):
    """Runs work on one consistent snapshot, in a thread."""

    async def do(self, work: Callable[[Db], T]) -> T: ...


class Writer(Protocol):
    """Runs work in a transaction, in a thread."""

    async def do(self, work: Callable[[Db], T], *, durable: bool = False) -> T: ...

    def when_undone(self, forget: Callable[[], None]) -> None:
        """Call `forget` after any work was rolled back."""


class Part:
    """`conn` is the connection of `ingester`; its one thread owns the folding index. `shared`: other programs write."""

    def __init__(
        self, writer: Writer, reader: Reader, ingester: Writer, conn: Conn, clock: Clock, *, shared: bool = False
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._ingester = ingester
        self._clock = clock
        self.shared = shared
        self._rules: dict[str, int] = {}
        self._index = StoryIndex(conn, shared=shared)
        self._vocabulary = Vocabulary()
        for one in (writer, ingester):
            one.when_undone(self._rules.clear)  # a rule that was made in rolled back work does not exist

    def now(self) -> int:
        return self._clock()

    def trouble(self) -> str:
        """See `Store`. A file is always there; if not, the call that needs it says what is wrong."""
        return ""

    async def read(self, work: Callable[[Db], T]) -> T:
        return await self._reader.do(work)

    async def write(self, work: Callable[[Db], T], *, durable: bool = False) -> T:
        """Run `work` in a transaction; a `durable` one is on the disk when it returns."""
        return await self._writer.do(work, durable=durable)

    def _ingest(self, db: Db) -> Ingest:
        """A transaction's ingest; in the ingester's thread only."""
        return Ingest(db, self._index, self._rules, self._vocabulary)


S = TypeVar("S", bound=Part)


def reads(work: Callable[Concatenate[S, Db, P], T]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Turns work on a snapshot into a method of a part."""

    async def do(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.read(lambda db: work(self, db, *args, **kwargs))

    return do


def writes(work: Callable[Concatenate[S, Db, P], T]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Turns work in a transaction into a method of a part."""

    async def do(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.write(lambda db: work(self, db, *args, **kwargs))

    return do
