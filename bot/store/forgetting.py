"""Retention: deletes old entries and what was built on them, in steps so small that polls can run in between."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part
from bot.store.sql import queries
from bot.store.sql import queries_read as sql

_ENTRIES = 500  # entries forgotten in one transaction: some 10 ms
_ROWS = 20_000  # rows of an index looked at in one transaction: the same


class Forgetting(Part):
    """See `bot.ports.Store.retain`."""

    async def retain(self, now: int, keep_ms: int, seen_ms: int = 0) -> int:
        gone = 0
        old = {"before": now - keep_ms, "n": _ENTRIES}
        while chunk := await self._ingester.do(lambda db: self._forget(db, old)):
            gone += chunk
        if gone:
            first = await self.read(lambda db: db.execute(sql.FIRST_ENTRY).fetchone()[0])
            for sweep in sql.SWEEPS:
                await self._sweep(sweep, {"first": first})
        long_ago = {"before": now - max(seen_ms, keep_ms), "n": _ROWS}
        while await self.write(lambda db: db.execute(sql.FORGET_SEEN, long_ago).rowcount) > 0:
            pass
        while await self.write(lambda db: db.execute(sql.FORGET_SAID, old).rowcount) > 0:
            pass
        await self.write(lambda db: db.execute(sql.FORGET_COUNTS, long_ago).rowcount)
        await self._sweep(sql.SWEEP_TERMS, long_ago)
        return gone

    async def _sweep(self, sweep: sql.Sweep, old: Mapping[str, int]) -> None:
        """Walk a table in the order of its key, one stretch at a time, and forget what is `old`."""
        start = sweep.low
        while start != sweep.high:
            stretch = {**old, "start": start, "n": _ROWS}
            start = await self._ingester.do(lambda db, stretch=stretch: self._stretch(db, sweep, stretch))  # type: ignore[misc]

    def _stretch(self, db: Db, sweep: sql.Sweep, params: dict[str, str | int]) -> str | int:
        """Forget within a stretch; returns where the next one begins."""
        row = db.execute(sweep.look, params).fetchone()
        end: str | int = row[0] if row else sweep.high
        db.execute(sweep.forget, params | {"end": end})
        self._index.clear()
        return end

    def _forget(self, db: Db, params: dict[str, int]) -> int:
        """Forget a chunk of the oldest entries, and the stories that are left without any; returns how many entries."""
        ids = [row[0] for row in db.execute(sql.OLD_ENTRIES, params)]
        if not ids:
            return 0
        old = {"entries": rows.dumps(ids)}
        touched = [row[0] for row in db.execute(sql.STORIES_OF, old)]
        for statement in sql.FORGET:
            db.execute(statement, old)
        empty = [row[0] for row in db.execute(sql.EMPTY_STORIES, {"stories": rows.dumps(touched)})]
        for statement in sql.FORGET_STORIES:
            db.execute(statement, {"stories": rows.dumps(empty)})
        for name, n in (("entries", len(ids)), ("stories", len(empty))):
            db.execute(queries.ADD_TALLY, {"name": name, "n": -n})
        self._index.clear()
        return len(ids)
