"""What the program stores for itself: small texts by key, the owners of leases, claims to periodic work."""

from __future__ import annotations

from collections.abc import Callable

from bot.store import rows
from bot.store.db import Db
from bot.store.pace import locked
from bot.store.part import Part, reads, writes
from bot.store.sql import queries
from bot.store.sql import queries_outbox as outbox
from bot.store.sql import queries_read as sql


class Memories(Part):
    """See `bot.ports.memory` and `bot.ports.Store`."""

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
        return {row[0]: row[1] for row in db.execute(sql.RECALL_ALL, rows.within(prefix))}

    @writes
    def evict(self, db: Db, dead: Callable[[str], bool]) -> int:
        gone = [row[0] for row in db.execute(queries.LESSEES).fetchall() if dead(row[0])]
        return sum(db.execute(statement, {"owners": rows.dumps(gone)}).rowcount for statement in queries.EVICT)

    @writes
    def claim(self, db: Db, what: str, now: int, every_ms: int) -> bool:
        """See `Store`. A claim further ahead than `every_ms` was made by a clock that was put back since."""
        key = f"claim:{what}"
        if now < locked(db, key) <= now + every_ms:
            return False
        db.execute(outbox.SET_TAT, {"key": key, "tat": now + every_ms})
        return True
