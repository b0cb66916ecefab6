"""The delivery loop: leases channels and sends their deliveries in order, one receipt each. Knows no platform.

A try is counted before the send. What was interrupted between send and settle comes back as `sending` and is
looked up on its platform before anything is sent again. One lane is served by one task at a time (the lease).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from bot import faultpoint
from bot.core.errors import StoreError
from bot.core.message import Alert
from bot.core.units import MINUTE_MS
from bot.pacing import Pacing
from bot.ports import (
    Absent,
    Ambiguous,
    Delivery,
    Finding,
    Gone,
    Lease,
    Outbox,
    Platform,
    Receipt,
    Rejected,
    Retry,
    Sent,
)
from bot.vitals import OUTCOMES, LaneCounts, Vitals

log = logging.getLogger(__name__)
Clock = Callable[[], int]
T = TypeVar("T")
_AGAIN_S = 10.0
GRACE_S = 5.0
"""How long a stop waits for sends in flight."""
_FIRST_REST_MS, _LONGEST_REST_MS = 1_000, 30_000
"""Rests while the store can't be used: each is twice as long as the one before."""
_DEFECTS = 4
"""Tries of a delivery of which the last failed by an exception, after which it is given up."""


@dataclass(frozen=True, slots=True)
class LaneOptions:
    """`workers` lanes at once; a lease of `lease_ms`; one send within `deadline_ms`; idle look every `poll_ms`."""

    workers: int = 8
    lease_ms: int = MINUTE_MS
    deadline_ms: int = 15_000
    poll_ms: int = 1_000
    owner: str = "local"


class _Defect(NamedTuple):
    """A call that raised an unexpected exception."""

    reason: str

    def given_up(self, delivery: Delivery) -> Rejected | None:
        """After some tries; before, it may have been of the moment."""
        return Rejected(self.reason) if delivery.tries + 1 >= _DEFECTS else None


