"""What `benchmarks.scale` measures: each run has a database of its own, and workers (`benchmarks.scaleworker`)."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.scaleworker import names
from bot.clock import SteadyClock
from bot.core.model import Entry, Hit, Placement
from bot.ports import FanOut, IngestTx, Outcome
from bot.store import open_store
from bot.store.transfer import whole

IDLE = 20
"""Workers that have nothing to do."""


class Sends(NamedTuple):
    """What a sink got: `lines` in the order of time, each (ns, delivery, channel, story)."""

    lines: list[tuple[int, ...]]

    @property
    def told(self) -> list[tuple[int, ...]]:
        """Each delivery once: a repeat carries the same number, and a platform drops it."""
        return list({line[1]: line for line in reversed(self.lines)}.values())[::-1]

    def rate(self) -> float:
        """Deliveries a second, from the first tenth to the last: workers start and end at different moments."""
        told, cut = self.told, len(self.told) // 10
        return (len(told) - 2 * cut) / max(1e-9, (told[-cut - 1][0] - told[cut][0]) / 1e9)

    def faults(self, wanted: int) -> tuple[int, int, int]:
        """(lost, doubled, out of order)."""
        told = sorted(self.told)
        doubled = sum(n - 1 for n in Counter((line[2], line[3]) for line in told).values())
        newest: dict[int, int] = {}
        swapped = 0
        for _, delivery, channel, _ in told:
            swapped += delivery < newest.get(channel, 0)
            newest[channel] = max(delivery, newest.get(channel, 0))
        return wanted - len(told) + doubled, doubled, swapped

    def worst_second(self) -> int:
        """The most sends in any window of one second."""
        times = sorted(line[0] for line in self.lines)
        first = most = 0
        for last, at in enumerate(times):
            while at - times[first] >= 1_000_000_000:
                first += 1
            most = max(most, last - first + 1)
        return most


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty store."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"{folder}/scale.db"
        return
    from tests.postgres.server import schema

    with schema() as address:
        yield address


async def filled(address: str, channels: int, stories: int) -> int:
    """Channels that subscribe to one topic, and stories that are told to all of them; returns how many deliveries."""
    await subscribed(address, channels)
    return await told(address, stories)


async def subscribed(address: str, channels: int) -> None:
    """Channels that subscribe to one topic."""
    store = open_store(address, clock=SteadyClock())
    now = store.now()
    rows = [{"ref": str(n), "now": now} for n in range(channels)]

    def subscribe(db: object) -> None:
        conn = db.conn  # type: ignore[attr-defined]
        conn.execute("insert into rule (name) values ('topic:x') on conflict do nothing")
        conn.executemany("insert into channel (platform, scope, ref) values ('sink', '', :ref)", rows)
        conn.execute(
            "insert into subscription (channel_id, rule_id, label, created_at) "
            "select c.id, r.id, 'x', :now from channel as c, rule as r",
            {"now": now},
        )

    await whole(store).write(subscribe)
    await store.close()


async def told(address: str, stories: int) -> int:
    """Stories that are told to all channels; returns how many deliveries."""
    store = open_store(address, clock=SteadyClock())
    now = store.now()

    def tell(tx: IngestTx, number: int) -> int:
        entry = Entry(f"s{number}", "", f"Story {number}", source="Outlet", lang="en", first_seen=now)
        hit = Hit("topic:x", ("story",))
        saved = tx.save(0, Outcome(entry, (), Placement("new", None), (hit,)))
        return tx.fan_out([FanOut(saved.story_id, "new", ["topic:x"], now, 0)])[0]

    queued = 0
    for number in range(stories):
        queued += await store.transact(lambda tx, number=number: tell(tx, number))  # type: ignore[misc]
    await store.close()
    return queued


def worker(*given: object, inside: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A worker process, not begun yet; `inside` is a command that runs it elsewhere."""
    line = [*inside, sys.executable, "-m", "benchmarks.scaleworker", *map(str, given)]
    return subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def begun(workers: list[subprocess.Popen[str]]) -> None:
    """Wait until all are ready, then let them begin together."""
    for one in workers:
        assert one.stdout is not None
        one.stdout.readline()
    for one in workers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()


def ended(workers: list[subprocess.Popen[str]]) -> None:
    """Kill what still runs."""
    for one in workers:
        with one:
            one.kill()


def read(file: Path) -> Sends:
    """What the sink has."""
    lines = file.read_text().splitlines() if file.exists() else []
    return Sends(sorted(tuple(map(int, line.split())) for line in lines))


