"""Feeds and their polls (`bot.ports.FeedStore`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, TypeVar

from bot.core.errors import StoreError
from bot.core.units import DAY_MS, MINUTE_MS
from bot.core.urls import redacted
from bot.ports import Feed, FeedSpec, IngestTx, PollSettled
from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part, reads, writes
from bot.store.sql import queries_feeds as sql
from bot.vault import Vault

T = TypeVar("T")
_FAR_MS = 8 * DAY_MS  # a poll due later than the longest interval (a week) was planned by a clock gone wrong

_SPREAD_S, _DOUBT_MS = 300, MINUTE_MS  # all are due within five minutes; a clock may be a minute ahead


class Feeds(Part):
    """See `bot.ports.FeedStore`."""

    vault = Vault()

    async def add_feeds(self, specs: Sequence[FeedSpec], now: int) -> int:
        if not specs:
            return 0
        return await self.write(lambda db: db.conn.executemany(sql.ADD_FEED, self._sealed(specs, now)).rowcount)

    @writes
    def heed_feeds(self, db: Db, specs: Sequence[FeedSpec]) -> int:
        return db.conn.executemany(sql.HEED_FEED, self._sealed(specs, 0)).rowcount

    def _sealed(self, specs: Sequence[FeedSpec], now: int) -> list[dict[str, Any]]:
        return [rows.feed_params(replace(spec, url=self.vault.close(spec.url)), now) for spec in specs]

    @writes
    def remove_feed(self, db: Db, url: str) -> bool:
        """Forget a feed and what it has shown; its entries stay. False when no feed has this URL."""
        return db.execute(sql.REMOVE_FEED, {"url": self.vault.close(url)}).rowcount > 0

    @writes
    def seal_feeds(self, db: Db, vault: Vault) -> int:
        self.vault = vault
        found = [(number, url, vault.close(url)) for number, url in db.execute(sql.ADDRESSES).fetchall()]
        stale = [{"feed": number, "url": kept} for number, url, kept in found if kept != url]
        with self._wiped(db) if stale else nullcontext():
            return sum(db.execute(sql.SEAL_FEED, row).rowcount for row in stale)

    def _wiped(self, db: Db) -> AbstractContextManager[None]:
        """Within it, overwritten data is also wiped from the disk, if the database leaves that to us."""
        return nullcontext()

    @writes
    def rest_feed(self, db: Db, number: int, on: bool, now: int) -> bool:
        statement = sql.PAUSE_FEED if on else sql.RESUME_FEED
        return db.execute(statement, {"feed": number, "now": now}).rowcount > 0

    @reads
    def feeds(self, db: Db) -> list[Feed]:
        """Every feed, oldest first."""
        return [rows.feed(row) for row in db.execute(sql.FEEDS)]

    @writes
    def due_feeds(self, db: Db, now: int, n: int, lease_ms: int, owner: str) -> list[Feed]:
        """See `FeedStore`. A lease or due time further ahead than a right clock could set it counts as past."""
        params = rows.leased(now, n, lease_ms, owner, _FAR_MS)
        found = [rows.feed(row) for row in db.execute(sql.LEASE_FEEDS, params).fetchall()]
        return sorted(found, key=lambda feed: (feed.next_poll, feed.id))

    @writes
    def rewind(self, db: Db, now: int) -> int:
        return db.execute(sql.REWIND_FEEDS, {"now": now, "spread": _SPREAD_S, "doubt": _DOUBT_MS}).rowcount

    async def settle_polls(self, polls: Sequence[PollSettled]) -> None:
        """See `FeedStore`. A poll whose lease was lost changes nothing."""

        def work(db: Db) -> None:
            sealed = [replace(poll, url=self.vault.close(poll.url)) for poll in polls if poll.url]
            if stay := [rows.poll_params(poll) for poll in polls if not poll.url]:
                db.conn.executemany(sql.SETTLE_POLL, stay)
            for poll in sealed:
                _settle(db, poll)

        if polls:
            await self.write(work)

    async def commit_poll(self, poll: PollSettled, work: Callable[[IngestTx], T]) -> T:
        def fenced(db: Db) -> T:
            if not _settle(db, replace(poll, url=self.vault.close(poll.url))):
                raise StoreError(f"feed {poll.feed_id} is polled by another process now; this poll is dropped", "lease")
            return self._through(db, work)

        return await self._ingester.do(fenced)

    async def transact(self, work: Callable[[IngestTx], T]) -> T:
        return await self._ingester.do(lambda db: self._through(db, work))

    def _through(self, db: Db, work: Callable[[IngestTx], T]) -> T:
        with self._ingest(db) as tx:
            result = work(tx)
            tx.finish()
        return result


def _settle(db: Db, poll: PollSettled) -> bool:
    """Store a poll's result, if its lease holds. A feed that moved to another one's address is merged into that."""
    settled = db.execute(sql.SETTLE_POLL, rows.poll_params(poll)).rowcount > 0
    if settled and poll.url:
        for statement in sql.MERGE_FEED:
            params = {"feed": poll.feed_id, "url": poll.url, "shown": redacted(poll.url), "next_poll": poll.next_poll}
            db.execute(statement, params)
    return settled
