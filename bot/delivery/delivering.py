"""One delivery, from its row to its receipt: looked for where it is in doubt, begun, sent. Knows no platform.

A try is counted before its send. A delivery that was interrupted between send and settle comes back in state `sending`
and is looked for on its platform before it is sent again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from bot import faultpoint
from bot.core.errors import StoreError
from bot.core.message import SEVERITIES, Alert
from bot.core.units import Clock
from bot.delivery.pacing import Pacing
from bot.delivery.strikes import Strikes
from bot.ports import Absent, Ambiguous, Delivery, Finding, Gone, Lease, Outbox, Platform, Receipt, Rejected, Retry
from bot.vitals import Vitals

log = logging.getLogger(__name__)
T = TypeVar("T")
_AGAIN_S = 10.0
_DEFECTS = 4
"""After so many tries that failed by a defect, a delivery is given up."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A send ends at most `deadline_ms` after it was begun. It begins only if its lease, of `lease_ms`, outlives it."""

    deadline_ms: int
    lease_ms: int


class _Defect(NamedTuple):
    """A call that raised an unexpected exception."""

    reason: str


class Delivering:
    """Serves deliveries of leased lanes. Once `halt` is set, it begins no more sends."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        limits: Limits,
        lanes: int,
        halt: asyncio.Event,
        vitals: Vitals,
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._limits = limits
        self._halt = halt
        self._pacing = Pacing(outbox, clock, lanes, halt)
        self._vitals = vitals
        self._strikes = Strikes()

    def begins(self, lease: Lease) -> bool:
        """Whether a send may begin: its lease outlives it, and the program is not stopping."""
        return self._outlives(lease) and not self._halt.is_set()

    def _outlives(self, lease: Lease) -> bool:
        return lease.until - self._clock() > self._limits.deadline_ms

    async def receipt(self, platform: Platform, lease: Lease, delivery: Delivery) -> Receipt | None:
        """Look for a delivery if it is in doubt, else send it; returns the receipt.

        None when nothing was sent: the lease is lost or ends too soon, or a thread must be opened first.
        """
        unseen = False
        if delivery.state == "sending":
            found = await self._found(platform, lease, delivery)
            if not isinstance(found, Absent):
                return found
            unseen = found.unseen
            if not unseen:  # it never arrived: nobody has read what it told
                delivery = replace(delivery, state="queued", told=0)
        alert = await self._tried(self._outbox.alert(delivery), "an alert", delivery)
        if alert is None:
            return Rejected("nothing is left to say: the story is gone")
        receipt: Receipt | None
        if isinstance(alert, _Defect):
            begun = await self._outbox.begin(lease, delivery, self._clock())
            receipt = self._given_up(alert, delivery) or Retry(_AGAIN_S, alert.reason) if begun else None
        else:
            placed = await self._placed(lease, alert, delivery)
            receipt = await self._begun(platform, lease, alert, placed) if placed else None
        return replace(receipt, doubt=True) if unseen and isinstance(receipt, Retry | Gone) else receipt

    async def _placed(self, lease: Lease, alert: Alert, delivery: Delivery) -> Delivery | None:
        """The delivery with what its alert tells and its present thread; None when that thread must be opened first.

        A delivery that may have been posted already goes where it went before: in another place, no platform would
        recognise it as the same message.
        """
        told = replace(delivery, told=alert.told, rank=SEVERITIES.index(alert.severity))
        if delivery.state == "sending":
            return told
        thread = None if delivery.ref else alert.thread
        if thread and thread.opens:
            await self._outbox.open_thread(lease, thread.rule, self._clock())
            return None
        return replace(told, thread=thread.ref if thread else "")

    async def _begun(self, platform: Platform, lease: Lease, alert: Alert, delivery: Delivery) -> Receipt | None:
        """Begin a delivery at its platform's pace, and send it."""
        paces = platform.paces(lease.channel)
        due = await self._pacing.due(paces)
        if not self.begins(lease):
            return None
        faultpoint.hit("begin")
        begun = self._clock()
        if not await self._outbox.begin(lease, delivery, begun):
            return None
        faultpoint.hit("begun")
        await self._pacing.on_time(paces, due)
        left = self._left_of(begun)
        if left <= 0 or not self._outlives(lease):  # this program stood still; another may serve the lane by now
            return Retry(0.0, "its time was over before it was sent")
        receipt = await self._sent(platform.send(lease.channel, alert, delivery), left, delivery)
        faultpoint.hit("sent")
        return receipt

    async def _found(self, platform: Platform, lease: Lease, delivery: Delivery) -> Finding:
        """Look for a send in doubt on its platform. A look that fails by a defect leaves the doubt."""
        unseen = Retry(_AGAIN_S, "no answer when asked whether it was delivered")
        look = self._bounded(platform.find(lease.channel, delivery), self._limits.deadline_ms, unseen)
        found = await self._tried(look, "a look", delivery)
        if isinstance(found, _Defect):
            return Ambiguous(found.reason)
        if isinstance(found, Absent) and (left := self._under_way(delivery)) > 0:
            return Retry(left / 1000, "not there yet: its request may still be on its way")
        return found

    def _left_of(self, begun: int) -> int:
        """How long (ms) a send that was begun at `begun` may still take: others wait for its deadline from then on."""
        return min(begun + self._limits.deadline_ms - self._clock(), self._limits.deadline_ms)

    def _under_way(self, delivery: Delivery) -> int:
        """For how long (ms) a send that was cut off may still arrive: its platform may read a request late.

        A `begun_at` further ahead of now than two programs' clocks may differ is of a clock that was put back since.
        """
        passed = self._clock() - delivery.begun_at
        return self._limits.deadline_ms - passed if passed >= -self._limits.lease_ms else 0

    async def _sent(self, send: Awaitable[Receipt], left: int, delivery: Delivery) -> Receipt:
        """The receipt of a send. A defect of ours leaves it in doubt; after some it is given up, as others wait."""
        late = Ambiguous(f"no answer within {self._limits.deadline_ms / 1000:g} s")
        sent = await self._tried(self._bounded(send, left, late), "a send", delivery)
        return (self._given_up(sent, delivery) or Ambiguous(sent.reason)) if isinstance(sent, _Defect) else sent

    def _given_up(self, defect: _Defect, delivery: Delivery) -> Rejected | None:
        """A rejection once a delivery met `_DEFECTS` defects; None before: the cause may pass."""
        return Rejected(defect.reason) if self._strikes.add(delivery.id) >= _DEFECTS else None

    async def _tried(self, call: Awaitable[T], what: str, delivery: Delivery) -> T | _Defect:
        """What a call returns. A defect of ours is logged and returned: one delivery must not block its channel."""
        try:
            return await call
        except StoreError:
            raise
        except Exception as error:
            self._vitals.errors[type(error).__name__] += 1
            extra = {"delivery": delivery.id, "channel": delivery.channel_id}
            log.exception("%s failed by a defect", what, extra=extra)
            return _Defect(f"a defect: {type(error).__name__}")

    async def _bounded(self, call: Awaitable[T], most_ms: int, late: T) -> T:
        try:
            async with asyncio.timeout(most_ms / 1000):
                return await call
        except TimeoutError:
            return late
