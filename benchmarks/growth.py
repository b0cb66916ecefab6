"""What work costs as a PostgreSQL store grows: `python -m benchmarks.growth [--full] [--report]`.

10,000 to 1,000,000 channels beside 100,000 reports, then 100,000 to 10,000,000 reports beside 10,000 channels (without
`--full` a tenth of all of these). Rows are loaded in bulk; each figure is the mean of some calls by a program that has
just started, in ms of CPU of program and server together (the server must be on this machine), after five calls that do
not count. `--report` writes the tables and the chart of docs/scale.md.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks.bulk import EACH, load
from benchmarks.growthchart import chart
from benchmarks.meter import Meter
from benchmarks.scaleruns import database
from benchmarks.storyrows import MINUTE, item
from bot.clock import SteadyClock
from bot.core.model import Channel, Entry, Hit, Placement
from bot.pipeline import Pipeline
from bot.ports import FanOut, IngestTx, Outcome, Store
from bot.rules.rulebook import Rulebook
from bot.store import open_store

DOCS = Path(__file__).parents[1] / "docs"
BATCH, WARM, TIMES = 20, 5, 40
Call = Callable[[int], Awaitable[object]]


async def cost(address: str, call: Call) -> float:
    """ms of CPU a call."""
    for number in range(WARM):
        await call(number)
    meter = Meter(address)
    began = sum(meter.seconds())
    for number in range(WARM, WARM + TIMES):
        await call(number)
    return (sum(meter.seconds()) - began) / TIMES * 1000


async def measured(address: str, channels: int, entries: int) -> dict[str, float]:
    """Each kind of work, ms."""
    store = await asyncio.to_thread(open_store, address, clock=SteadyClock())
    try:
        return await _measured(store, address, channels, entries)
    finally:
        await store.close()


async def _measured(store: Store, address: str, channels: int, entries: int) -> dict[str, float]:
    now, pipeline, rules = store.now(), Pipeline(store, Rulebook()), max(1, channels // EACH)

    async def ingest(number: int) -> None:
        first = 50_000_000 + number * BATCH
        await pipeline.replay([item(n, now + (n - first) * 10) for n in range(first, first + BATCH)])

    async def fan_out(number: int) -> None:
        rule = f"topic:r{1 + (7919 * (number + 1)) % rules}"

        def tell(tx: IngestTx) -> int:
            entry = Entry(f"t{number}", "", f"Told {number}", source="Outlet", lang="en", first_seen=now)
            hit = Hit(rule, ("word",))
            saved = tx.save(0, Outcome(entry, (), Placement("new", None), (hit,)))
            return tx.fan_out([FanOut(saved.story_id, "new", [rule], now, 0)])[0]

        told = await store.transact(tell)
        assert told == min(EACH, channels), told

    async def lease(number: int) -> None:
        leases = await store.lease_channels(store.now(), 8, 60_000, "growth", ["sink"])
        assert len(leases) == 8, len(leases)

    async def idle(number: int) -> None:
        assert not await store.lease_channels(now - 10 * MINUTE, 8, 60_000, "growth", ["other"])

    async def due(number: int) -> None:
        await store.turn(store.now())

    async def subscribed(number: int) -> None:
        assert await store.subscriptions(Channel(1 + (7919 * number) % channels, "sink", "", "", ""))

    async def latest(number: int) -> None:
        assert await store.latest(f"topic:r{1 + number % rules}", 10)

    async def story(number: int) -> None:
        assert await store.story(1 + (7919 * number) % entries)

    async def rare(number: int) -> None:
        await store.search(f'"rare{number * 2654435761 % 999983}"', 10)

    async def usual(number: int) -> None:
        assert await store.search(f'"usual{number}"', 10)

    each = {"ingest a report": await cost(address, ingest) / BATCH, "tell 100 channels": await cost(address, fan_out)}
    calls: dict[str, Call] = {"lease 8": lease, "nothing due": idle, "digests due?": due}
    calls |= {"subscriptions": subscribed, "latest 10": latest, "a story": story}
    calls |= {"search, a rare word": rare, "search, a usual word": usual}
    return each | {name: await cost(address, call) for name, call in calls.items()}


def grown(sizes: list[tuple[int, int]]) -> list[dict[str, float]]:
    """A store of each size in turn."""
    found = []
    for channels, entries in sizes:
        with database("postgresql") as address:
            store = open_store(address, clock=SteadyClock())
            now = store.now()
            asyncio.run(store.close())
            began = time.monotonic()
            load(address, channels, entries, now)
            print(f"{channels:,} channels, {entries:,} reports: loaded in {time.monotonic() - began:.0f} s", flush=True)
            found.append(asyncio.run(measured(address, channels, entries)))
            print("  " + " · ".join(f"{name} {ms:.2f}" for name, ms in found[-1].items()), flush=True)
    return found


def table(head: str, sizes: list[int], found: list[dict[str, float]]) -> list[str]:
    """Markdown: a row for each kind of work, ms."""
    lines = [f"| ms of CPU | {' | '.join(f'{size:,} {head}' for size in sizes)} |", "|---|" + "--:|" * len(sizes)]
    return lines + [f"| {name} | " + " | ".join(f"{one[name]:.2f}" for one in found) + " |" for name in found[0]]


def main() -> None:
    """Load, measure, print; with --report write the page's tables and chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="ten times as many: up to 1,000,000 and 10,000,000")
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    unit = 10 if asked.full else 1
    channels, entries = [1_000 * unit * 10**n for n in range(3)], [10_000 * unit * 10**n for n in range(3)]
    by_channels = grown([(n, entries[0]) for n in channels])
    by_entries = [by_channels[0], *grown([(channels[0], n) for n in entries[1:]])]
    lines = [*table("channels", channels, by_channels), "", *table("reports", entries, by_entries)]
    print("\n".join(lines))
    if asked.report:
        picture = DOCS / "pictures" / "growth.svg"
        picture.write_text(chart([("channels", channels, by_channels), ("reports", entries, by_entries)]), "utf-8")
        page = DOCS / "scale.md"
        head, _, rest = page.read_text("utf-8").partition("<!-- growth -->\n")
        _, _, tail = rest.partition("<!-- /growth -->")
        page.write_text(f"{head}<!-- growth -->\n" + "\n".join(lines) + f"\n<!-- /growth -->{tail}", "utf-8")


if __name__ == "__main__":
    main()
