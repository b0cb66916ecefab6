"""A process that is killed at the n-th SQL statement, again and again, until it gets through.

`python -m tests.faults.store_child migrate|deliver FOLDER STEP` forks a child for each life, so that the imports are
paid for once; a child kills itself with SIGKILL from SQLite's trace of statements. It prints how many lives it took.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import LaneOptions, Lanes
from bot.ports import Absent, Delivery, FeedSpec, Finding, Growth, IngestTx, Pace, Receipt, Sent, Store
from bot.store import open_store
from bot.store.sql.migrations import VERSION
from bot.store.sqlite.opening import open_writer
from tests.store.build import T0, Clock, hit, outcome, settled, tell

STORIES, CHANNELS = 6, ("a", "b")


def die_at(statement: int) -> None:
    """Kill this process when its connections begin their n-th statement together."""
    connect, left = sqlite3.connect, [statement]

    def traced(_: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def connected(*args: Any, **named: Any) -> sqlite3.Connection:
        conn: sqlite3.Connection = connect(*args, **named)
        conn.set_trace_callback(traced)
        return conn

    sqlite3.connect = connected  # type: ignore[assignment]


def lived(statement: int, work: Callable[[], None]) -> bool:
    """Whether `work` gets through in a child that dies at this statement."""

    def life() -> None:
        die_at(statement)
        work()

    return got_through(life)


def got_through(life: Callable[[], None]) -> bool:
    """Whether a child comes to the end of a life; False when it was killed. An error in it ends this program too."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            life()
            code = 0
        finally:
            os._exit(code)
    status = os.waitpid(pid, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("a life ended in an error")
    return os.WIFEXITED(status)


def migrate(folder: Path) -> int:
    """Kill the first migration of a new file at every statement; each corpse must open as if nothing had been."""
    for statement in range(1, 10_000):
        path = str(folder / f"t{statement}.db")
        through = lived(statement, lambda path=path: open_writer(path, 1).close())  # type: ignore[misc]
        db = open_writer(path, 1)
        assert db.execute("pragma quick_check").fetchone()[0] == "ok"
        assert db.execute("select count(*) from _sqlite_migrations").fetchone()[0] == VERSION
        assert db.execute("select count(*) from feed").fetchone()[0] == 0
        db.close()
        if through:
            return statement
        for tail in ("", "-wal", "-shm"):
            Path(path + tail).unlink(missing_ok=True)
    raise AssertionError("never got through")


class Wall:
    """A platform that is a file: what is on it was delivered."""

    name = "console"
    unable = frozenset[str]()

    def __init__(self, path: Path) -> None:
        self._path = path

    def lines(self) -> list[str]:
        return self._path.read_text().splitlines() if self._path.exists() else []

    def paces(self, channel: Channel) -> list[Pace]:
        return [Pace(f"wall:{channel.ref}", 1)]

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        with self._path.open("a") as wall:
            wall.write(f"{channel.ref} {alert.title} {delivery.id}\n")
        return Sent(str(delivery.id))

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        there = any(line.endswith(f" {delivery.id}") for line in self.lines())
        return Sent(str(delivery.id)) if there else Absent("not there")

    async def grows(self, channel: Channel) -> Growth:
        return "edited"

    async def start(self) -> None: ...
    async def check(self, channel: Channel) -> str:
        return ""

    async def close(self) -> None: ...


async def life(folder: Path, number: int) -> None:
    """One life: subscribe, poll a feed of six items that all match, deliver; go on where the last life ended.

    Each begins ten minutes after the one before: a clock that went back would have the lanes wait for their old places.
    """
    clock = Clock()
    clock.now = T0 + number * 600_000
    store = open_store(str(folder / "t.db"), clock=clock)
    await store.evict(lambda owner: True)
    for ref in CHANNELS:
        await store.subscribe(await store.channel("console", "", ref), "topic:chips", "Chips", {}, T0)
    await poll(store)
    lanes, stop = Lanes(store, {"console": Wall(folder / "wall")}, clock, LaneOptions(poll_ms=1)), asyncio.Event()
    running = asyncio.create_task(lanes.run(stop))
    while (await store.stats()).get("deliveries_sent", 0) < STORIES * len(CHANNELS):
        await asyncio.sleep(0.001)
        clock.now += 1_000
    stop.set()
    await running
    await store.close()


async def poll(store: Store) -> None:
    """Two polls of the same six items: what the first stored is no news to the second."""
    await store.add_feeds([FeedSpec("https://feeds.example/a")], T0)
    for _ in range(2):
        for feed in await store.due_feeds(T0, 1, 1, "x"):

            def work(tx: IngestTx, feed_id: int = feed.id) -> None:
                keys = [[n] for n in range(STORIES)]
                for n, new in enumerate(tx.new_keys(feed_id, keys)):
                    if new:
                        saved = tx.save(feed_id, outcome(f"Story-{n}", hits=[hit()]))
                        tell(tx, saved.story_id)
                tx.mark_seen(feed_id, keys, T0)

            await store.commit_poll(settled(feed, next_poll=T0), work)


def deliver(folder: Path, step: int) -> int:
    """Lives until one gets through; each dies `step` statements further on than the one before."""
    for number in range(1, 100_000):
        if lived(number * step, lambda number=number: asyncio.run(life(folder, number))):  # type: ignore[misc]
            return number
    raise AssertionError("never got through")


if __name__ == "__main__":
    work, where, step = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    print(migrate(where) if work == "migrate" else deliver(where, step))
