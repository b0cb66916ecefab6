"""What the page shows of lanes and deliveries (`bot.ports.Overview`), each on one snapshot."""

from __future__ import annotations

from sqlite_utils import Database

from bot.core.model import Channel
from bot.ports.overview import ChannelRow, DeliveryRow
from bot.store import queries_outbox as outbox
from bot.store import queries_read as sql
from bot.store import rows
from bot.store.desk import Desk


class Overviews(Desk):
    """See `bot.ports.Overview`."""

    async def deliveries(self, n: int) -> list[DeliveryRow]:
        """See `Overview`."""
        return await self._read(lambda db: [DeliveryRow(*row) for row in db.execute(sql.LAST_DELIVERIES, {"n": n})])

    async def channel_rows(self, n: int) -> list[ChannelRow]:
        """See `Overview`."""
        return await self._read(lambda db: [ChannelRow(*row) for row in db.execute(sql.CHANNEL_ROWS, {"n": n})])

    async def channel_numbered(self, number: int) -> Channel | None:
        """See `Overview`."""

        def work(db: Database) -> Channel | None:
            row = db.execute(outbox.CHANNEL_BY_ID, {"channel": number}).fetchone()
            return rows.channel(row) if row else None

        return await self._read(work)

    async def backlog(self) -> int:
        """See `Overview`."""
        return await self._read(lambda db: int(db.execute(sql.BACKLOG).fetchone()[0]))
