"""The ingest loop: leases due feeds, polls them, hands their news to `ingest`, and settles the other polls in batches.

A fixed number of workers serves hosts in turn. A feed whose turn at its host is too far off goes back to the store with
a later due time of its own, so that five thousand feeds of one host never block the others. Expected failures are
values. If a lease could not be settled, it expires and the feed is polled again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random

from bot import faultpoint
from bot.core.errors import FetchError, NotAFeed, StoreError
from bot.core.units import Clock
from bot.core.urls import redacted
from bot.ingest.feedstate import postponed
from bot.ingest.hostqueue import HostQueue, Manners
from bot.ingest.verdicts import Notify, Verdicts
from bot.ports import Feed, FeedStore, Polled, PollSettled, Source
from bot.waiting import waited

log = logging.getLogger(__name__)
Ingest = Callable[[Feed, Polled, PollSettled, int], Awaitable[object]]
_BATCH = 64
"""How many polls without news are settled in one transaction."""


@dataclass(frozen=True, slots=True)
class PollOptions:
    """`workers` polls at once; intervals between `floor_s` and `ceiling_s`; a lease of `lease_ms`.

    `idle_ms` is the longest time between two looks for due feeds, `grace_s` is how long a stop waits for polls in
    flight, `rest_s` is the first pause when the store can't be used (it doubles, up to a minute).
    """

    workers: int = 16
    floor_s: float = 45
    ceiling_s: float = 3600
    lease_ms: int = 120_000
    idle_ms: int = 250
    grace_s: float = 5.0
    rest_s: float = 1.0
    owner: str = "local"


class Poller:
    """Polls until told to stop.

    `ingest(feed, polled, settled, now)` stores entries and the feed's new state in one transaction, or raises
    `StoreError`. `manners` is the fetcher's own pace per host. `notice(feed, line)` is called once for what needs a
    person: a feed is gone for good, closed to us, failing for long, or back again.
    """

    def __init__(
        self,
        store: FeedStore,
        sources: Mapping[str, Source],
        ingest: Ingest,
        *,
        clock: Clock,
        manners: Manners,
        options: PollOptions | None = None,
        notice: Notify = lambda feed, line: None,
        random: Random | None = None,
    ) -> None:
        self._store = store
        self._sources = sources
        self._ingest = ingest
        self._clock = clock
        self._options = options or PollOptions()
        self._queue = HostQueue(manners, self._options.lease_ms // 8)
        self._verdicts = Verdicts(clock, self._options.floor_s, self._options.ceiling_s, notice, random or Random())
        self._workers: dict[asyncio.Task[None], Feed | None] = {}
        self._halt = asyncio.Event()
        self._rest_s = 0.0
        self._odd: frozenset[str] = frozenset()
        self.wake = asyncio.Event()
        self.counts = self._verdicts.counts
        self.kinds = self._verdicts.kinds

    def trouble(self) -> str:
        """One line when the store can't be used or no host can be reached; "" when all is well."""
        if self._rest_s:
            return "polling rests: the store can't be used"
        return "" if self.line_up() else "polling rests: no host can be reached; look at line, DNS, proxy"

    def line_up(self) -> bool:
        """Whether any host can be reached, as far as polls can tell."""
        return not self._verdicts.line_down

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until `stop` is set; then let polls in flight end (within `grace_s`) and give the other feeds back."""
        self._halt.clear()
        watch = asyncio.create_task(self._watch(stop))
        try:
            while not stop.is_set():
                self.wake.clear()
                await self._turn()
                await self._idle()
        finally:
            watch.cancel()
            await self._end()

    async def _watch(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._halt.set()
        self.wake.set()

    async def _turn(self) -> None:
        """Settle finished polls, lease due feeds, start workers for them."""
        try:
            await self._flush()
            await self._lease()
        except StoreError as error:
            self._rest(error)
            return
        if self._rest_s:
            log.warning("polling goes on: the store answers again", extra={"part": "poller"})
            self._rest_s = 0.0
        self._start()

    async def _idle(self) -> None:
        """Wait until there may be work: a poll has ended, a host is ready, or the store may have due feeds."""
        event, seconds = (self._halt, self._rest_s) if self._rest_s else (self.wake, self._options.idle_ms / 1000)
        ready = self._queue.next_ready()
        if ready is not None and not self._rest_s and len(self._workers) < self._places():
            seconds = min(seconds, max(0.0, (ready - _ticks()) / 1000) + 0.001)
        await waited(event, seconds)

    def _rest(self, error: StoreError) -> None:
        """The store can't be used: lease nothing until it can. Logs when that begins; `_turn` logs when it ends."""
        if not self._rest_s:
            held = sorted(feed.id for feed in self._workers.values() if feed is not None)
            log.error("polling rests: %s", error, extra={"part": "poller", "kind": error.kind, "feeds": held})
        self._rest_s = min(max(self._options.rest_s, self._rest_s * 2), 60.0)

    def _places(self) -> int:
        """How many polls may run at once: only one while our line is down, to find out whether it is up again."""
        return 1 if self._verdicts.line_down else self._options.workers

    async def _lease(self) -> None:
        """Lease until enough feeds are in line, or no more are due."""
        wanted = self._places() * 4
        while len(self._queue) < wanted // 2 and not self._halt.is_set():
            asked = 1 if self._verdicts.line_down else max(wanted, _BATCH)
            feeds = await self._store.due_feeds(self._clock(), asked, self._options.lease_ms, self._options.owner)
            for feed in feeds:
                if (wait_ms := self._queue.admit(feed, _ticks())) is not None:
                    self._verdicts.defer(feed, wait_ms)
            if len(feeds) < asked or self._verdicts.line_down:
                return
            await self._flush()

    def _start(self) -> None:
        while not self._halt.is_set() and len(self._workers) < self._places():
            feed = self._queue.take(_ticks())
            if feed is None:
                return
            task = asyncio.create_task(self._work(feed), name="poll")
            self._workers[task] = feed
            task.add_done_callback(self._ended)

    async def _work(self, feed: Feed | None) -> None:
        """Poll one feed after another, as long as hosts are ready."""
        task = asyncio.current_task()
        while feed is not None and task is not None:
            self._workers[task] = feed
            try:
                await self._poll(feed)
            finally:
                self._queue.done(feed, _ticks())
            self._workers[task] = None
            if len(self._verdicts.done) >= _BATCH or len(self._queue) < self._options.workers:
                self.wake.set()
            feed = self._queue.take(_ticks()) if self._may_go_on() else None

    def _may_go_on(self) -> bool:
        return not (self._halt.is_set() or self._rest_s or self._verdicts.line_down)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A worker has ended. An unexpected exception counts against its feed; its trace is logged once per origin."""
        feed = self._workers.pop(task, None)
        self.wake.set()
        if task.cancelled() or (error := task.exception()) is None:
            return
        where = _origin(error)
        known, self._odd = where in self._odd, self._odd | {where}
        extra = {"feed": feed.id if feed else 0}
        log.error("a poll failed unexpectedly: %s", where, extra=extra, exc_info=None if known else error)
        if feed is not None:
            told = f"the poll failed unexpectedly ({type(error).__name__}); see the log"
            self._verdicts.failed(feed, "unexpected", told)

    async def _poll(self, feed: Feed) -> None:
        self.counts.polls += 1
        source = self._sources.get(feed.kind)
        if source is None:
            self._verdicts.failed(feed, "unexpected", f"{redacted(feed.url)}: no source is named {feed.kind!r}")
            return
        faultpoint.hit("fetch")
        try:
            polled = await source.poll(feed, self._clock())
        except FetchError as error:
            self._verdicts.refused(feed, error)
            if self._verdicts.line_down:
                self._verdicts.hold(self._queue.drain())
        except NotAFeed as error:
            self._verdicts.reached(feed)
            self._verdicts.failed(feed, "not-a-feed", str(error))
        else:
            await self._answered(feed, polled)

    async def _answered(self, feed: Feed, polled: Polled) -> None:
        faultpoint.hit("parsed")
        now = self._clock()
        settled = self._verdicts.answered(feed, polled, now)
        if not polled.parsed or not polled.parsed.entries:
            self._verdicts.done.append(settled)
            return
        try:
            await self._ingest(feed, polled, settled, now)
        except StoreError as error:
            if error.kind != "lease":
                self._rest(error)

    async def _flush(self) -> None:
        """Store polls without news; if that fails, keep them for the next try."""
        if not self._workers and not len(self._queue):
            self._verdicts.decide()
        if batch := self._verdicts.done:
            self._verdicts.done = []
            try:
                await self._store.settle_polls(batch)
            except StoreError:
                self._verdicts.done[:0] = batch
                raise

    async def _end(self) -> None:
        """Let polls in flight end, cancel the late ones, give the leased feeds back."""
        self._halt.set()
        if self._workers:
            await asyncio.wait(list(self._workers), timeout=self._options.grace_s)
        late = {task: feed for task, feed in self._workers.items() if feed is not None}
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for feed in [*self._queue.drain(), *late.values()]:
            self._verdicts.done.append(postponed(feed, min(feed.next_poll, self._clock())))
        self._verdicts.decide()
        try:
            await self._flush()
        except StoreError as error:
            feeds = sorted(settled.feed_id for settled in self._verdicts.done)
            log.error("the last polls were not settled: %s", error, extra={"part": "poller", "feeds": feeds})


def _origin(error: BaseException) -> str:
    """The kind of an exception and the line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{type(error).__name__} at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""


def _ticks() -> int:
    """ms on the monotonic clock: waits between polls must survive a step of the wall clock."""
    return time.monotonic_ns() // 1_000_000
