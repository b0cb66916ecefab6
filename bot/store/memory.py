"""Small texts by key (`bot.ports.Memory`, `Records`, `Sums`)."""

from __future__ import annotations

from bot.store import queries_read as sql
from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part


class Memories(Part):
    """See `bot.ports.memory`."""

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
