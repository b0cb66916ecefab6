"""What many idle programs cost: `python -m benchmarks.idle [--programs 20] [--channels 1000000] [--seconds 60]`.

So many real `tocsin run send` over one PostgreSQL database with so many channels, each with a subscription, and nothing
due. CPU of the programs and of the server's processes that serve them, after each has settled down.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg

from benchmarks.bulk import load
from benchmarks.meter import Meter
from benchmarks.scaleruns import database
from bot.clock import SteadyClock
from bot.store import open_store

_QUIET = 0.02
"""A program has settled down when it takes less than so much of a core for five seconds."""


def filled(address: str, channels: int) -> None:
    """Channels of which none waits for anything."""
    store = open_store(address, clock=SteadyClock())
    now = store.now()
    asyncio.run(store.close())
    load(address, channels, 1_000, now)
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("delete from delivery; update channel set due_at = null where due_at is not null")
        conn.execute("vacuum analyze channel, delivery")


def idle(address: str, programs: int, seconds: float, role: str = "send") -> tuple[float, float, int]:
    """(the programs' CPU, the server's, both as a share of one core; connections)."""
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")}
    env |= {"DATABASE_URL": address, "TOCSIN_FEEDS_FILE": "", "TOCSIN_WEB_PORT": "0", "TOCSIN_STORIES_VECTORS": "off"}
    with tempfile.TemporaryDirectory() as folder:
        env["TOCSIN_STORE_PATH"] = str(Path(folder) / "t.db")
        line = [sys.executable, "-m", "bot", "run", role]
        out = subprocess.DEVNULL
        some = [subprocess.Popen(line, env=env, stdout=out, stderr=out) for _ in range(programs)]
        try:
            _settle(some)
            meter = Meter(address, [one.pid for one in some])
            began, before = time.monotonic(), meter.seconds()
            time.sleep(seconds)
            after, took = meter.seconds(), time.monotonic() - began
            assert all(one.poll() is None for one in some), "a program has ended"
        finally:
            for one in some:
                one.terminate()
            for one in some:
                one.wait()
    ours, theirs = ((b - a) / took for a, b in zip(before, after, strict=True))
    return ours, theirs, meter.backends


def _settle(some: list[subprocess.Popen[bytes]]) -> None:
    """Wait until all are idle: topics are read, connections made."""
    until = time.monotonic() + 600
    while time.monotonic() < until:
        before = [sum(psutil.Process(one.pid).cpu_times()[:2]) for one in some]
        time.sleep(5)
        after = [sum(psutil.Process(one.pid).cpu_times()[:2]) for one in some]
        linked = all(psutil.Process(one.pid).net_connections() for one in some)
        if linked and max(b - a for a, b in zip(before, after, strict=True)) < 5 * _QUIET:
            return
    raise TimeoutError("the programs do not settle down")


def main() -> None:
    """Print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=20)
    parser.add_argument("--channels", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    with database("postgresql") as address:
        filled(address, asked.channels)
        ours, theirs, connections = idle(address, asked.programs, asked.seconds)
        print(
            f"{asked.programs} idle programs over {asked.channels:,} channels: {ours + theirs:.1%} of a core "
            f"(target ≤ 5 %), {theirs:.1%} of it the server's; {connections} connections"
        )


if __name__ == "__main__":
    main()
