"""Serves lanes as the program does, a delivery at a time."""

from __future__ import annotations

from bot.ports import Delivery, Lease, Receipt, Sent, Store
from tests.store.build import T0, begun, leased

SECOND = 1_000


async def lane(store: Store, now: int = T0) -> tuple[Lease, list[Delivery]]:
    """The one ready lane and what is due in it."""
    (lease,) = await leased(store, now)
    return lease, await store.next_deliveries(lease, 20, now)


async def send(store: Store, receipt: Receipt, now: int = T0) -> Delivery:
    """Serve the first delivery of the one ready lane with this receipt."""
    lease, (first, *_) = await lane(store, now)
    assert await begun(store, lease, first, now)
    assert await store.settle(lease, first, receipt, now)
    await store.release(lease)
    return first


async def send_one(store: Store) -> None:
    """Serve the first delivery of a ready lane."""
    (lease,) = await leased(store, n=1)
    (first, *_) = await store.next_deliveries(lease, 1, T0)
    assert await begun(store, lease, first, T0)
    assert await store.settle(lease, first, Sent(f"m{first.id}"), T0)
    await store.release(lease)


async def states(store: Store) -> dict[str, int]:
    found = await store.stats()
    return {name.removeprefix("deliveries_"): n for name, n in found.items() if name.startswith("deliveries_")}
