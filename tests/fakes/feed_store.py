"""Feeds in memory, with the leases and fences of `bot.ports.FeedStore`; `fail` makes the next calls raise.

As with a store in threads of its own, whoever leases or settles gives up the loop meanwhile.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from bot.core.errors import StoreError
from bot.ports import Feed, FeedSpec, IngestTx, PollSettled

T = TypeVar("T")


class FakeFeedStore:
    def __init__(self, feeds: Iterable[Feed] = ()) -> None:
        self.rows: dict[int, Feed] = {feed.id: feed for feed in feeds}
        self.leases: dict[int, int] = {}
        self.batches: list[list[PollSettled]] = []
        self.commits: list[PollSettled] = []
        self.looks = 0
        self.fail: list[StoreError] = []

    async def add_feeds(self, specs: Sequence[FeedSpec], now: int) -> int:
        for spec in specs:
            number = len(self.rows) + 1
            self.rows[number] = Feed(number, spec.url, spec.kind, tier=spec.tier, options=spec.options)
        return len(specs)

    async def remove_feed(self, url: str) -> bool:
        gone = [feed.id for feed in self.rows.values() if feed.url == url]
        for number in gone:
            del self.rows[number]
        return bool(gone)

    async def feeds(self) -> list[Feed]:
        return list(self.rows.values())

    async def due_feeds(self, now: int, n: int, lease_ms: int, owner: str) -> list[Feed]:
        self.looks += 1
        await asyncio.sleep(0)
        self._may_fail()
        due = [
            feed
            for feed in self.rows.values()
            if feed.state == "active" and feed.next_poll <= now and self.leases.get(feed.id, 0) <= now
        ]
        leased = []
        for feed in heapq.nsmallest(n, due, key=lambda feed: (feed.next_poll, feed.id)):
            self.leases[feed.id] = now + lease_ms
            self.rows[feed.id] = replace(feed, lease_no=feed.lease_no + 1)
            leased.append(self.rows[feed.id])
        return leased

    async def settle_polls(self, polls: Sequence[PollSettled]) -> None:
        await asyncio.sleep(0)
        self._may_fail()
        self.batches.append(list(polls))
        for poll in polls:
            self._settle(poll)

    async def commit_poll(self, poll: PollSettled, work: Callable[[IngestTx], T]) -> T:
        raise AssertionError("the pipeline commits, not the poller")

    async def ingest(self, _feed: Feed, _polled: Any, settled: PollSettled, _now: int) -> None:
        """Stands for the pipeline: the feed's state is stored with the entries."""
        self._may_fail()
        if not self._settle(settled):
            raise StoreError("the lease was lost", "lease")
        self.commits.append(settled)

    async def transact(self, work: Callable[[IngestTx], T]) -> T:
        raise AssertionError("the pipeline's, not the poller's")

    def _may_fail(self) -> None:
        if self.fail:
            raise self.fail.pop(0)

    def _settle(self, poll: PollSettled) -> bool:
        feed = self.rows[poll.feed_id]
        if feed.lease_no != poll.lease_no or not self.leases.pop(feed.id, 0):
            return False
        self.rows[feed.id] = replace(
            feed,
            next_poll=poll.next_poll,
            rhythm=poll.rhythm,
            etag=poll.etag,
            modified=poll.modified,
            body_hash=poll.body_hash,
            state=poll.state,
            url=poll.url or feed.url,
            title=poll.title or feed.title,
            baselined=poll.baselined,
            errors=poll.errors,
            last_error=poll.last_error,
            last_ok=poll.last_ok,
            last_new=poll.last_new,
            memo=poll.memo or feed.memo,
        )
        return True
