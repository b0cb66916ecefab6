"""Small texts by key (`bot.ports.Memory`, `Records`, `Sums`)."""

from __future__ import annotations

from bot.store import queries_read as sql
from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part, reads, writes


class Memories(Part):
    """See `bot.ports.memory`."""

    @reads
    def recall(self, db: Db, key: str) -> str:
        row = db.execute(sql.RECALL, {"key": key}).fetchone()
        return row[0] if row else ""

    @writes
    def keep(self, db: Db, key: str, text: str) -> None:
        statement = sql.KEEP if text else sql.DROP
        db.execute(statement, {"key": key, "text": text})

    @writes
    def add(self, db: Db, key: str, n: int) -> None:
        db.execute(sql.ADD_TO, {"key": key, "n": n})

    @writes
    def keep_new(self, db: Db, key: str, text: str) -> bool:
        return db.execute(sql.KEEP_NEW, {"key": key, "text": text}).rowcount > 0

    @reads
    def recall_all(self, db: Db, prefix: str) -> dict[str, str]:
        params = rows.within(prefix)
        return {row[0]: row[1] for row in db.execute(sql.RECALL_ALL, params)}
