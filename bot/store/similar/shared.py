"""How common terms are if several programs write: their reports become visible in another order than their ids."""

from __future__ import annotations

import json

from bot.store.db import Conn
from bot.store.similar.common import SNAPSHOT_EVERY, LearnedCommonness
from bot.store.sql import folding as sql

_LATELY = 64
"""So many of the newest reports may still become visible after newer ones; one that comes later is not counted here."""


class SharedCommonness(LearnedCommonness):
    """As its base class, over a log that others write too."""

    def __init__(self, conn: Conn) -> None:
        super().__init__(conn)
        self._lately: dict[int, int] = {}

    def sync(self) -> bool:
        """Count what others wrote. True when everything was read again: at a start, or after a rollback."""
        if not self._loaded or not self._lately:
            return self._anew()
        there = dict(self._conn.execute(sql.LATEST, {"after": min(self._lately) - 1}).fetchall())
        if any(there.get(item) != stamp for item, stamp in self._lately.items()):
            return self._anew()
        if missing := [item for item in there if item not in self._lately]:
            self._count_on(self._conn.execute(sql.REPORTS, {"items": json.dumps(missing)}).fetchall())
        self._keep(there)
        return False

    def add(self, item: int, stamp: int, terms: list[str], names: list[str], at: int) -> None:
        super().add(item, stamp, terms, names, at)
        self._lately[item] = stamp

    def _anew(self) -> bool:
        self._reload()
        after = (self._tip[0] if self._tip else 0) - _LATELY
        self._keep(dict(self._conn.execute(sql.LATEST, {"after": after}).fetchall()))
        return True

    def _keep(self, there: dict[int, int]) -> None:
        self._lately = dict(sorted(there.items())[-_LATELY:])

    def _renew(self, item: int, day: int) -> None:
        """Make the snapshot, unless another program has just made one."""
        if item - self._mark("upto") >= SNAPSHOT_EVERY // 2:
            super()._renew(item, day)
        self._since = 0
