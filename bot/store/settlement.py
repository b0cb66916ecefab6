"""Stores receipts: each in its delivery's row, those of several lanes in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.core.model import BY_HAND
from bot.ports import Delivery, Lease, Receipt, Rejected, Retry
from bot.store.alerts import alerts_of
from bot.store.db import Db
from bot.store.receipts import Pending, Step, step
from bot.store.rows import dumps
from bot.store.sql import queries
from bot.store.sql import queries_outbox as sql
from bot.store.together import Apart


class Settlement(NamedTuple):
    """What a platform answered for a delivery of a leased lane."""

    lease: Lease
    delivery: Delivery
    receipt: Receipt
    now: int


class _Row(NamedTuple):
    """The columns of `queries_outbox.PENDING`."""

    id: int
    channel: int
    lease_no: int
    state: str
    tries: int
    looks: int
    kind: str
    story: int
    failures: int
    failing_since: int | None
    thread: str
    wait_until: int
    paused: str


def settled(db: Db, asked: Sequence[Settlement]) -> list[bool]:
    """For each, whether it was stored. It is not if the lease is no longer ours, or the row was settled before.

    Nor is "nothing left to say" stored if the channel was paused meanwhile (what waits there is told when it resumes),
    or if there is something to say again.

    Raises `Apart` when several lanes change by it: a fan-out wakes lanes in another order, and the two could deadlock.
    """
    found = db.execute(sql.PENDING, {"ids": dumps([one.delivery.id for one in asked])}).fetchall()
    pending = {row[0]: _Row(*row) for row in found}
    kept: list[bool] = []
    told: list[dict[str, Any]] = []
    sent = changed = 0
    for one in asked:
        row = pending.get(one.delivery.id)
        mine = row is not None and _stands(db, row, one)
        kept.append(mine)
        if row is not None and mine:
            del pending[row.id]
            begun = _begun(row, one)
            done = step(_pending(row, begun), one.receipt, one.now)
            told.append(_params(row, done, one, begun))
            changed += _changes(row, done)
            if changed > 1:
                raise Apart(f"{changed} lanes change")
            _settle_lane(db, row, done, told[-1], one.receipt)
            sent += done.state == "sent"
    db.conn.executemany(sql.SETTLE, told)
    if sent:
        db.execute(queries.ADD_TALLY, {"name": "deliveries_sent", "n": sent})
    return kept


def _begun(row: _Row, one: Settlement) -> bool:
    """Whether this turn began a send; if not, the receipt is only of a look."""
    return row.tries > one.delivery.tries


def _stands(db: Db, row: _Row, one: Settlement) -> bool:
    unsaid = not _begun(row, one) and isinstance(one.receipt, Rejected)
    waits = unsaid and (row.paused or (row.state == "queued" and alerts_of(db, [one.delivery])[0]))
    return not waits and (row.channel, row.lease_no) == (one.lease.channel.id, one.lease.lease_no)


def _pending(row: _Row, begun: bool) -> Pending:
    return Pending(row.state, row.tries, row.looks, begun, row.failures, row.failing_since)


def _params(row: _Row, done: Step, one: Settlement, begun: bool) -> dict[str, Any]:
    """The parameters of `SETTLE` and others. If `begun` is 0, an earlier send may still be on its way."""
    given = {"id": row.id, "channel": row.channel, "lease_no": row.lease_no, "now": one.now, "begun": int(begun)}
    return {name: getattr(done, name) for name in done.__slots__} | given


def _changes(row: _Row, done: Step) -> bool:
    """Whether the lane's rest, failures or pause change."""
    before = (row.wait_until, row.failures, row.failing_since)
    return bool(done.paused) or before != (done.wait_until, done.failures, done.failing_since)


def _settle_lane(db: Db, row: _Row, done: Step, told: dict[str, Any], receipt: Receipt) -> None:
    """Store what a receipt means beyond its row."""
    if _changes(row, done):
        db.execute(sql.SETTLE_CHANNEL, told)
    if done.paused:
        db.execute(sql.PAUSE, told | {"but": BY_HAND})
    if row.kind == "digest" and done.state in ("sent", "dead", "ambiguous"):
        db.execute(sql.SETTLE_HELD, told | {"state": "dead" if done.state == "dead" else "told"})
        for (story,) in db.execute(sql.ROSE, told).fetchall():
            db.execute(queries.RISEN_HERE, told | {"story": story, "cap": 0})
    if row.kind == "new" and done.state not in ("sending", "sent"):  # the message says what grew, or there is none
        db.execute(sql.FOLD_UPDATES, told | {"story": row.story})
    if row.kind == "thread" and done.state == "sent":
        db.execute(sql.SET_THREAD, told)
    if isinstance(receipt, Retry) and receipt.lost:
        db.execute(sql.LOSE_THREAD, told | {"thread": row.thread})
