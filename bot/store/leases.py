"""Releases leases of dead processes, and runs periodic work on one process at a time."""

from __future__ import annotations

from collections.abc import Callable

from bot.store import queries, rows
from bot.store import queries_outbox as outbox
from bot.store.db import Db
from bot.store.pace import locked
from bot.store.part import Part, writes


class Leases(Part):
    """See `bot.ports.Store`."""

    @writes
    def evict(self, db: Db, dead: Callable[[str], bool]) -> int:
        gone = [row[0] for row in db.execute(queries.LESSEES).fetchall() if dead(row[0])]
        return sum(db.execute(statement, {"owners": rows.dumps(gone)}).rowcount for statement in queries.EVICT)

    @writes
    def claim(self, db: Db, what: str, now: int, every_ms: int) -> bool:
        """See `Store`. A claim that lies further ahead than `every_ms` was made by a clock since put back."""
        key = f"claim:{what}"
        if now < locked(db, key) <= now + every_ms:
            return False
        db.execute(outbox.SET_TAT, {"key": key, "tat": now + every_ms})
        return True
