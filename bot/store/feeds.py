"""Feeds and their polls (`bot.ports.FeedStore`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.core.errors import StoreError
from bot.ports import Feed, FeedSpec, IngestTx, PollSettled
from bot.store import queries as sql
from bot.store import rows
from bot.store.db import Db
from bot.store.desk import Desk

T = TypeVar("T")
_FAR_MS = 8 * 86_400_000  # a poll due later than the longest interval (a week) was planned by a clock gone wrong

_SPREAD_S, _DOUBT_MS = 300, 60_000  # all come back within five minutes; a minute ahead is no clock gone wrong


class Feeds(Desk):
    """See `bot.ports.FeedStore`."""

    async def add_feeds(self, specs: Sequence[FeedSpec], now: int) -> int:
        """See `FeedStore`."""

        def work(db: Db) -> int:
            return db.conn.executemany(sql.ADD_FEED, [rows.feed_params(spec, now) for spec in specs]).rowcount

        return await self._write(work) if specs else 0

    async def remove_feed(self, url: str) -> bool:
        """Forget a feed and what it has shown; its entries stay. False when there is none with this URL."""
        return await self._write(lambda db: db.execute(sql.REMOVE_FEED, {"url": url}).rowcount > 0)

    async def rest_feed(self, number: int, on: bool, now: int) -> bool:
        """See `FeedStore`."""
        statement = sql.PAUSE_FEED if on else sql.RESUME_FEED
        return await self._write(lambda db: db.execute(statement, {"feed": number, "now": now}).rowcount > 0)

    async def feeds(self) -> list[Feed]:
        """Every feed, oldest first."""
        return await self._read(lambda db: [rows.feed(row) for row in db.execute(sql.FEEDS)])

    async def due_feeds(self, now: int, n: int, lease_ms: int, owner: str) -> list[Feed]:
        """See `FeedStore`. A lease or due time that no clock could have set by now counts as past."""
        params = {"now": now, "far": now + _FAR_MS, "until": now + lease_ms, "owner": owner, "n": n}

        def work(db: Db) -> list[Feed]:
            return [rows.feed(row) for row in db.execute(sql.LEASE_FEEDS, params).fetchall()]

        return sorted(await self._write(work), key=lambda feed: (feed.next_poll, feed.id))

    async def rewind(self, now: int) -> int:
        """See `FeedStore`."""
        params = {"now": now, "spread": _SPREAD_S, "doubt": _DOUBT_MS}
        return await self._write(lambda db: db.execute(sql.REWIND_FEEDS, params).rowcount)

    async def settle_polls(self, polls: Sequence[PollSettled]) -> None:
        """See `FeedStore`. A poll whose lease was lost changes nothing."""

        def work(db: Db) -> None:
            if stay := [rows.poll_params(poll) for poll in polls if not poll.url]:
                db.conn.executemany(sql.SETTLE_POLL, stay)
            for poll in polls:
                if poll.url:
                    _settle(db, poll)

        if polls:
            await self._write(work)

    async def commit_poll(self, poll: PollSettled, work: Callable[[IngestTx], T]) -> T:
        """See `FeedStore`."""

        def fenced(db: Db) -> T:
            if not _settle(db, poll):
                raise StoreError(f"feed {poll.feed_id} is polled by another process now; this poll is dropped", "lease")
            return self._through(db, work)

        return await self._ingester.do(fenced)

    async def transact(self, work: Callable[[IngestTx], T]) -> T:
        """See `FeedStore`."""
        return await self._ingester.do(lambda db: self._through(db, work))

    def _through(self, db: Db, work: Callable[[IngestTx], T]) -> T:
        tx = self._ingest(db)
        result = work(tx)
        tx.finish()
        return result


def _settle(db: Db, poll: PollSettled) -> bool:
    """Store what a poll leaves behind, if its lease holds. A feed that moved onto another one is merged into it."""
    settled = db.execute(sql.SETTLE_POLL, rows.poll_params(poll)).rowcount > 0
    if settled and poll.url:
        for statement in sql.MERGE_FEED:
            db.execute(statement, {"feed": poll.feed_id, "url": poll.url})
    return settled
