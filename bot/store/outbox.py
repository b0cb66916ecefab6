"""Lanes and deliveries (`bot.ports.Outbox`): fenced leases, a try counted before each send, one settlement each."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from bot.core.message import Alert
from bot.core.units import DAY_MS, HOUR_MS
from bot.ports import Delivery, Lease, Receipt
from bot.store import rows
from bot.store.alerts import alerts_of
from bot.store.db import Db
from bot.store.ingest import rule_id
from bot.store.pace import locked, reserve
from bot.store.part import Part, reads, writes
from bot.store.settlement import Settlement, settled
from bot.store.sql import queries_outbox as sql
from bot.store.together import Apart, Together

Params = dict[str, Any]
_FAR_MS = DAY_MS  # no lane rests for longer than a day


class OutboxRows(Part):
    """See `bot.ports.Outbox`. Requests that lanes make at the same time share one transaction."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._alerts: Together[Delivery, Alert | None] = Together(
            lambda asked: self.read(lambda db: alerts_of(db, asked))
        )
        self._nexts = Together(self._nexts_of)
        self._begins = Together(self._begun)
        self._settles: Together[Settlement, bool] = Together(lambda asked: self.write(lambda db: settled(db, asked)))
        self._releases = Together(self._released)

    @writes
    def lease_channels(
        self, db: Db, now: int, n: int, lease_ms: int, owner: str, platforms: Sequence[str]
    ) -> list[Lease]:
        """See `Outbox`. The channel that was served longest ago goes first."""
        base = rows.leased(now, n, lease_ms, owner, _FAR_MS)
        ready = [row for name in platforms for row in db.execute(sql.READY, base | {"platform": name})]
        chosen = sorted(ready, key=lambda row: (row[1], row[0]))[:n]
        return _lease(db, base | {"channels": rows.dumps([row[0] for row in chosen])}, [row[0] for row in chosen])

    async def next_deliveries(self, lease: Lease, n: int, now: int) -> list[Delivery]:
        """The lane's due deliveries, oldest first; none when the lease is no longer ours."""
        return await self._nexts.ask({"channel": lease.channel.id, "lease_no": lease.lease_no, "n": n, "now": now})

    @reads
    def _nexts_of(self, db: Db, asked: Sequence[Params]) -> list[list[Delivery]]:
        found = (db.execute(sql.NEXT_THREAD, one).fetchall() or db.execute(sql.NEXT, one) for one in asked)
        return [[Delivery(*row) for row in some] for some in found]

    async def begin(self, lease: Lease, delivery: Delivery, now: int) -> bool:
        """See `Outbox`. It is on the disk when this returns: a power cut can't undo it."""
        held = {"channel": lease.channel.id, "lease_no": lease.lease_no, "now": now}
        told = {"told": delivery.told, "rank": delivery.rank, "anew": int(delivery.state == "queued")}
        row = {"id": delivery.id, "tries": delivery.tries, "kind": delivery.kind, "thread": delivery.thread}
        return await self._begins.ask(held | told | row)

    async def _begun(self, asked: Sequence[Params]) -> list[bool]:
        def work(db: Db) -> list[bool]:
            begun = db.conn.executemany(sql.BEGIN, sorted(asked, key=itemgetter("id"))).rowcount
            if begun not in (0, len(asked)):
                raise Apart(f"{begun} of {len(asked)} begun")
            if begun and (digests := [one for one in asked if one["kind"] == "digest"]):
                db.conn.executemany(sql.RANK_HELD, digests)
            return [begun > 0] * len(asked)

        return await self.write(work, durable=True)

    async def settle(self, lease: Lease, delivery: Delivery, receipt: Receipt, now: int) -> bool:
        """Store what the receipt means; False when the lease is no longer ours or the row was settled before."""
        return await self._settles.ask(Settlement(lease, delivery, receipt, now))

    async def release(self, lease: Lease) -> None:
        """Give the lane back; nothing happens when it is no longer ours."""
        await self._releases.ask(lease)

    async def _released(self, leases: Sequence[Lease]) -> list[None]:
        """Wait for lanes that another transaction holds one by one: waiting for several could be a deadlock."""
        held = {lease.channel.id: lease for lease in leases}

        def work(db: Db) -> set[int]:
            found = dict(db.execute(sql.LEASED, {"channels": rows.dumps(list(held))}).fetchall())
            _release(db, [channel for channel, number in found.items() if held[channel].lease_no == number])
            return set(held) - set(found)

        def alone(db: Db, lease: Lease) -> None:
            for channel, number in db.execute(sql.TAKE, {"channel": lease.channel.id}).fetchall():
                _release(db, [channel] if number == lease.lease_no else [])

        for channel in await self.write(work):
            await self.write(lambda db, lease=held[channel]: alone(db, lease))  # type: ignore[misc]
        return [None] * len(leases)

    @writes
    def reserve(self, db: Db, key: str, now: int, every_ms: int, burst: int, ahead_ms: int = HOUR_MS) -> int:
        tat, wait = reserve(locked(db, key), now, every_ms, burst, ahead_ms)
        db.execute(sql.SET_TAT, {"key": key, "tat": tat})
        return wait

    @writes
    def open_thread(self, db: Db, lease: Lease, rule: str, now: int) -> None:
        params = {"channel": lease.channel.id, "lease_no": lease.lease_no, "now": now, "rule": rule}
        for (number,) in db.execute(sql.ADD_OPENING, params).fetchall():
            db.execute(sql.SET_OPENING, params | {"rule_id": rule_id(db, rule), "id": number})
            db.execute(sql.SET_DUE, params)

    async def alert(self, delivery: Delivery) -> Alert | None:
        return await self._alerts.ask(delivery)


def _lease(db: Db, params: Params, order: Sequence[int]) -> list[Lease]:
    until = int(str(params["until"]))
    found = {row[0]: Lease(rows.channel(row), row[6], until) for row in db.execute(sql.LEASE, params).fetchall()}
    return [found[channel] for channel in order]


def _release(db: Db, channels: Sequence[int]) -> None:
    if channels:
        db.execute(sql.RELEASE, {"channels": rows.dumps(channels)})
