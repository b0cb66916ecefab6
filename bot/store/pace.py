"""Pace rows: arrival times that all workers share. Who reads one holds it until its transaction ends."""

from __future__ import annotations

from bot.store import queries_outbox as sql
from bot.store.db import Db


def locked(db: Db, key: str) -> int:
    """The arrival time (ms) of a row, made on first use; no other transaction has it now."""
    row = db.execute(sql.TAT, {"key": key}).fetchone()
    if row is None:
        db.execute(sql.ADD_TAT, {"key": key})
        row = db.execute(sql.TAT, {"key": key}).fetchone()
    return int(row[0])
