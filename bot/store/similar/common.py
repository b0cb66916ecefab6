"""How common terms are, learned from the log of reports: in memory, with a snapshot in the database.

After a restart, the snapshot and the rest of the log give exactly the same counts as before. If a transaction was
rolled back, or another process wrote, the next look at the log's tail shows it.
"""

from __future__ import annotations

from bot.core.stories.commonness import Commonness
from bot.core.units import DAY_MS
from bot.store.db import Conn
from bot.store.similar.rows import counted
from bot.store.sql import folding as sql

SNAPSHOT_EVERY = 4_096  # reports; a restart counts at most so many again
_PAGE = 1_000


class LearnedCommonness:
    """`table` is current after `sync`. Belongs to one connection."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn
        self._tip: tuple[int, int] | None = None
        self._since = 0
        self._day = 0
        self.table = Commonness()
        self._loaded = False

    def sync(self) -> bool:
        """Count reports that the log has beyond those counted. False if it still ends with what `add` wrote last."""
        if self._loaded and self._conn.execute(sql.TIP).fetchone() == self._tip:
            return False
        rows = self._tail(self._tip[0]) if self._tip else []
        if rows and tuple(rows[0][:2]) == self._tip:
            self._count_on(rows[1:])
        else:
            self._reload()
        return True

    def add(self, item: int, stamp: int, terms: list[str], names: list[str], at: int) -> None:
        """Count a report that was just written to the log; now and then the snapshot is renewed."""
        self.table.count(terms, names)
        self._tip = (item, stamp)
        self._since += 1
        day = at // DAY_MS
        if self._since >= SNAPSHOT_EVERY or (day > self._day and self._since >= SNAPSHOT_EVERY // 16):
            self._renew(item, max(day, self._day))

    def _count_on(self, rows: list[tuple[int, int, str]]) -> None:
        while rows:
            for item, stamp, body in rows:
                self.table.count(*counted(body))
                self._tip = (item, stamp)
                self._since += 1
            rows = self._tail(rows[-1][0])[1:] if len(rows) >= _PAGE - 1 else []

    def _tail(self, item: int) -> list[tuple[int, int, str]]:
        return self._conn.execute(sql.TAIL, {"item": item, "most": _PAGE}).fetchall()

    def _reload(self) -> None:
        terms = dict(self._conn.execute(sql.COMMON).fetchall())
        documents = terms.pop("", None)
        self.table = Commonness(documents, terms) if documents is not None else Commonness()
        upto = self._mark("upto")
        self._day = self._mark("day")
        self._tip, self._since, self._loaded = None, 0, True
        rows = self._tail(upto)
        if rows and rows[0][0] == upto:
            self._tip = (upto, rows[0][1])
            rows = rows[1:]
        self._count_on(rows)

    def _mark(self, name: str) -> int:
        row = self._conn.execute(sql.MARK, {"name": name}).fetchone()
        return int(row[0]) if row else 0

    def _renew(self, item: int, day: int) -> None:
        """Store the counts up to this report, as they are on this day."""
        if self._day and day > self._day:
            self.table.forget(day - self._day)
        self._day, self._since = day, 0
        self._conn.execute(sql.CLEAR_COMMON)
        self._conn.executemany(sql.ADD_COMMON, [("", self.table.documents), *self.table.terms.items()])
        self._conn.execute(sql.PUT_MARK, {"name": "upto", "value": item})
        self._conn.execute(sql.PUT_MARK, {"name": "day", "value": day})
