"""What a large installation needs, from what one of each thing costs: `python -m benchmarks.capacity [--report]`.

One poll, one report placed, one alert queued and one delivered are measured on PostgreSQL in CPU of program and server
together, and their rows in bytes; then a day of 1,000,000 channels, 100,000 feeds and 10,000,000 reports is computed.
Sends take no CPU of ours but these: Discord's own limit is the wall. `--report` writes the table of docs/scale.md.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.bulk import load
from benchmarks.feedserver import feed_server
from benchmarks.growth import BATCH, measured
from benchmarks.meter import Meter
from benchmarks.polling import Program
from benchmarks.scaleruns import database, filled
from benchmarks.scaleworker import FileSink
from benchmarks.storyrows import WINDOW, item
from bot.clock import SteadyClock
from bot.lanes import LaneOptions, Lanes
from bot.pipeline import Pipeline
from bot.rules.rulebook import Rulebook
from bot.store import open_store

CHANNELS, FEEDS, REPORTS = 1_000_000, 100_000, 10_000_000
POLL_S, ALERTS, KEEP_DAYS, DAY_S = 600, 4, 90, 86_400
"""Assumed: a feed is polled each ten minutes on average, a channel gets four alerts a day, reports are kept 90 days."""
TOKEN_A_DAY = 48 * DAY_S
_OPEN_DAYS = WINDOW // 86_400_000
_REPORTS, _POLLED, _LANES, _STORIES = 4_000, 400, 100, 20
PAGE = Path(__file__).parents[1] / "docs" / "scale.md"


@dataclass(frozen=True, slots=True)
class Unit:
    """What one of each costs: ms of CPU, bytes on the server's disk."""

    poll_ms: float
    report_ms: float
    queued_ms: float
    delivered_ms: float
    report_b: float
    found_b: float
    delivery_b: float
    channel_b: float


async def placed(address: str) -> tuple[float, float]:
    """Bytes that a report takes: what is kept of it, and what it is found by while its story may be open."""
    store = await asyncio.to_thread(open_store, address, clock=SteadyClock())
    pipeline, now = Pipeline(store, Rulebook()), store.now()
    before, found = _bytes(address), _found(address)
    for first in range(0, _REPORTS, BATCH):
        await pipeline.replay([item(70_000_000 + n, now + n) for n in range(first, first + BATCH)])
    await store.close()
    found = _found(address) - found
    return (_bytes(address) - before - found) / _REPORTS, found / _REPORTS


async def polled(address: str) -> float:
    """ms of a poll, of which one in twenty brings five new items."""
    with tempfile.TemporaryDirectory() as folder, feed_server() as base:
        program = Program(folder, whole=False, address=address)
        await program.add(base, _POLLED)
        await program.round(_POLLED)
        meter = Meter(address)
        before = sum(meter.seconds())
        for _ in range(3):
            await program.round(_POLLED)
        spent = (sum(meter.seconds()) - before) / (3 * _POLLED)
        await program.close()
    return spent * 1000


async def delivered(address: str) -> float:
    """ms of a delivery by the real lanes: leased, begun, sent to a file, settled."""
    wanted = await filled(address, _LANES, _STORIES)
    store = await asyncio.to_thread(open_store, address, clock=SteadyClock())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sink"
        lanes = Lanes(store, {"sink": FileSink(file, 0, paced=False)}, store.now, LaneOptions(8, poll_ms=100))
        await store.stats()
        stop, meter = asyncio.Event(), Meter(address)
        before = sum(meter.seconds())
        running = asyncio.create_task(lanes.run(stop))
        while file.stat().st_size == 0 or len(file.read_bytes().splitlines()) < wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        meter.look()
        spent = (sum(meter.seconds()) - before) / wanted
        stop.set()
        lanes.wake.set()
        await running
    await store.close()
    return spent * 1000


def unit() -> Unit:
    """Measure one of each."""
    with database("postgresql") as address:
        _made(address)
        empty = _bytes(address)
        load(address, 10_000, 1, SteadyClock()())
        channel_b = (_bytes(address) - empty) / 10_000
    with database("postgresql") as address:
        _made(address)
        load(address, 1_000, 20_000, SteadyClock()())
        costs = asyncio.run(measured(address, 1_000, 20_000))
        report_b, found_b = asyncio.run(placed(address))
    with database("postgresql") as address:
        poll_ms = asyncio.run(polled(address))
    with database("postgresql") as address:
        delivered_ms = asyncio.run(delivered(address))
        delivery_b = _bytes(address, "delivery") / (_LANES * _STORIES)
    queued = costs["tell 100 channels"] / 100
    return Unit(poll_ms, costs["ingest a report"], queued, delivered_ms, report_b, found_b, delivery_b, channel_b)


def _found(address: str) -> int:
    return sum(_bytes(address, table) for table in ("fold_post", "fold_shingle", "fold_key"))


def _made(address: str) -> None:
    asyncio.run(open_store(address, clock=SteadyClock()).close())


def _bytes(address: str, table: str = "%") -> int:
    text = "select sum(pg_total_relation_size(oid)) from pg_class where relkind = 'r' and relname like %s and "
    with psycopg.connect(address, autocommit=True) as conn:
        found = conn.execute(f"{text} relnamespace = current_schema()::regnamespace".encode(), (table,)).fetchall()
    return int(found[0][0])


def page(cost: Unit) -> Iterator[str]:
    """The table: what a day holds, what one costs, what all cost."""
    polls, alerts = FEEDS * DAY_S / POLL_S, CHANNELS * ALERTS
    yield "| a day of | | one, ms of CPU | cores, all day |"
    yield "|---|--:|--:|--:|"
    for name, n, ms in (
        (f"polls of {FEEDS:,} feeds, one in {POLL_S // 60} minutes each", polls, cost.poll_ms),
        ("reports placed", REPORTS, cost.report_ms),
        (f"alerts queued, {ALERTS} for each of {CHANNELS:,} channels", alerts, cost.queued_ms),
        ("alerts delivered", alerts, cost.delivered_ms),
    ):
        yield f"| {name} | {n:,.0f} | {ms:.2f} | {n * ms / 1000 / DAY_S:.2f} |"
    yield ""
    yield "| stored | | bytes each | GB |"
    yield "|---|--:|--:|--:|"
    for name, n, size in (
        (f"reports of {KEEP_DAYS} days", REPORTS * KEEP_DAYS, cost.report_b),
        (f"words by which those of {_OPEN_DAYS} days are found", REPORTS * _OPEN_DAYS, cost.found_b),
        (f"deliveries of {KEEP_DAYS} days", alerts * KEEP_DAYS, cost.delivery_b),
        ("channels, each with a subscription", CHANNELS, cost.channel_b),
    ):
        yield f"| {name} | {n:,.0f} | {size:,.0f} | {n * size / 1e9:,.0f} |"
    yield ""
    share = alerts / TOKEN_A_DAY
    yield f"One Discord token sends {TOKEN_A_DAY:,} messages a day at 48 a second; this is {share:.0%} of it."


def main() -> None:
    """Measure, compute, print; with --report write it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true")
    asked = parser.parse_args()
    lines = list(page(unit()))
    print("\n".join(lines))
    if asked.report:
        head, _, rest = PAGE.read_text("utf-8").partition("<!-- capacity -->\n")
        _, _, tail = rest.partition("<!-- /capacity -->")
        PAGE.write_text(f"{head}<!-- capacity -->\n" + "\n".join(lines) + f"\n<!-- /capacity -->{tail}", "utf-8")


if __name__ == "__main__":
    main()
