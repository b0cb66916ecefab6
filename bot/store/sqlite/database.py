"""SQLite as the parts of the store use it: `bot.store.db.Db` on a connection of sqlite-utils."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlite_utils import Database

from bot.core.errors import StoreError
from bot.store.bulk import bulk
from bot.store.db import Row, Text
from bot.store.search import without_prefixes
from bot.store.sql import queries as sql
from bot.store.sqlite.failures import code

_ADD_TEXT = bulk(sql.ADD_TEXT).text


class Sqlite(Database):
    """One connection. It is the only writer, so nothing needs a lock, and ids are just counted."""

    portion = 1_000
    """See `Db`. Writing early gains nothing here."""

    def changes(self, statements: Sequence[tuple[str, dict[str, Any]]]) -> list[int]:
        return [self.execute(text, params).rowcount for text, params in statements]

    def at_once(self) -> AbstractContextManager[object]:
        """See `Db`. Here each statement is done when it returns."""
        return nullcontext()

    def text(self, title_terms: str, body_terms: str, chars: str) -> Text:
        return title_terms, body_terms, chars

    def add_texts(self, rows: Sequence[tuple[int, Text]]) -> None:
        self.conn.executemany(_ADD_TEXT, [(number, *text) for number, text in rows])

    def matching(self, statement: str, params: Mapping[str, object]) -> list[Row]:
        asked = dict(params) | {"expression": without_prefixes(str(params["expression"]))}
        try:
            return self.execute(statement, asked).fetchall()
        except sqlite3.OperationalError as error:
            if code(error) != sqlite3.SQLITE_ERROR:
                raise
            raise StoreError(f"full text can't search for that: {error}", "query") from error

    def lock(self, signs: Iterable[int]) -> bool:
        """See `Db`. Here the transaction itself is the lock."""
        return True

    def take_id(self, name: str, last: int | None, more: int = 0) -> int:
        if last is not None:
            return last + 1
        row = self.execute(sql.TALLY, {"name": name}).fetchone()
        return 1 + (row[0] if row else 0)

    def keep_ids(self, last: Mapping[str, int]) -> None:
        self.conn.executemany(sql.SET_TALLY, [{"name": name, "n": n} for name, n in last.items()])

    def own_id(self, table: str, given: int) -> int:
        own = max(given, self.take_id(table, None))
        if own != given:
            self.execute(f"update {table} set id = :own where id = :given", {"own": own, "given": given})  # noqa: S608
        self.keep_ids({table: own})
        return own

    def last_ids(self) -> dict[str, int]:
        kept = "select name, n from tally where name in ('entry', 'story', 'subscription')"
        found = dict(self.execute(kept).fetchall())
        row = self.execute("select seq from sqlite_sequence where name = 'delivery'").fetchone()
        return found | ({"delivery": row[0]} if row else {})

    def give_ids_after(self, last: Mapping[str, int]) -> None:
        self.keep_ids({name: n for name, n in last.items() if name != "delivery"})
        self.execute("delete from sqlite_sequence where name = 'delivery'")
        params = {"seq": last.get("delivery", 0)}
        self.execute("insert into sqlite_sequence (name, seq) values ('delivery', :seq)", params)
