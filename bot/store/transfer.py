"""Copies a whole store into another, row by row (SQLite ↔ PostgreSQL).

Tables are copied in the order in which they refer to each other, each in the order of its key, in chunks. An
interrupted copy goes on behind the last row in the target. A mark in the target says that it is not complete, and which
state of the source it is copied from; if the source has changed since, it is copied anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from bot.core.errors import StoreError
from bot.store.db import Db, Row
from bot.store.part import Part
from bot.store.search import characters
from bot.store.sqlite.opening import MEMORY, open_writer

# ruff: noqa: S608 - names of tables and columns are the schema's own; values are always bound

T = TypeVar("T")
MARK = "migrating"
"""The key of the small text that exists as long as a copy is not complete."""
_CHUNK = 2_000
_FOREIGN = ("sqlite_", "entry_fts_", "_sqlite", "migrations")
Told = Callable[[str, int, int], None]


class Source(Protocol):
    """A store that can be copied from: reads on snapshots."""

    async def read(self, work: Callable[[Db], T]) -> T: ...


class Target(Source, Protocol):
    """A store that can be copied to."""

    async def write(self, work: Callable[[Db], T]) -> T: ...


class Table(NamedTuple):
    """A table with its columns; `key` are the columns of its primary key, in order."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]


class Copied(NamedTuple):
    """A table, and how many of its rows both stores have now."""

    table: str
    rows: int


def whole(store: object) -> Target:
    """A store that can be copied. Raises `StoreError` for one of another kind."""
    if not isinstance(store, Part):
        raise StoreError("this store can't be copied")
    return store


def tables() -> list[Table]:
    """Every table of the schema; tables come before those that refer to them."""
    db = open_writer(MEMORY, 1)
    try:
        names = [row[0] for row in db.execute("select name from sqlite_master where type = 'table' order by rowid")]
        return [_table(db, name) for name in names if not name.startswith(_FOREIGN)]
    finally:
        db.close()


def _table(db: Db, name: str) -> Table:
    if name == "entry_fts":
        return Table(name, ("rowid", "title", "body"), ("rowid",))
    rows = db.execute(f"pragma table_info({name})").fetchall()
    key = sorted((row[5], row[1]) for row in rows if row[5])
    return Table(name, tuple(f'"{row[1]}"' for row in rows), tuple(f'"{column}"' for _, column in key))


async def copied(source: Source, target: Target, tell: Told = lambda table, done, of: None) -> list[Copied]:
    """Copy everything; `tell` is called with a table, how many of its rows are copied, and how many there are.

    Raises `StoreError` when the target holds something else, when the source changes meanwhile, or when the counts
    differ in the end.
    """
    every = tables()
    state = await source.read(_state)
    await _begun(target, every, state)
    found = [await _copy(source, target, table, tell) for table in every]
    if await source.read(_state) != state:
        raise StoreError("the source changed while it was copied; stop what uses it, and run this again", "busy")
    last = await source.read(lambda db: db.last_ids())
    await target.write(lambda db: db.give_ids_after(last))
    await target.write(lambda db: db.execute("delete from memory where key = :key", {"key": MARK}).rowcount)
    return found


def _state(db: Db) -> str:
    """A text that changes with everything that a running program does."""
    asked = (
        "select coalesce(max(id), 0), coalesce(sum(lease_no), 0) from feed",
        "select coalesce(max(id), 0), coalesce(sum(lease_no), 0) from channel",
        "select coalesce(max(id), 0), coalesce(sum(tries), 0) from delivery",
        "select coalesce(max(id), 0), count(*) from entry",
        "select coalesce(max(id), 0), count(*) from subscription",
    )
    return json.dumps([int(value) for text in asked for value in db.execute(text).fetchall()[0]])


async def _begun(target: Target, every: Sequence[Table], state: str) -> None:
    """Mark the target as being filled from this state of the source; delete what was copied from another state."""

    def work(db: Db) -> None:
        row = db.execute("select text from memory where key = :key", {"key": MARK}).fetchone()
        if row is None and any(db.execute(f"select 1 from {table.name} limit 1").fetchone() for table in every):
            raise StoreError("the target is not empty; name a new database or schema", "foreign")
        if row is not None and row[0] == state:
            return
        for table in reversed(every):
            db.execute(f"delete from {table.name}")
        db.execute("insert into memory (key, text) values (:key, :text)", {"key": MARK, "text": state})

    await target.write(work)


async def _copy(source: Source, target: Target, table: Table, tell: Told) -> Copied:
    count = f"select count(*) from {table.name}" + (" where key <> :mark" if table.name == "memory" else "")
    of = await source.read(lambda db: _number(db, count))
    last = await target.read(lambda db: _last(db, table))
    done = await target.read(lambda db: _number(db, count))
    tell(table.name, done, of)
    while rows := await source.read(lambda db, last=last: _after(db, table, last)):  # type: ignore[misc]
        await target.write(lambda db, rows=rows: _put(db, table, rows))  # type: ignore[misc]
        last = tuple(rows[-1][table.columns.index(column)] for column in table.key)
        done += len(rows)
        tell(table.name, done, of)
    there = await target.read(lambda db: _number(db, count))
    if there != of:
        raise StoreError(f"{table.name}: {of} rows in the source, {there} in the target", "damaged")
    return Copied(table.name, there)


def _number(db: Db, count: str) -> int:
    return int(db.execute(count, {"mark": MARK}).fetchall()[0][0])


def _last(db: Db, table: Table) -> tuple[Any, ...] | None:
    """The key of the last row in the target."""
    order = ", ".join(f"{column} desc" for column in table.key)
    rest = " where key <> :mark" if table.name == "memory" else ""
    rows = db.execute(f"select {', '.join(table.key)} from {table.name}{rest} order by {order} limit 1", {"mark": MARK})
    return next((tuple(row) for row in rows.fetchall()), None)


def _after(db: Db, table: Table, last: tuple[Any, ...] | None) -> list[Row]:
    given = {f"k{number}": value for number, value in enumerate(last or ())} | {"n": _CHUNK}
    names = ", ".join(table.columns)
    behind = f"where ({', '.join(table.key)}) > ({', '.join(f':k{n}' for n in range(len(last)))})" if last else ""
    order = ", ".join(table.key)
    return db.execute(f"select {names} from {table.name} {behind} order by {order} limit :n", given).fetchall()


def _put(db: Db, table: Table, rows: Sequence[Row]) -> None:
    if table.name == "entry_fts":
        db.add_texts([(number, db.text(title, body, characters(title, body))) for number, title, body in rows])
        return
    marks = ", ".join("?" * len(table.columns))
    db.conn.executemany(f"insert into {table.name} ({', '.join(table.columns)}) values ({marks})", rows)