def delivered(
    kind: str, workers: int, wait_ms: int, channels: int, stories: int, *, paced: bool = False, patience_s: float = 120
) -> tuple[Sends, int]:
    """Deliver all of it with so many workers; (what the sink got, how many it should)."""
    with database(kind) as address, tempfile.TemporaryDirectory() as folder:
        wanted = asyncio.run(filled(address, channels, stories))
        file = Path(folder) / "sink"
        some = [worker("deliver", address, file, wait_ms, 60_000, "paced" if paced else "free") for _ in range(workers)]
        try:
            begun(some)
            until = time.monotonic() + patience_s
            while len(read(file).told) < wanted and time.monotonic() < until:
                time.sleep(0.2)
        finally:
            ended(some)
        return read(file), wanted


class Placing(NamedTuple):
    """Entries a second of a stream that workers share, with what became of it: stories and alerts of so many events."""

    rate: float
    stories: int
    alerts: int
    events: int


async def asked(address: str, events: int) -> None:
    """Fifty channels, five of which ask for the name in each fourth event."""
    store = open_store(address, clock=SteadyClock())
    channels = [await store.channel("sink", "", str(number)) for number in range(50)]

    async def ask(event: int) -> None:
        name = names(event)[1]
        number = await store.query(name)
        for place in range(5):
            channel = channels[(event + place * 7) % len(channels)]
            await store.subscribe(channel, f"query:{number}", name, {}, store.now())

    await asyncio.gather(*(ask(event) for event in range(0, events, 4)))
    await store.close()


def placed(kind: str, workers: int, events: int, *, catalogue: bool = True) -> Placing:
    """Have a stream placed by so many workers, by the shipped topics and names too, or by queries alone."""
    with database(kind) as address:
        asyncio.run(asked(address, events))
        some = [worker("place", address, 0, events, mine, workers, int(catalogue)) for mine in range(workers)]
        try:
            begun(some)
            started = time.monotonic()
            for one in some:
                assert one.stdout is not None
                one.stdout.readline()
            took = time.monotonic() - started
        finally:
            ended(some)

        async def counted() -> dict[str, int]:
            store = open_store(address, clock=SteadyClock())
            found = await store.stats()
            await store.close()
            return found

        found = asyncio.run(counted())
        return Placing(events * 3 / took, found["stories"], found.get("deliveries_queued", 0), events)


def killed(
    kind: str, kills: int, workers: int, seed: int = 1, *, channels: int = 160, wait_ms: int = 150
) -> tuple[Sends, int, int]:
    """Deliver while workers are killed at random and replaced: (what the sink got, how many it should, the kills).

    By default there is enough to do for the time that the kills take.
    """
    chance = random.Random(seed)
    with database(kind) as address, tempfile.TemporaryDirectory() as folder:
        wanted = asyncio.run(filled(address, channels, max(10, kills * workers * 3 // 10)))
        file = Path(folder) / "sink"

        def fresh() -> subprocess.Popen[str]:
            return worker("deliver", address, file, wait_ms, 3_000, "free")

        some, done = [fresh() for _ in range(workers + 1)], 0
        try:
            begun(some[:-1])
            while done < kills and len(read(file).told) < wanted:
                time.sleep(chance.uniform(0.05, 0.3))
                gone = chance.randrange(workers)
                ended([some[gone]])
                begun([some[-1]])
                some[gone], some[-1] = some[-1], fresh()
                done += 1
            until = time.monotonic() + 180
            while len(read(file).told) < wanted and time.monotonic() < until:
                time.sleep(0.5)
        finally:
            ended(some)
        return read(file), wanted, done


def ms(address: str, work: str, times: int = 15) -> float:
    """ms a call by the wall clock, the median."""

    async def ask() -> float:
        store = open_store(address, clock=SteadyClock())
        took = []
        for _ in range(times):
            began = time.perf_counter()
            if work == "lease":
                await store.lease_channels(store.now(), 8, 1, "scale", ["sink"])
            elif work == "turn":
                await store.turn(store.now())
            else:
                await store.latest("topic:x", 10)
            took.append((time.perf_counter() - began) * 1000)
        await store.close()
        return sorted(took)[len(took) // 2]

    return asyncio.run(ask())


def _counted(address: str) -> None:
    """Let PostgreSQL count its rows, as it does by itself within a minute."""
    if address.startswith("postgresql:"):
        import psycopg

        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute("analyze channel, subscription, delivery")


def many(kind: str, channels: int) -> str:
    """A row: a look for lanes with nothing due, with all of them due, a look for digests, a look-up, a fan-out."""
    with database(kind) as address:
        asyncio.run(subscribed(address, channels))
        _counted(address)
        idle = ms(address, "lease")
        asyncio.run(told(address, 1))  # rows and pages that the next one finds in memory
        began = time.perf_counter()
        asyncio.run(told(address, 1))
        each = (time.perf_counter() - began) / channels * 1e6
        _counted(address)
        cells = [idle, *(ms(address, work) for work in ("lease", "turn", "latest"))]
        line = " | ".join(f"{cell:.2f}" for cell in cells)
        return f"| {kind} | {channels:,} | {line} | {each:.1f} | {IDLE * idle / 10:.1f} % |"
