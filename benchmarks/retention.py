"""What it costs to forget, on PostgreSQL: `python -m benchmarks.retention [--entries 400000]`.

Reports are loaded in bulk, a minute apart; the older half is forgotten as the program forgets (500 in a transaction).
CPU is that of program and server together. Then as many new rows are written as were forgotten, after a vacuum such as
the server makes by itself, to see whether the tables grow. For comparison: what dropping a partition would save, the
same rows deleted in one statement a table.
"""

from __future__ import annotations

import argparse
import asyncio
import time

import psycopg

from benchmarks.bulk import load
from benchmarks.meter import Meter
from benchmarks.scaleruns import database
from benchmarks.storyrows import MINUTE
from bot.clock import SteadyClock
from bot.store import open_store

TABLES = ("entry", "entry_fts", "fold_item", "story", "story_outlet", "story_rule", "hit", "fold_story")


def size(address: str, *, vacuum: bool = False) -> float:
    """MB of the tables that hold reports, with their indexes."""
    with psycopg.connect(address, autocommit=True) as conn:
        if vacuum:
            conn.execute(f"vacuum analyze {', '.join(TABLES)}".encode())
        total = sum(
            row[0] for name in TABLES for row in conn.execute("select pg_total_relation_size(%s::regclass)", (name,))
        )
    return float(total) / 1e6


async def forgotten(address: str, keep: int) -> tuple[int, float, float]:
    """Forget all but the newest `keep` minutes: (reports, s on the wall, s of CPU)."""
    store = await asyncio.to_thread(open_store, address, clock=SteadyClock())
    await store.stats()
    await store.transact(lambda tx: tx.new_keys(1, [[1]]))
    meter, began = Meter(address), time.monotonic()
    before = sum(meter.seconds())
    gone = await store.retain(store.now(), keep * MINUTE)
    took = time.monotonic() - began
    meter.look()
    spent = sum(meter.seconds()) - before
    await store.close()
    return gone, took, spent


def written_again(address: str, rows: int) -> None:
    """As many rows as were forgotten, copies of those that are left with new numbers."""
    with psycopg.connect(address, autocommit=True) as conn:
        for table, column in (("story", "id"), ("entry", "id"), ("entry_fts", "id"), ("fold_item", "item")):
            found = conn.execute(
                "select column_name from information_schema.columns where table_schema = "
                "current_schema() and table_name = %s order by ordinal_position",
                (table,),
            ).fetchall()
            names = [name for (name,) in found]
            picked = ", ".join(f"{column} + {rows * 4}" if name == column else f'"{name}"' for name in names)
            conn.execute(f"insert into {table} select {picked} from {table} order by {column} limit {rows}".encode())


def main() -> None:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=400_000)
    entries = parser.parse_args().entries
    with database("postgresql") as address:
        store = open_store(address, clock=SteadyClock())
        now = store.now()
        asyncio.run(store.close())
        load(address, 1_000, entries, now)
        full = size(address)
        gone, took, spent = asyncio.run(forgotten(address, entries // 2))
        after, vacuumed = size(address), size(address, vacuum=True)
        print(f"forgotten: {gone:,} reports in {took:.0f} s, {gone / took:,.0f} a second")
        print(f"CPU of program and server: {spent / gone * 1e6:.0f} s for a million reports")
        print(f"tables: {full:.0f} MB before, {after:.0f} MB after, {vacuumed:.0f} MB when vacuumed")
        written_again(address, gone)
        print(f"tables when as many reports were written again: {size(address):.0f} MB")


if __name__ == "__main__":
    main()
