"""What the page shows of lanes and deliveries (`bot.ports.Overview`), each on one snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.model import Channel, Subscription
from bot.core.pulse import Polled
from bot.ports.overview import Backlog, ChannelRow, DeliveryRow
from bot.store import queries_outbox as outbox
from bot.store import queries_read as sql
from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part


class Overviews(Part):
    """See `bot.ports.Overview`."""

    async def deliveries(self, n: int) -> list[DeliveryRow]:
        """See `Overview`."""
        return await self._read(lambda db: [DeliveryRow(*row) for row in db.execute(sql.LAST_DELIVERIES, {"n": n})])

    async def channel_rows(self, n: int, after: int = 0) -> list[ChannelRow]:
        """See `Overview`."""

        def work(db: Db) -> list[ChannelRow]:
            found = db.execute(sql.CHANNEL_ROWS, {"n": n, "after": after}).fetchall()
            wanted = {"channels": rows.dumps([row[0] for row in found])}
            subscribed: dict[int, list[Subscription]] = {}
            for channel, *one in db.execute(sql.SUBSCRIPTIONS_OF, wanted):
                subscribed.setdefault(channel, []).append(rows.subscription(one))
            held = dict(db.execute(sql.HELD).fetchall())
            return [ChannelRow(*(*row, held.get(row[0], 0), tuple(subscribed.get(row[0], ())))) for row in found]

        return await self._read(work)

    async def channel_numbered(self, number: int) -> Channel | None:
        """See `Overview`."""

        def work(db: Db) -> Channel | None:
            row = db.execute(outbox.CHANNEL_BY_ID, {"channel": number}).fetchone()
            return rows.channel(row) if row else None

        return await self._read(work)

    async def backlog(self) -> Backlog:
        """See `Overview`."""
        return await self._read(lambda db: Backlog(*db.execute(sql.BACKLOG).fetchone()))

    async def polled(self) -> Polled:
        """See `Overview`."""
        return await self._read(lambda db: Polled(*db.execute(sql.POLLED).fetchone()))

    async def spread(self, stories: Sequence[int]) -> dict[int, list[int]]:
        """See `Overview`."""
        params = {"stories": rows.dumps(list(stories))}

        def work(db: Db) -> dict[int, list[int]]:
            found: dict[int, list[int]] = {}
            for story, at in db.execute(sql.SPREAD, params):
                found.setdefault(story, []).append(at)
            return found

        return await self._read(work)
