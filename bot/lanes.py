"""The delivery loop: leases channels and sends their deliveries in order, one receipt each (`bot.delivery.delivering`).

One lane is served by one task at a time (the lease). Knows no platform.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot import faultpoint
from bot.core.errors import StoreError
from bot.core.units import MINUTE_MS, Clock
from bot.delivery.delivering import Delivering, Limits
from bot.ports import Delivery, Lease, Outbox, Platform, Receipt, Rejected, Sent
from bot.vitals import OUTCOMES, Vitals

log = logging.getLogger(__name__)
GRACE_S = 5.0
"""How long a stop waits for sends in flight."""
_FIRST_REST_MS, _LONGEST_REST_MS = 1_000, 30_000
"""The first and the longest rest while the store can't be used; each is twice as long as the one before."""


@dataclass(frozen=True, slots=True)
class LaneOptions:
    """`workers` lanes at once; a lease of `lease_ms`; `deadline_ms` for one send; a look every `poll_ms` when idle."""

    workers: int = 8
    lease_ms: int = MINUTE_MS
    deadline_ms: int = 15_000
    poll_ms: int = 1_000
    owner: str = "local"


class Lanes:
    """Serves lanes until told to stop. Code of this process that writes deliveries may set `wake`."""

    def __init__(
        self,
        outbox: Outbox,
        platforms: Mapping[str, Platform],
        clock: Clock,
        options: LaneOptions | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        self._outbox = outbox
        self._platforms = platforms
        self._clock = clock
        self._options = options or LaneOptions()
        self._busy: dict[asyncio.Task[None], int] = {}
        self._halt = asyncio.Event()
        self._rest_ms = 0
        self.wake = asyncio.Event()
        self._vitals = vitals or Vitals()
        limits = Limits(self._options.deadline_ms, self._options.lease_ms)
        self._delivering = Delivering(outbox, clock, limits, self._options.workers, self._halt, self._vitals)

    @property
    def ready(self) -> bool:
        """False while the store can't be used."""
        return not self._rest_ms

    @property
    def busy(self) -> int:
        """Lanes that are being served now."""
        return len(self._busy)

    async def run(self, stop: asyncio.Event) -> None:
        """Lease and serve until `stop` is set; then let sends in flight finish, within the grace."""
        self._halt.clear()
        try:
            while not stop.is_set():
                self.wake.clear()
                if not await self._turn():
                    await self._idle(stop)
        finally:
            await self._end()

    async def _turn(self) -> bool:
        """Lease what is ready, unless the store can't be used. False when there is nothing to do at once."""
        try:
            leased = await self._lease_some()
        except StoreError as error:
            if not self._rest_ms:
                extra = {"part": "lanes", "kind": error.kind, "owner": self._options.owner, "channels": self._served()}
                log.error("sending rests: %s", error, extra=extra)
            self._rest_ms = min(max(_FIRST_REST_MS, self._rest_ms * 2), _LONGEST_REST_MS)
            return False
        if self._rest_ms:
            log.warning(
                "sending goes on: the store answers again", extra={"part": "lanes", "owner": self._options.owner}
            )
            self._rest_ms = 0
        return leased

    def _served(self) -> list[int]:
        """The channels that are being served now."""
        return sorted(self._busy.values())

    async def _end(self) -> None:
        """Begin no more sends. A send that is cut off is in doubt, and is looked for at the next start."""
        self._halt.set()
        if self._busy:
            await asyncio.wait(self._busy, timeout=GRACE_S)
        late = list(self._busy)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _lease_some(self) -> bool:
        free = self._options.workers - len(self._busy)
        if free <= 0:  # a lane that ends sets `wake`
            return False
        options = self._options
        names = tuple(self._platforms)
        leases = await self._outbox.lease_channels(self._clock(), free, options.lease_ms, options.owner, names)
        for lease in leases:
            faultpoint.hit("leased")
            task = asyncio.create_task(self._serve(lease), name=f"lane-{lease.channel.id}")
            self._busy[task] = lease.channel.id
            task.add_done_callback(self._done)
        return bool(leases)

    def _done(self, task: asyncio.Task[None]) -> None:
        """A lane is free. A failed lane does not set `wake`: the cause of its failure is still there."""
        channel = self._busy.pop(task)
        if task.cancelled() or not (error := task.exception()):
            self.wake.set()
            return
        self._vitals.errors[type(error).__name__] += 1
        extra = {"channel": channel}
        if isinstance(error, StoreError):
            log.error("lane given up for now: %s", error, extra=extra)
        else:
            log.error("lane failed", extra=extra, exc_info=error)

    async def _idle(self, stop: asyncio.Event) -> None:
        """Wait until there may be work. During a rest, lanes that fail for the same reason do not wake the loop."""
        events = (stop,) if self._rest_ms else (stop, self.wake)
        waits = {asyncio.ensure_future(event.wait()) for event in events}
        wait = max(self._options.poll_ms, self._rest_ms) / 1000
        try:
            await asyncio.wait(waits, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def _serve(self, lease: Lease) -> None:
        """One turn of a lane. If a defect ends the turn, the lane is not released; it rests until its lease expires."""
        platform = self._platforms[lease.channel.platform]
        try:
            for delivery in await self._outbox.next_deliveries(lease, 20, self._clock()):
                if not self._delivering.begins(lease) or not await self._deliver(platform, lease, delivery):
                    break
        except (StoreError, asyncio.CancelledError):
            await self._outbox.release(lease)
            raise
        await self._outbox.release(lease)
        faultpoint.hit("released")

    async def _deliver(self, platform: Platform, lease: Lease, delivery: Delivery) -> bool:
        """Serve one delivery and settle its receipt. False ends this turn of the lane: its lease is lost, its channel
        must wait, or the delivery was in doubt, so that the deliveries read with it do not know of its message.
        """
        receipt = await self._delivering.receipt(platform, lease, delivery)
        if receipt is None:
            return False
        kept = await self._outbox.settle(lease, delivery, receipt, self._clock())
        faultpoint.hit("settled")
        self._tell(lease, delivery, receipt)
        return kept and delivery.state != "sending" and isinstance(receipt, Sent | Rejected)

    def _tell(self, lease: Lease, delivery: Delivery, receipt: Receipt) -> None:
        waited = (self._clock() - delivery.created_at) / 1000
        self._vitals.answered(
            lease.channel.platform, OUTCOMES[type(receipt)], waited if delivery.kind == "new" else None
        )
        level = logging.DEBUG if isinstance(receipt, Sent) else logging.WARNING
        log.log(
            level,
            "delivery %s: %s",
            OUTCOMES[type(receipt)],
            getattr(receipt, "reason", "") or "ok",
            extra={"delivery": delivery.id, "channel": lease.channel.id, "platform": lease.channel.platform},
        )
