"""Many programs over one database: deliveries, placing, kills, pace and growth, on SQLite and PostgreSQL.

    python -m benchmarks.scale             two or three minutes
    python -m benchmarks.scale --full      the figures of docs/scale.md (half an hour): --report writes them there

PostgreSQL is the server of TEST_DATABASE_URL; a schema is made on it and dropped. Rates are by the wall clock, so that
a busy machine lowers them; efficiency is a ratio within one run.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.scaleworker import names
from bot.clock import SteadyClock
from bot.core.model import Entry, Hit, Placement, Span
from bot.ports import IngestTx, Outcome
from bot.store import open_store
from bot.store.transfer import whole

DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"


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

    def tell(tx: IngestTx, number: int) -> int:
        entry = Entry(f"s{number}", "", f"Story {number}", source="Outlet", lang="en", first_seen=now)
        hit = Hit("topic:x", ("story",), (Span("title", 0, 5),))
        saved = tx.save(0, Outcome(entry, (), Placement("new", None), (hit,)))
        return tx.fan_out(saved.story_id, "new", ["topic:x"], now, burst=0)

    told = 0
    for number in range(stories):
        told += await store.transact(lambda tx, number=number: tell(tx, number))  # type: ignore[misc]
    await store.close()
    return told


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


def placed(kind: str, workers: int, events: int) -> Placing:
    """Have a stream placed by so many workers."""
    with database(kind) as address:
        asyncio.run(asked(address, events))
        some = [worker("place", address, 0, events, mine, workers) for mine in range(workers)]
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


def killed(kind: str, kills: int, workers: int, seed: int = 1) -> tuple[Sends, int]:
    """Deliver while workers are killed at random and replaced."""
    chance = random.Random(seed)
    channels, stories = 40, max(10, kills * 2)
    with database(kind) as address, tempfile.TemporaryDirectory() as folder:
        wanted = asyncio.run(filled(address, channels, stories))
        file = Path(folder) / "sink"

        def fresh() -> subprocess.Popen[str]:
            return worker("deliver", address, file, 20, 3_000, "free")

        some = [fresh() for _ in range(workers)]
        try:
            begun(some)
            for _ in range(kills):
                time.sleep(chance.uniform(0.05, 0.3))
                gone = chance.randrange(workers)
                ended([some[gone]])
                some[gone] = fresh()
                begun([some[gone]])
            until = time.monotonic() + 180
            while len(read(file).told) < wanted and time.monotonic() < until:
                time.sleep(0.5)
        finally:
            ended(some)
        return read(file), wanted


def seconds(address: str, work: str, times: int) -> float:
    """CPU seconds of this process and wall ms a call are alike on a quiet machine: ms a call, the median."""

    async def ask() -> float:
        store = open_store(address, clock=SteadyClock())
        took = []
        for _ in range(times):
            began = time.perf_counter()
            if work == "lease":
                await store.lease_channels(store.now(), 8, 1, "scale", ["sink"])
            elif work == "idle":
                await store.lease_channels(store.now() - 10**9, 8, 1, "scale", ["sink"])
            elif work == "turn":
                await store.turn(store.now())
            else:
                await store.latest("topic:x", 10)
            took.append((time.perf_counter() - began) * 1000)
        await store.close()
        return sorted(took)[len(took) // 2]

    return asyncio.run(ask())


def growth(kind: str, sizes: list[int]) -> list[str]:
    """ms a call as channels grow: a lease with all lanes ready, one with nothing due, a look for digests, a look-up."""
    lines = []
    for channels in sizes:
        with database(kind) as address:
            asyncio.run(filled(address, channels, 1))
            cells = (f"{seconds(address, work, 15):.2f}" for work in ("lease", "idle", "turn", "latest"))
            lines.append(f"| {kind} | {channels:,} | " + " | ".join(cells) + " |")
            print(lines[-1], flush=True)
    return lines


def main() -> None:
    """Print, and with --report write, what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--report", action="store_true", help="write docs/scale.md's figures")
    parser.add_argument("--kinds", default="sqlite,postgresql")
    parser.add_argument("--parts", default="deliver,place,pace,kills,growth")
    asked = parser.parse_args()
    with ExitStack() as stack:
        kinds = [kind for kind in asked.kinds.split(",") if kind == "sqlite" or _answers(stack)]
        told = [line for part in asked.parts.split(",") for line in PARTS[part](kinds, asked.full)]
    if asked.report:
        _write(told)


