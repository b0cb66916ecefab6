"""What the page shows of lanes and deliveries (`bot.ports.Overview`), each read on one snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.model import Channel, Subscription
from bot.core.polling.pulse import Polls
from bot.ports.overview import Backlog, ChannelRow, DeliveryRow
from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part, reads
from bot.store.sql import queries_outbox as outbox
from bot.store.sql import queries_read as sql


class Overviews(Part):
    """See `bot.ports.Overview`."""

    @reads
    def deliveries(self, db: Db, n: int) -> list[DeliveryRow]:
        return [DeliveryRow(*row) for row in db.execute(sql.LAST_DELIVERIES, {"n": n})]

    @reads
    def channel_rows(self, db: Db, n: int, after: int = 0) -> list[ChannelRow]:
        found = db.execute(sql.CHANNEL_ROWS, {"n": n, "after": after}).fetchall()
        wanted = {"channels": rows.dumps([row[0] for row in found])}
        subscribed: dict[int, list[Subscription]] = {}
        for channel, *one in db.execute(sql.SUBSCRIPTIONS_OF, wanted):
            subscribed.setdefault(channel, []).append(rows.subscription(one))
        held = dict(db.execute(sql.HELD).fetchall())
        return [ChannelRow(*(*row, held.get(row[0], 0), tuple(subscribed.get(row[0], ())))) for row in found]

    @reads
    def channel_numbered(self, db: Db, number: int) -> Channel | None:
        row = db.execute(outbox.CHANNEL_BY_ID, {"channel": number}).fetchone()
        return rows.channel(row) if row else None

    @reads
    def backlog(self, db: Db) -> Backlog:
        return Backlog(*db.execute(sql.BACKLOG).fetchone())

    @reads
    def polled(self, db: Db) -> Polls:
        return Polls(*db.execute(sql.POLLED).fetchone())

    @reads
    def spread(self, db: Db, stories: Sequence[int]) -> dict[int, list[int]]:
        params = {"stories": rows.dumps(list(stories))}
        found: dict[int, list[int]] = {}
        for story, at in db.execute(sql.SPREAD, params):
            found.setdefault(story, []).append(at)
        return found
