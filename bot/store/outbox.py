"""Lanes and deliveries (`bot.ports.Outbox`): fenced leases, a try counted before each send, one settlement each."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.message import Alert
from bot.ports import Delivery, Lease, Receipt, Retry
from bot.store import queries, rows
from bot.store import queries_outbox as sql
from bot.store.alerts import alert_of
from bot.store.db import Db
from bot.store.desk import Desk
from bot.store.ingest import rule_id
from bot.store.pace import locked
from bot.store.settling import Pending, reserve, step

_FAR_MS = 86_400_000  # no lane rests for longer than a day


class Lanes(Desk):
    """See `bot.ports.Outbox`."""

    async def lease_channels(
        self, now: int, n: int, lease_ms: int, owner: str, platforms: Sequence[str]
    ) -> list[Lease]:
        """See `Outbox`. Who was served longest ago goes first."""
        base = {"now": now, "far": now + _FAR_MS, "until": now + lease_ms, "owner": owner, "n": n}

        def work(db: Db) -> list[Lease]:
            ready = [row for name in platforms for row in db.execute(sql.READY, base | {"platform": name})]
            chosen = sorted(ready, key=lambda row: (row[1], row[0]))[:n]
            return [_lease(db, base | {"channel": row[0]}) for row in chosen]

        return await self._write(work)

    async def next_deliveries(self, lease: Lease, n: int, now: int) -> list[Delivery]:
        """Due deliveries of the lane, oldest first; none when the lease is no longer ours."""
        params = {"channel": lease.channel.id, "lease_no": lease.lease_no, "n": n, "now": now}

        def work(db: Db) -> list[Delivery]:
            first = db.execute(sql.NEXT_THREAD, params).fetchall()
            return [rows.delivery(row) for row in first or db.execute(sql.NEXT, params)]

        return await self._read(work)

    async def begin(self, lease: Lease, delivery: Delivery, now: int) -> bool:
        """See `Outbox`. On the disk before it returns: a power cut can't undo it."""
        params = _claim(lease, delivery, now) | {
            "tries": delivery.tries,
            "told": delivery.told,
            "thread": delivery.thread,
        }
        return await self._write(lambda db: db.execute(sql.BEGIN, params).rowcount > 0, durable=True)

    async def settle(self, lease: Lease, delivery: Delivery, receipt: Receipt, now: int) -> bool:
        """Store what the receipt means; False when the lease is no longer ours or the row was settled before."""
        params = _claim(lease, delivery, now)
        return await self._write(lambda db: _settle(db, params, delivery, receipt, now))

    async def release(self, lease: Lease) -> None:
        """Give the lane back; nothing happens when it is no longer ours."""
        params = {"channel": lease.channel.id, "lease_no": lease.lease_no}

        def work(db: Db) -> None:
            if db.execute(sql.RELEASE, params).rowcount:
                db.execute(sql.SET_DUE, params)

        await self._write(work)

    async def reserve(self, key: str, now: int, every_ms: int, burst: int) -> int:
        """See `Outbox`."""

        def work(db: Db) -> int:
            tat, wait = reserve(locked(db, key), now, every_ms, burst)
            db.execute(sql.SET_TAT, {"key": key, "tat": tat})
            return wait

        return await self._write(work)

    async def open_thread(self, lease: Lease, rule: str, now: int) -> None:
        """See `Outbox`."""
        params = {"channel": lease.channel.id, "lease_no": lease.lease_no, "now": now, "rule": rule}

        def work(db: Db) -> None:
            for (number,) in db.execute(sql.ADD_OPENING, params).fetchall():
                db.execute(sql.SET_OPENING, params | {"rule_id": rule_id(db, rule), "id": number})
                db.execute(sql.SET_DUE, params)

        await self._write(work)

    async def alert(self, delivery: Delivery) -> Alert | None:
        """See `Outbox`."""
        return await self._read(lambda db: alert_of(db, delivery))


def _lease(db: Db, params: dict[str, object]) -> Lease:
    row = db.execute(sql.LEASE, params).fetchall()[0]
    return Lease(rows.channel(row), row[6], int(str(params["until"])))


def _claim(lease: Lease, delivery: Delivery, now: int) -> dict[str, object]:
    return {"id": delivery.id, "channel": lease.channel.id, "lease_no": lease.lease_no, "now": now}


def _settle(db: Db, params: dict[str, object], delivery: Delivery, receipt: Receipt, now: int) -> bool:
    row = db.execute(sql.PENDING, params).fetchone()
    if row is None:
        return False
    state, tries, looks, kind, story_id, failures, since, thread, waits = row
    pending = Pending(state, tries, looks, tries > delivery.tries, failures, since)
    done = step(pending, receipt, now)
    told = {name: getattr(done, name) for name in done.__slots__} | params
    db.execute(sql.SETTLE, told)
    if done.paused or (done.wait_until, done.failures, done.failing_since) != (waits, failures, since):
        db.execute(sql.SETTLE_CHANNEL, told)
    if done.paused:
        db.execute(sql.PAUSE, told)
    if kind == "digest" and done.state in ("sent", "dead", "ambiguous"):
        db.execute(sql.SETTLE_HELD, params | {"state": "dead" if done.state == "dead" else "told"})
    if kind == "new" and done.state == "queued":  # what grew since will be said by the message itself
        db.execute(sql.FOLD_UPDATES, params | {"story": story_id})
    if kind == "thread" and done.state == "sent":
        db.execute(sql.SET_THREAD, told)
    if isinstance(receipt, Retry) and receipt.lost:
        db.execute(sql.LOSE_THREAD, params | {"thread": thread})
    if done.state == "sent":
        db.execute(queries.ADD_TALLY, {"name": "deliveries_sent", "n": 1})
    return True