def _answers(stack: ExitStack) -> bool:
    import psycopg

    address = os.environ.get("TEST_DATABASE_URL", DEFAULT)
    try:
        stack.enter_context(psycopg.connect(address, connect_timeout=3))
    except psycopg.OperationalError:
        print("no PostgreSQL at TEST_DATABASE_URL: its figures are left out")
        return False
    return True


def _say(line: str) -> str:
    print(line, flush=True)
    return line


def deliver_part(kinds: list[str], full: bool) -> Iterator[str]:
    """Deliveries a second, by workers and sink."""
    yield _say("| store | sink | workers | deliveries/s | efficiency | lost | doubled | out of order |")
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        for wait_ms in (150, 0):
            alone = 0.0
            for workers in (1, 2, 4):
                channels, stories = (200, (8 if full else 3) * workers) if wait_ms else (200, 20 if full else 8)
                sends, wanted = delivered(kind, workers, wait_ms, channels, stories)
                rate = sends.rate()
                alone = alone or rate
                faults = " | ".join(map(str, sends.faults(wanted)))
                share = f"{rate / alone / workers:.1%}" if wait_ms else ""
                yield _say(f"| {kind} | {wait_ms} ms | {workers} | {rate:,.0f} | {share} | {faults} |")


def place_part(kinds: list[str], full: bool) -> Iterator[str]:
    """Entries a second, and stories against events."""
    yield _say("| store | workers | entries/s | events | stories | false splits | alerts |")
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        for workers in (1, 2, 4):
            done = placed(kind, workers, 1_500 if full else 200)
            splits = max(0, done.stories - done.events)
            yield _say(
                f"| {kind} | {workers} | {done.rate:,.0f} | {done.events:,} | {done.stories:,} | {splits} | "
                f"{done.alerts:,} |"
            )


def pace_part(kinds: list[str], full: bool) -> Iterator[str]:
    """The worst second over many processes of one bot."""
    yield _say("| store | workers | sends | worst second (limit 50) |")
    yield "|---|--:|--:|--:|"
    for kind in kinds:
        for workers in (1, 2, 4):
            sends, _ = delivered(kind, workers, 0, 100, 10 if full else 3, paced=True)
            yield _say(f"| {kind} | {workers} | {len(sends.lines):,} | {sends.worst_second()} |")


def kills_part(kinds: list[str], full: bool) -> Iterator[str]:
    """Kills under load."""
    yield _say("| store | workers | kills | deliveries | repeats dropped | lost | doubled | out of order |")
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        for workers in (2, 4):
            kills = 100 if full else 10
            sends, wanted = killed(kind, kills, workers)
            faults = " | ".join(map(str, sends.faults(wanted)))
            repeats = len(sends.lines) - len(sends.told)
            yield _say(f"| {kind} | {workers} | {kills} | {wanted:,} | {repeats} | {faults} |")


def growth_part(kinds: list[str], full: bool) -> Iterator[str]:
    """ms a call by the number of channels."""
    yield _say("| store | channels | lease 8 | nothing due | digests due? | latest 10 |")
    yield "|---|--:|--:|--:|--:|--:|"
    for kind in kinds:
        yield from growth(kind, [10_000, 100_000, 1_000_000] if full else [1_000, 10_000])


PARTS = {
    "deliver": deliver_part,
    "place": place_part,
    "pace": pace_part,
    "kills": kills_part,
    "growth": growth_part,
}


def _write(lines: list[str]) -> None:
    """Put the tables between the marks of docs/scale.md."""
    page = Path(__file__).parent.parent / "docs" / "scale.md"
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- figures -->\n")
    _, _, tail = rest.partition("<!-- /figures -->")
    tables = "\n".join(f"\n{line}" if line.startswith("| store") else line for line in lines).strip()
    page.write_text(f"{head}<!-- figures -->\n\n{tables}\n\n<!-- /figures -->{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
