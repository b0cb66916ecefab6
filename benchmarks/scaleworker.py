"""A worker of `benchmarks.scale`: a process that delivers into a sink that is a file, or places reports of a stream.

The sink appends a line for each send: time (ns), delivery, channel, story. It honours the delivery's number as
platforms honour a nonce: `find` looks it up, and whoever reads the file counts a number once.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.cli.common import keep_loaded, load_lexicon, load_rules
from bot.clock import SteadyClock
from bot.collector import COLLECTED
from bot.configure import load_settings
from bot.core.language.entities import NOTHING
from bot.core.message import Alert
from bot.core.model import Channel, Entry
from bot.lanes import LaneOptions, Lanes
from bot.pipeline import Pipeline, PipelineOptions
from bot.ports import Absent, Delivery, Finding, Growth, Pace, Receipt, Sent
from bot.rules.rulebook import Rulebook
from bot.store import open_store

LANES, BATCH = 16, 100


class FileSink:
    """A platform of one file. `paced` makes it one bot under one limit, as Discord's is."""

    name = "sink"
    unable = frozenset[str]()

    def __init__(self, file: Path, wait_s: float, *, paced: bool) -> None:
        self._file = file
        self._out = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._wait_s = wait_s
        self._paced = paced

    def paces(self, channel: Channel) -> Sequence[Pace]:
        """48 a second for all channels together, where it is paced."""
        return (Pace("sink:bot", 21, 1),) if self._paced else ()

    async def grows(self, channel: Channel) -> Growth:
        """As Discord's messages do."""
        return "edited"

    async def start(self) -> None:
        """Nothing to connect."""

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        """A line, and then the answer after a while."""
        line = f"{time.time_ns()} {delivery.id} {channel.id} {delivery.story_id}\n"
        os.write(self._out, line.encode())
        if self._wait_s:
            await asyncio.sleep(self._wait_s)
        return Sent(str(delivery.id))

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        """Is there a line?"""
        found = any(line.split()[1] == str(delivery.id) for line in self._file.read_text().splitlines())
        return Sent(str(delivery.id)) if found else Absent("no line")

    async def check(self, channel: Channel) -> str:
        """All is well."""
        return ""

    async def close(self) -> None:
        """Close the file."""
        os.close(self._out)


def names(event: int) -> tuple[str, ...]:
    """Who buys whom where; every event has names of its own."""
    chance = random.Random(event)
    return tuple("".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(4)) for _ in "abc")


def reports(event: int) -> list[Entry]:
    """One event as three outlets tell it, each in its words."""
    chance = random.Random(-1 - event)
    buyer, bought, place = names(event)
    sides = " ".join(
        "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(3)) for _ in range(12)
    )
    titles = (
        f"{buyer.title()} agrees to buy {bought.title()} of {place.title()}",
        f"{place.title()}: {bought.title()} goes to {buyer.title()}",
        f"{bought.title()}, maker from {place.title()}, taken over by {buyer.title()}",
    )
    now = SteadyClock()()
    return [
        Entry(f"{event}-{n}", f"https://o{n}.example/{event}", title, sides, "", f"Outlet {n}", "en", first_seen=now)
        for n, title in enumerate(titles)
    ]


async def deliver(address: str, file: str, wait_ms: int, lease_ms: int, paced: bool) -> None:
    """Serve lanes until killed."""
    store = await asyncio.to_thread(open_store, address, clock=SteadyClock())
    sink = FileSink(Path(file), wait_ms / 1000, paced=paced)
    options = LaneOptions(LANES, lease_ms, min(10_000, lease_ms // 3), 200, owner=f"scale:{os.getpid()}")
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    await Lanes(store, {"sink": sink}, store.now, options).run(asyncio.Event())


async def place(address: str, first: int, events: int, mine: int, of: int, catalogue: int) -> None:
    """Place this worker's share of the reports of so many events, a hundred a transaction, as the role `ingest` does.

    They are matched by what channels asked for; with `catalogue` by the shipped topics, and folded with the names too.
    """
    store = await asyncio.to_thread(open_store, address, clock=SteadyClock())
    settings = load_settings()
    rules = load_rules(settings) if catalogue else Rulebook()
    await rules.load_queries(store)
    pipeline = Pipeline(store, rules, PipelineOptions(burst=0), load_lexicon(settings) if catalogue else NOTHING)
    every = [report for event in range(first, first + events) for report in reports(event)]
    share = every[mine::of]
    gc.set_threshold(COLLECTED)  # as the program does
    keep_loaded()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    for at in range(0, len(share), BATCH):
        await pipeline.replay(share[at : at + BATCH])
    print("done", flush=True)
    await store.close()


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "deliver":
        asyncio.run(deliver(given[0], given[1], int(given[2]), int(given[3]), given[4] == "paced"))
    else:
        asyncio.run(place(given[0], *(int(value) for value in given[1:])))