class Lanes:
    """Serves lanes until told to stop. `wake` may be set by whoever wrote deliveries in this process."""

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
        self._pacing = Pacing(outbox, clock, self._options.workers, self._halt)
        self._rest_ms = 0
        self.wake = asyncio.Event()
        self.counts = LaneCounts()
        self._vitals = vitals or Vitals()

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
        """Nothing new is begun; a send that is cut off is in doubt, and is looked for at the next start."""
        self._halt.set()
        if self._busy:
            await asyncio.wait(self._busy, timeout=GRACE_S)
        late = list(self._busy)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _lease_some(self) -> bool:
        free = self._options.workers - len(self._busy)
        if free <= 0:  # whoever gets done sets `wake`
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
        """A lane is free. One that failed wakes nobody: what it failed of is still so."""
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
        """Until there may be something to do. A rest is not cut short by lanes that fail for the same reason."""
        events = (stop,) if self._rest_ms else (stop, self.wake)
        waits = {asyncio.ensure_future(event.wait()) for event in events}
        wait = max(self._options.poll_ms, self._rest_ms) / 1000
        _, pending = await asyncio.wait(waits, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()

    async def _serve(self, lease: Lease) -> None:
        """One turn of a lane. One that a defect ends is not given back: it rests until its lease runs out."""
        platform = self._platforms[lease.channel.platform]
        try:
            for delivery in await self._outbox.next_deliveries(lease, 20, self._clock()):
                if not self._outlives(lease) or not await self._deliver(platform, lease, delivery):
                    break
        except (StoreError, asyncio.CancelledError):
            await self._outbox.release(lease)
            raise
        await self._outbox.release(lease)
        faultpoint.hit("released")

    def _outlives(self, lease: Lease) -> bool:
        return lease.until - self._clock() > self._options.deadline_ms and not self._halt.is_set()

    async def _deliver(self, platform: Platform, lease: Lease, delivery: Delivery) -> bool:
        """One delivery, to its receipt. False ends this turn of the lane (lost lease, or the channel must wait)."""
        alert = await self._tried(self._outbox.alert(delivery), "an alert", delivery)
        receipt = await self._receipt(platform, lease, delivery, alert)
        if receipt is None:
            return False
        kept = await self._outbox.settle(lease, delivery, receipt, self._clock())
        faultpoint.hit("settled")
        self._tell(lease, delivery, receipt)
        return kept and isinstance(receipt, Sent | Rejected)

    async def _receipt(
        self, platform: Platform, lease: Lease, delivery: Delivery, alert: Alert | _Defect | None
    ) -> Receipt | None:
        unseen = False
        if delivery.state == "sending":
            found = await self._found(platform, lease, delivery)
            if not isinstance(found, Absent):
                return found
            unseen = found.unseen
        if alert is None:
            return Rejected("nothing is left to say: the story is gone")
        if isinstance(alert, _Defect):
            if not await self._outbox.begin(lease, delivery, self._clock()):
                return None
            return alert.given_up(delivery) or Retry(_AGAIN_S, alert.reason)
        if alert.thread and not delivery.ref:
            if alert.thread.opens:
                await self._outbox.open_thread(lease, alert.thread.rule, self._clock())
                return None
            delivery = replace(delivery, thread=alert.thread.ref)
        paces = platform.paces(lease.channel)
        due = await self._pacing.due(paces)
        if not self._outlives(lease):
            return None
        faultpoint.hit("begin")
        if not await self._outbox.begin(lease, delivery, self._clock()):
            return None
        faultpoint.hit("begun")
        await self._pacing.on_time(paces, due)
        receipt = await self._sent(platform, lease, alert, delivery)
        faultpoint.hit("sent")
        return replace(receipt, doubt=True) if unseen and isinstance(receipt, Retry | Gone) else receipt

    async def _found(self, platform: Platform, lease: Lease, delivery: Delivery) -> Finding:
        """What a look for a send in doubt tells. One that fails by a defect can't tell."""
        unseen = Retry(_AGAIN_S, "no answer when asked whether it was delivered")
        found = await self._tried(self._bounded(platform.find(lease.channel, delivery), unseen), "a look", delivery)
        if isinstance(found, _Defect):
            return Ambiguous(found.reason)
        if isinstance(found, Absent) and (left := self._under_way(delivery)) > 0:
            return Retry(left / 1000, "not there yet: its request may still be on its way")
        return found

    def _under_way(self, delivery: Delivery) -> int:
        """For how long (ms) a send that was cut off may still arrive. Who died has sent what its platform reads later.

        A beginning ahead of now was noted by a clock that has since been put back: it says nothing.
        """
        now = self._clock()
        return self._options.deadline_ms - (now - delivery.begun_at) if delivery.begun_at <= now else 0

    async def _sent(self, platform: Platform, lease: Lease, alert: Alert, delivery: Delivery) -> Receipt:
        """The receipt of a send. A defect of ours leaves it in doubt, and after some tries is given up: others wait."""
        late = Ambiguous(f"no answer within {self._options.deadline_ms / 1000:g} s")
        sent = await self._tried(self._bounded(platform.send(lease.channel, alert, delivery), late), "a send", delivery)
        return (sent.given_up(delivery) or Ambiguous(sent.reason)) if isinstance(sent, _Defect) else sent

    async def _tried(self, call: Awaitable[T], what: str, delivery: Delivery) -> T | _Defect:
        """What a call gives; a defect of ours is logged, and a value: one delivery must not hold up its channel."""
        try:
            return await call
        except StoreError:
            raise
        except Exception as error:
            self._vitals.errors[type(error).__name__] += 1
            extra = {"delivery": delivery.id, "channel": delivery.channel_id}
            log.exception("%s failed by a defect", what, extra=extra)
            return _Defect(f"a defect: {type(error).__name__}")

    async def _bounded(self, call: Awaitable[T], late: T) -> T:
        try:
            async with asyncio.timeout(self._options.deadline_ms / 1000):
                return await call
        except TimeoutError:
            return late

    def _tell(self, lease: Lease, delivery: Delivery, receipt: Receipt) -> None:
        self.counts.add(receipt)
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
