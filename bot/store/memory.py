"""Leases of the dead, and small texts."""

from __future__ import annotations

from collections.abc import Callable

from bot.store import queries, rows
from bot.store import queries_outbox as outbox
from bot.store import queries_read as sql
from bot.store.db import Db
from bot.store.desk import Desk
from bot.store.pace import locked


class Memories(Desk):
    """See `bot.ports.Store` and `bot.ports.Memory`."""

    async def evict(self, dead: Callable[[str], bool]) -> int:
        """See `Store`."""

        def work(db: Db) -> int:
            gone = [row[0] for row in db.execute(queries.LESSEES).fetchall() if dead(row[0])]
            return sum(db.execute(statement, {"owners": rows.dumps(gone)}).rowcount for statement in queries.EVICT)

        return await self._write(work)

    async def recall(self, key: str) -> str:
        """See `Store`."""

        def work(db: Db) -> str:
            row = db.execute(sql.RECALL, {"key": key}).fetchone()
            return row[0] if row else ""

        return await self._read(work)

    async def keep(self, key: str, text: str) -> None:
        """See `Store`."""
        statement = sql.KEEP if text else sql.DROP
        await self._write(lambda db: db.execute(statement, {"key": key, "text": text}).rowcount)

    async def add(self, key: str, n: int) -> None:
        """See `Sums`."""
        await self._write(lambda db: db.execute(sql.ADD_TO, {"key": key, "n": n}).rowcount)

    async def keep_new(self, key: str, text: str) -> bool:
        """See `Records`."""
        return await self._write(lambda db: db.execute(sql.KEEP_NEW, {"key": key, "text": text}).rowcount > 0)

    async def recall_all(self, prefix: str) -> dict[str, str]:
        """See `Records`."""
        params = rows.within(prefix)
        return await self._read(lambda db: {row[0]: row[1] for row in db.execute(sql.RECALL_ALL, params)})

    async def claim(self, what: str, now: int, every_ms: int) -> bool:
        """See `Store`. A claim that lies further ahead than `every_ms` was made by a clock since put back."""

        def work(db: Db) -> bool:
            key = f"claim:{what}"
            if now < locked(db, key) <= now + every_ms:
                return False
            db.execute(outbox.SET_TAT, {"key": key, "tat": now + every_ms})
            return True

        return await self._write(work)
