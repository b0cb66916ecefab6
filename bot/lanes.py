"""The second loop: leased channels, their deliveries in order, one receipt each. Nothing here knows a platform.

A try is counted before the send. What was interrupted between send and settle comes back as `sending` and is
looked up on its platform before anything is sent again. One lane is served by one task at a time (the lease).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.core.message import Alert
from bot.ports import (
    Ambiguous,
    Delivery,
    Gone,
    Lease,
    Outbox,
    Platform,
    Receipt,
    Rejected,
    Retry,
    Sent,
)

log = logging.getLogger(__name__)
Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class LaneOptions:
    """`workers` lanes at once; a lease of `lease_ms`; one send within `deadline_ms`; idle look every `poll_ms`."""

    workers: int = 8
    lease_ms: int = 60_000
    deadline_ms: int = 15_000
    poll_ms: int = 1_000
    owner: str = "local"


@dataclass(slots=True)
class LaneCounts:
    """What the lanes did since the start, for status and metrics."""

    sent: int = 0
    retried: int = 0
    ambiguous: int = 0
    gone: int = 0
    rejected: int = 0

    def add(self, receipt: Receipt) -> None:
        """Count one receipt."""
        field = _FIELD[type(receipt)]
        setattr(self, field, getattr(self, field) + 1)


_FIELD = {Sent: "sent", Retry: "retried", Ambiguous: "ambiguous", Gone: "gone", Rejected: "rejected"}


class Lanes:
    """Serves lanes until told to stop. `wake` may be set by whoever wrote deliveries in this process."""

    def __init__(
        self,
        outbox: Outbox,
        platforms: Mapping[str, Platform],
        clock: Clock,
        options: LaneOptions | None = None,
    ) -> None:
        self._outbox = outbox
        self._platforms = platforms
        self._clock = clock
        self._options = options or LaneOptions()
        self._busy: set[asyncio.Task[None]] = set()
        self.wake = asyncio.Event()
        self.counts = LaneCounts()

    async def run(self, stop: asyncio.Event) -> None:
        """Lease and serve until `stop` is set; then let sends in flight finish (bounded by the send deadline)."""
        while not stop.is_set():
            self.wake.clear()
            if not await self._lease_some():
                await self._idle(stop)
        if self._busy:
            await asyncio.wait(self._busy, timeout=self._options.deadline_ms / 1000)
        for task in self._busy:
            task.cancel()

    async def _lease_some(self) -> bool:
        free = self._options.workers - len(self._busy)
        if free <= 0:
            await asyncio.wait(self._busy, return_when=asyncio.FIRST_COMPLETED)
            return True
        options = self._options
        names = tuple(self._platforms)
        leases = await self._outbox.lease_channels(self._clock(), free, options.lease_ms, options.owner, names)
        for lease in leases:
            task = asyncio.create_task(self._serve(lease), name=f"lane-{lease.channel.id}")
            self._busy.add(task)
            task.add_done_callback(self._done)
        return bool(leases)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self.wake.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("lane failed", extra={"lane": task.get_name()}, exc_info=error)

    async def _idle(self, stop: asyncio.Event) -> None:
        waits = {asyncio.ensure_future(self.wake.wait()), asyncio.ensure_future(stop.wait())}
        _, pending = await asyncio.wait(
            waits, timeout=self._options.poll_ms / 1000, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()

    async def _serve(self, lease: Lease) -> None:
        platform = self._platforms[lease.channel.platform]
        try:
            for delivery in await self._outbox.next_deliveries(lease, 20, self._clock()):
                if not self._outlives(lease) or not await self._deliver(platform, lease, delivery):
                    break
        finally:
            await self._outbox.release(lease)

    def _outlives(self, lease: Lease) -> bool:
        return lease.until - self._clock() > self._options.deadline_ms

    async def _deliver(self, platform: Platform, lease: Lease, delivery: Delivery) -> bool:
        """One delivery, to its receipt. False ends this turn of the lane (lost lease, or the channel must wait)."""
        alert = await self._outbox.alert(delivery)
        receipt = await self._receipt(platform, lease, delivery, alert)
        if receipt is None:
            return False
        kept = await self._outbox.settle(lease, delivery, receipt, self._clock())
        self._tell(lease, delivery, receipt)
        return kept and isinstance(receipt, Sent | Rejected)

    async def _receipt(
        self, platform: Platform, lease: Lease, delivery: Delivery, alert: Alert | None
    ) -> Receipt | None:
        if delivery.state == "sending":
            found = await self._bounded(platform.find(lease.channel, delivery))
            if not isinstance(found, Retry) or found.after_s > 0:
                return found
        if alert is None:
            return Rejected("nothing is left to say: the story is gone")
        if not await self._paced(platform, lease):
            return None
        if not await self._outbox.begin(lease, delivery, self._clock()):
            return None
        return await self._bounded(platform.send(lease.channel, alert, delivery))

    async def _paced(self, platform: Platform, lease: Lease) -> bool:
        """Wait for this send's turn. False when the lease would not outlive the wait and the send."""
        for pace in platform.paces(lease.channel):
            wait = await self._outbox.reserve(pace.key, self._clock(), pace.every_ms, pace.burst)
            if wait > 0:
                await asyncio.sleep(wait / 1000)
        return self._outlives(lease)

    async def _bounded(self, call: Awaitable[Receipt]) -> Receipt:
        try:
            async with asyncio.timeout(self._options.deadline_ms / 1000):
                return await call
        except TimeoutError:
            return Ambiguous(f"no answer within {self._options.deadline_ms / 1000:g} s")

    def _tell(self, lease: Lease, delivery: Delivery, receipt: Receipt) -> None:
        self.counts.add(receipt)
        level = logging.DEBUG if isinstance(receipt, Sent) else logging.WARNING
        log.log(
            level,
            "delivery %s: %s",
            _FIELD[type(receipt)],
            getattr(receipt, "reason", "") or "ok",
            extra={"delivery": delivery.id, "channel": lease.channel.id, "platform": lease.channel.platform},
        )
