"""A process with digests to send that is killed at one point after the other, until it gets through.

`python -m tests.faults.digest_child FOLDER` forks a child for each life and prints how many lives it took.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot import faultpoint
from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import LaneOptions, Lanes
from bot.ports import Delivery, Finding, Receipt, Sent
from bot.store import open_store
from tests.faults.store_child import CHANNELS, Wall, got_through, poll
from tests.store.build import HOUR, T0, Clock

FAULTS = tuple(
    f"{point}:{count}:kill"
    for point, count in (
        ("commit", 1), ("committed", 2), ("commit", 4), ("committed", 4),
        ("leased", 1), ("begin", 1), ("begun", 1), ("sent", 1), ("begun", 1), ("sent", 1), ("settled", 1),
    )
)  # fmt: skip


class DigestWall(Wall):
    """Keeps a line for each story of each digest, written before the answer is."""

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        with self._path.open("a") as wall:
            wall.writelines(f"{channel.ref} {line.title} {delivery.id}\n" for line in alert.lines)
        return Sent(str(delivery.id))

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        found = await super().find(channel, delivery)
        with self._path.with_name("looks").open("a") as looks:
            looks.write(f"{type(found).__name__}\n")
        return found


async def life(folder: Path) -> None:
    """Hourly subscriptions, six stories, then the hour's end: two digests. Goes on where the last life ended."""
    clock = Clock(T0)
    store = open_store(str(folder / "t.db"), clock=clock)
    await store.evict(lambda owner: True)
    for ref in CHANNELS:
        channel = await store.channel("console", "", ref)
        if not await store.subscriptions(channel):
            await store.subscribe(channel, "topic:chips", "Chips", {"mode": "hourly"}, T0)
    await poll(store)
    clock.now += HOUR
    lanes = Lanes(store, {"console": DigestWall(folder / "wall")}, clock, LaneOptions(poll_ms=1))
    stop = asyncio.Event()
    running = asyncio.create_task(lanes.run(stop))
    while (await store.stats()).get("deliveries_sent", 0) < len(CHANNELS):
        await store.turn(clock.now)
        await asyncio.sleep(0.001)
        clock.now += 1_000
    stop.set()
    await running
    await store.close()


def main(folder: Path) -> int:
    """One life after the other, each killed at the next point, until one gets through; returns how many there were."""
    for number, fault in enumerate((*FAULTS, ""), 1):
        if survived(folder, fault):
            return number
    raise AssertionError("a life without a fault gets through")


def survived(folder: Path, fault: str) -> bool:
    """Whether a child with this fault got through."""

    def once() -> None:
        faultpoint.arm(fault)
        asyncio.run(life(folder))

    return got_through(once)


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))
