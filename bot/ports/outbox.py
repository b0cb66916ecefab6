"""The outbox as the lanes use it: channel leases, deliveries in order, settlements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.core.message import Alert
from bot.core.units import HOUR_MS
from bot.ports.deliveries import Delivery, Lease
from bot.ports.platforms import Receipt


class Outbox(Protocol):
    """Deliveries, in order within a channel, each settled once."""

    async def lease_channels(
        self, now: int, n: int, lease_ms: int, owner: str, platforms: Sequence[str]
    ) -> list[Lease]:
        """Lease channels of `platforms` with a delivery ready (`not_before` <= now), longest waiting first."""

    async def next_deliveries(self, lease: Lease, n: int, now: int) -> list[Delivery]: ...

    async def begin(self, lease: Lease, delivery: Delivery, now: int) -> bool:
        """Count a try and mark the row `sending` *before* the send. False when the lease is no longer ours, or when the
        alert must be made again: its story has grown since, or a story of a digest was muted. If `delivery.state` is
        "queued", the alert is told anew; if it is "sending", an earlier send may have told it.

        A row found in state `sending` later was interrupted between send and settle: it is in doubt.
        """

    async def settle(self, lease: Lease, delivery: Delivery, receipt: Receipt, now: int) -> bool: ...

    async def release(self, lease: Lease) -> None: ...

    async def reserve(self, key: str, now: int, every_ms: int, burst: int, ahead_ms: int = HOUR_MS) -> int:
        """GCRA: take the next place for `key`; returns the ms to wait before using it (0: at once).

        Places more than `ahead_ms` ahead were taken by a clock that was put back since; they are free again.
        """

    async def open_thread(self, lease: Lease, rule: str, now: int) -> None:
        """Queue the delivery that opens the thread of a rule's alerts, ahead of all others, unless it waits already."""

    async def turn(self, now: int) -> int:
        """Make digests of what was held until `now`, and begin the next periods; returns how many digests are due.

        One transaction: whenever the program is killed, no story is in two digests and none is left out.
        """

    async def next_turn(self) -> int:
        """When `turn` next has something to do (ms), as things are now; 0 for never."""

    async def alert(self, delivery: Delivery) -> Alert | None:
        """What to say for this delivery, from story, entries and hits; None when nothing is left to say.

        A delivery with a `told` may have been posted already: its alert says again what the first send said, no more.
        """
