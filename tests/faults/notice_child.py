"""A process that tells of a source and of its return, killed at the n-th SQL statement until it gets through.

`python -m tests.faults.notice_child FOLDER STEP` prints how many lives it took (see `store_child`).
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.core.polling.tempo import Tempo, dump
from bot.lanes import LaneOptions, Lanes
from bot.notices import Notices
from bot.ports import FeedSpec, PollSettled, Store
from bot.store import open_store
from tests.faults.store_child import CHANNELS, Wall, lived
from tests.store.build import HOUR, MINUTE, T0, Clock
from tests.wording import WORDS

FEEDS = {"Reuters": "https://reuters.example/feed", "Caixin": "https://caixin.example/feed"}
FAILED = dump(Tempo(start=1, levels=chr(33 + 50) * 168, mark=T0, failed_at=T0))


async def polled(store: Store, now: int, *, failing: bool) -> None:
    """Both feeds were asked just now; Reuters fails since T0, or answers."""
    await store.add_feeds([FeedSpec(url, source=name) for name, url in FEEDS.items()], T0)
    for feed in await store.due_feeds(now, 9, MINUTE, "x"):
        ill = failing and feed.source == "Reuters"
        settled = PollSettled(feed.id, feed.lease_no, now, FAILED if ill else "", errors=9 * ill, last_ok=now)
        await store.settle_polls([settled])


async def life(folder: Path) -> None:
    """One life: Reuters falls silent, then it is back; go on where the last life ended."""
    clock = Clock(T0 + 8 * HOUR)
    store = open_store(str(folder / "t.db"), clock=clock)
    await store.evict(lambda owner: True)
    for ref in CHANNELS:
        await store.subscribe(
            await store.channel("console", "", ref), "topic:chips", "Chips", {"outlets": "Reuters"}, T0
        )
    lanes, stop = Lanes(store, {"console": Wall(folder / "wall")}, clock, LaneOptions(poll_ms=1)), asyncio.Event()
    running = asyncio.create_task(lanes.run(stop))
    notices = Notices(store, WORDS, clock, wake=lanes.wake.set)
    if not await store.told():
        await polled(store, clock.now, failing=True)
        await notices.look()
    clock.now += HOUR
    await polled(store, clock.now, failing=False)
    await notices.look()
    while (await store.stats()).get("deliveries_sent", 0) < 2 * len(CHANNELS):
        await asyncio.sleep(0.001)
        clock.now += 1_000
    stop.set()
    await running
    await store.close()


def main(folder: Path, step: int) -> int:
    """Lives until one gets through; each dies `step` statements further on than the one before."""
    for number in range(1, 10_000):
        if lived(number * step, lambda: asyncio.run(life(folder))):
            return number
    raise AssertionError("never got through")


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), int(sys.argv[2])))
