"""PostgreSQL as the parts of the store use it: `bot.store.db.Db` on one connection of psycopg.

Nothing depends on the session (no prepared names that a pooler would not know, no `set`, no listening), so that it
works through a pooler in transaction mode. What applies to one transaction is set at its beginning.
"""

from __future__ import annotations

# ruff: noqa: S608 - these are constants made of constants; values are always bound
import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumperUnknown

from bot.store.db import Cursor, Row, Text
from bot.store.postgres.dialect import statement
from bot.store.postgres.many import ROWS, Changed, arrays, by_position, many, waves
from bot.store.postgres.textquery import query, vector

_BEGIN = "begin; set local synchronous_commit = {}; set local idle_in_transaction_session_timeout = '10s'; " + (
    _NO_JIT := "set local jit = off"
)
_SNAPSHOT = f"begin isolation level repeatable read read only; {_NO_JIT}"
"""No JIT: our statements touch few rows, and compiling one takes the server twenty times as long as running it."""
_SIGNS = 4_096
"""How many locks for signs there are. A transaction that needs over a quarter of them takes the lock of all instead."""
_LOCK_ALL = f"select pg_advisory_xact_lock({0x546F}, 0)"
_LOCK_SOME = f"""
    select pg_advisory_xact_lock_shared({0x546F}, 0) union all
    select pg_advisory_xact_lock({0x546F}, sign) from (
        select value::int as sign from jsonb_array_elements_text(%(signs)s::jsonb) as each(value) order by 1 offset 0
    ) as signs"""
_ADD_TEXT = "insert into entry_fts (id, title, body, terms) values (?, ?, ?, ?::tsvector)"

_NEXT_IDS = "select nextval(%s::regclass) from generate_series(1, %s)"
_AHEAD = 127
_NUMBERED = ("entry", "story", "delivery", "subscription")


def _sequence(table: str) -> str:
    return f"{table}_ids" if table in ("entry", "story") else f"{table}_id_seq"


class _Text(StrDumperUnknown):
    """PostgreSQL's text can't hold a NUL, which becomes U+FFFD, the replacement character."""

    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\x00", "\ufffd") if "\x00" in obj else obj)


class Postgres:
    """One connection. `conn` is this object itself, which outlives a lost connection."""

    portion = 34
    """See `Db`. The server writes them while the next ones are computed."""

    def __init__(self, address: str, *, prepare: bool = True) -> None:
        self._address = address
        self._prepare = prepare
        self._live: psycopg.Connection[Row] | None = None
        self._ids: dict[str, deque[int]] = {}

    @property
    def conn(self) -> Postgres:
        return self

    def connect(self) -> None:
        """Connect, unless there is a working connection. Raises `psycopg.Error`."""
        if self._live is not None and not self._live.closed:
            return
        self._live = psycopg.connect(
            self._address,
            autocommit=True,
            prepare_threshold=5 if self._prepare else None,
            connect_timeout=10,
            keepalives_idle=15,
            keepalives_interval=5,
            keepalives_count=3,
            tcp_user_timeout=20_000,
            application_name="tocsin",
        )
        self._live.prepared_max = 500
        self._live.adapters.register_dumper(int, Int8Dumper)
        self._live.adapters.register_dumper(str, _Text)

    def begin(self, *, durable: bool = False, snapshot: bool = False) -> None:
        """Begin a transaction; if `durable`, its commit waits for the disk. Connects first if necessary."""
        self.connect()
        self.raw(_SNAPSHOT if snapshot else _BEGIN.format("on" if durable else "off"))

    def commit(self) -> None:
        """End the transaction."""
        self.raw("commit")

    def rollback(self) -> None:
        """Roll the transaction back; a lost connection has done so already."""
        if self._live is None:
            return
        try:
            self.raw("rollback")
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        """Close; idempotent."""
        if self._live is not None:
            self._live.close()
            self._live = None

    def execute(self, text: str, params: Any = None, /) -> psycopg.Cursor[Row]:
        return self._connection.execute(statement(text), params if params is not None else ())

    def executemany(self, text: str, rows: Iterable[Any], /) -> Cursor:
        """See `Conn`. One statement for all rows, if its shape is known (`bot.store.postgres.many`)."""
        if (found := many(text)) is None:
            return self._one_by_one(statement(text), rows)
        changed = 0
        for wave in waves(by_position(rows, found.names), found.key):
            table, values = arrays(wave)
            changed += self._connection.execute(found.text.replace(ROWS, table), values).rowcount
        return Changed(changed)

    def changes(self, statements: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
        """See `Db`. There is one wait for all of them."""
        with self.at_once():
            done = [self.execute(text, params) for text, params in statements]
        return [one.rowcount for one in done]

    def at_once(self) -> AbstractContextManager[object]:
        """See `Db`. There is one wait for all answers, and the server works while the next statement is prepared."""
        return self._connection.pipeline()

    def text(self, title_terms: str, body_terms: str, chars: str) -> Text:
        return title_terms, body_terms, vector(title_terms, body_terms, chars)

    def add_texts(self, rows: Sequence[tuple[int, Text]]) -> None:
        self.executemany(_ADD_TEXT, [(number, *text) for number, text in rows])

    def matching(self, text: str, params: Mapping[str, object]) -> list[Row]:
        return self.execute(text, dict(params) | {"expression": query(str(params["expression"]))}).fetchall()

    def lock(self, signs: Iterable[int]) -> bool:
        """See `Db`. Locks are always taken in one order; for a great many signs, one lock stands for all."""
        taken: set[int] = set()
        for sign in signs:
            taken.add(1 + sign % _SIGNS)
            if len(taken) > _SIGNS // 4:
                self._connection.execute(_LOCK_ALL)
                return True
        if taken:
            self._connection.execute(_LOCK_SOME, {"signs": json.dumps(sorted(taken))})
        return False

    def take_id(self, name: str, last: int | None, more: int = 0) -> int:
        """See `Db`. Several are fetched at once; those left over are given next, in this or a later transaction."""
        ids = self._ids.setdefault(name, deque())
        if not ids:
            taken = self._connection.execute(_NEXT_IDS, (f"{name}_ids", 1 + min(more, _AHEAD)))
            ids.extend(row[0] for row in taken)
        return int(ids.popleft())

    def keep_ids(self, last: Mapping[str, int]) -> None:
        """See `Db`. The sequences remember them."""

    def own_id(self, table: str, given: int) -> int:
        """See `Db`. The sequences give each id once."""
        return given

    def last_ids(self) -> dict[str, int]:
        return {name: self._number(f"select last_value from {_sequence(name)}") for name in _NUMBERED}

    def give_ids_after(self, last: Mapping[str, int]) -> None:
        for name in (*_NUMBERED, "feed", "rule", "query", "channel"):
            most = max(last.get(name, 0), self._number(f"select coalesce(max(id), 0) from {name}"))
            self._connection.execute("select setval(%s::regclass, %s, %s)", (_sequence(name), max(most, 1), most > 0))

    def _number(self, text: str) -> int:
        return int(self._connection.execute(text).fetchall()[0][0])

    @property
    def _connection(self) -> psycopg.Connection[Row]:
        if self._live is None:
            raise psycopg.OperationalError("the connection is lost")
        return self._live

    def raw(self, text: str) -> None:
        """Run statements in PostgreSQL's own SQL, without parameters; several at once are allowed."""
        self._connection.execute(text)

    def _one_by_one(self, text: str, rows: Iterable[Any]) -> psycopg.Cursor[Row]:
        cursor = self._connection.cursor()
        cursor.executemany(text, list(rows))
        return cursor
