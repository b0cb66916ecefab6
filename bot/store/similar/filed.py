"""What reports are found under (terms, anchors, keys), written in batches, with a cache that equals the table.

News uses the same words for days: most of a report's terms were looked up recently, and a look-up in the cache costs a
twentieth of one in the table.
"""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from bot.store.db import Conn

K = TypeVar("K", str, int)
_NONE: Sequence[int] = ()


class Table(NamedTuple):
    """Statements of one table: `look` gives (key, its newest values joined by commas) for those of `:keys` that it has.

    The cache holds at most `most` keys, and of each the newest `each` values.
    """

    look: str
    add: str
    drop: str
    each: int
    most: int = 25_000


class Filed(Generic[K]):
    """Belongs to one connection; every change of the table goes through it. `flush` writes what waits."""

    def __init__(self, conn: Conn, table: Table) -> None:
        self._conn = conn
        self._table = table
        self._kept: dict[K, array[int]] = {}  # a list would hold an object for each number: five times as much
        self._rows: list[tuple[K | int, ...]] = []
        self._new: defaultdict[K, list[int]] = defaultdict(list)

    def clear(self) -> None:
        """Forget the cache."""
        self._kept.clear()

    def drop_waiting(self) -> None:
        """Forget what waits to be written: its transaction is gone."""
        self._rows = []
        self._new.clear()

    def read(self, keys: Iterable[K]) -> None:
        """Read these keys into the cache; all that are missing are looked up together."""
        kept = self._kept
        if len(kept) > self._table.most:
            self._forget_oldest()
        if missing := dict.fromkeys([key for key in keys if key not in kept]):
            for key in missing:
                self._keep(key, [])
            for key, values in self._conn.execute(self._table.look, {"keys": json.dumps(list(missing))}):
                self._keep(key, values.split(","))

    def of(self, key: K) -> Sequence[int]:
        """The values of a key that was read, the oldest first."""
        return self._kept.get(key, _NONE)

    def add(self, keys: Iterable[K], item: int, *value: int) -> None:
        """File the newest report under keys: by a separate value if the table has one, else by its id."""
        told = value[0] if value else item
        kept, new, each = self._kept, self._new, self._table.each
        for key in keys:
            self._rows.append((key, item, *value))
            new[key].append(told)
            if (values := kept.get(key)) is not None:
                values.append(told)
                if len(values) > each:
                    del values[0]

    def drop(self, rows: Sequence[tuple[K, int]]) -> None:
        """Remove reports, given as (key, item)."""
        self.flush()
        if rows:
            self._conn.executemany(self._table.drop, rows)
        for key, _ in rows:
            self._kept.pop(key, None)

    def flush(self) -> None:
        """Write what waits."""
        if self._rows:
            self._conn.executemany(self._table.add, self._rows)
            self.drop_waiting()

    def _keep(self, key: K, newest: Sequence[str]) -> None:
        waiting: Sequence[int] = self._new.get(key, _NONE)
        found = array("q", [*map(int, reversed(newest)), *waiting] if newest else waiting)
        self._kept[key] = found if len(found) <= self._table.each else found[-self._table.each :]

    def _forget_oldest(self) -> None:
        for key in list(islice(self._kept, self._table.most // 4)):
            del self._kept[key]
