"""Pace: how soon the next place under a key, shared by all workers, may be used."""

from __future__ import annotations

from bot.core.units import HOUR_MS
from bot.store.db import Db
from bot.store.sql import queries_outbox as sql


def reserve(tat: int, now: int, every_ms: int, burst: int, ahead_ms: int = HOUR_MS) -> tuple[int, int]:
    """GCRA (ITU-T I.371, virtual scheduling): (new arrival time, ms to wait before using the place).

    An arrival time further ahead than `ahead_ms` was set by a clock that has since been put back: it counts as past.
    With `n` callers who each wait for a place before they take another, it is at most `(n + burst) * every_ms` ahead.
    """
    tat = now if tat < now or tat > now + ahead_ms else tat
    wait = max(0, tat - (burst - 1) * every_ms - now)
    return tat + every_ms, wait


def locked(db: Db, key: str) -> int:
    """The arrival time (ms) of a key's row, made on first use; the row is locked until the transaction ends."""
    row = db.execute(sql.TAT, {"key": key}).fetchone()
    if row is None:
        db.execute(sql.ADD_TAT, {"key": key})
        row = db.execute(sql.TAT, {"key": key}).fetchone()
    return int(row[0])
