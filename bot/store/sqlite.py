"""The SQLite adapter: every part over one writer thread and a few reading connections."""

from __future__ import annotations

import asyncio

from bot.store.channels import Channels
from bot.store.desk import Clock
from bot.store.digests import Digests
from bot.store.feedback import Feedbacks
from bot.store.feeds import Feeds
from bot.store.forgetting import Forgetting
from bot.store.lookups import Reads
from bot.store.opening import MEMORY, open_writer
from bot.store.outbox import Lanes
from bot.store.overview import Overviews
from bot.store.readers import Readers
from bot.store.upkeep import Upkeep
from bot.store.writer import Writer


class SqliteStore(Feeds, Lanes, Digests, Channels, Feedbacks, Reads, Overviews, Forgetting, Upkeep):
    """`bot.ports.Store` on one SQLite file, or in memory."""

    async def close(self) -> None:
        """Finish what was asked for, fold the log into the file and close; idempotent."""
        self._writer.stop()
        if self._readers is not None:
            self._readers.stop()
            await asyncio.to_thread(self._readers.join)
        await asyncio.to_thread(self._writer.join)


def open_sqlite(path: str, clock: Clock, patience_s: float) -> SqliteStore:
    """Open or make the file. Blocks while it checks and migrates. Raises `StoreError`; the file is then as it was."""
    writer = Writer(open_writer(path, patience_s), path, patience_s)
    store = SqliteStore(writer, None if path == MEMORY else Readers(path), clock)
    writer.start()
    return store
