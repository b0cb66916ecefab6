"""A disk that is full, and a second bot on the same file."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.core.message import Alert
from bot.core.model import Channel
from bot.lanes import LaneOptions, Lanes
from bot.ports import Absent, Delivery, Finding, Pace, Receipt, Sent
from bot.store import open_store
from tests.store.build import Clock, hit, opened, outcome, saving, subscribed

pytestmark = pytest.mark.usefixtures("untraced")

_FILL = """
import asyncio, resource, signal, sys
from bot.core.errors import StoreError
from bot.store import open_store
from tests.store.build import outcome, saving

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
LIMIT = 1 << 20


def allow(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def fill(store):
    while True:
        await store.transact(saving(*(outcome(f"Story {n}", content="words and words " * 200) for n in range(5))))


async def main():
    store = open_store(sys.argv[1], clock=lambda: 0, patience_s=1)
    allow(LIMIT)
    for turn in range(2):
        try:
            await fill(store)
        except StoreError as error:
            print(error.kind)
        before = (await store.stats())["entries"]
        assert len(await store.latest(None, 10_000)) == before, "what was stored is whole and can be read"
        assert len(await store.search('"words"', 10)) == 10
        try:
            await store.transact(saving(outcome("x", content="more words " * 20_000)))
        except StoreError as error:
            print(error.kind)
        allow(LIMIT * 3 * (turn + 1))
        await store.transact(saving(outcome("there is room again")))
        assert (await store.stats())["entries"] == before + 1
        assert await store.check() == []
    allow(resource.RLIM_INFINITY)
    await store.close()


asyncio.run(main())
"""


@pytest.mark.case_id(116)
def test_case_116_a_full_disk_is_told_readable_and_recovered_from(tmp_path: Path) -> None:
    """The limit of a file's size stands for the disk: the log meets it first, the file when the log is folded in."""
    command = [sys.executable, "-c", _FILL, str(tmp_path / "t.db")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= {"full", "io"}
    assert len(done.stdout.split()) == 4


class Wall:
    """A platform that keeps what it was sent, and takes a moment for it."""

    name = "console"

    def __init__(self, wanted: int) -> None:
        self.lines: list[tuple[str, int]] = []
        self.wanted = wanted
        self.full = asyncio.Event()

    def paces(self, channel: Channel) -> list[Pace]:
        return []

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        self.lines.append((channel.ref, alert.story_id))
        if len(self.lines) == self.wanted:
            self.full.set()
        await asyncio.sleep(0)
        return Sent(str(delivery.id))

    async def find(self, channel: Channel, delivery: Delivery) -> Finding:
        return Absent("not there")

    async def start(self) -> None: ...
    async def check(self, channel: Channel) -> str:
        return ""

    async def close(self) -> None: ...


@pytest.mark.case_id(120)
async def test_case_120_two_bots_on_one_file_share_the_work(tmp_path: Path) -> None:
    clock, wall, stop = Clock(), Wall(80), asyncio.Event()
    stores = [open_store(str(tmp_path / "t.db"), clock=clock) for _ in range(2)]
    for n in range(8):
        await stores[n % 2].configure(await subscribed(stores[n % 2], f"c{n}"), {"burst": "0"})
    bots = [
        asyncio.create_task(
            Lanes(store, {"console": wall}, clock, LaneOptions(2, poll_ms=1, owner=f"bot{n}")).run(stop)
        )
        for n, store in enumerate(stores)
    ]
    stories = [await opened(stores[n % 2], f"Story {n}") for n in range(10)]
    await wall.full.wait()
    stop.set()
    await asyncio.gather(*bots)
    for n in range(8):
        assert [story for ref, story in wall.lines if ref == f"c{n}"] == stories
    for store in stores:
        await store.close()


async def test_the_loop_does_none_of_the_work(tmp_path: Path) -> None:
    """Two thousand entries are stored while the loop's thread spends next to nothing: CPU time, not the wall's."""
    store = open_store(str(tmp_path / "t.db"), clock=Clock())
    outcomes = [outcome(f"Story {n}", summary="some words " * 20, hits=[hit()]) for n in range(2_000)]
    before = time.thread_time_ns()
    await store.transact(saving(*outcomes))
    await store.search('"words"', 10)
    spent = time.thread_time_ns() - before
    await store.close()
    assert spent < 20_000_000


@pytest.mark.case_id(119)
async def test_case_119_a_backup_taken_while_writing_is_whole(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "t.db"), clock=Clock())
    await store.configure(await subscribed(store), {"burst": "0"})
    (tmp_path / "copy.db.part").write_bytes(b"left by one that was killed")
    begun, done = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        n = 0
        while not done.is_set():
            await opened(store, f"Story {n}", summary="text " * 40)
            n += 1
            if n == 50:
                begun.set()

    writing = asyncio.create_task(write())
    await begun.wait()
    assert await store.backup(str(tmp_path / "copy.db")) > 50_000
    done.set()
    await writing
    await store.close()
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "t.db"]
    copy = open_store(str(tmp_path / "copy.db"), clock=Clock())
    stats = await copy.stats()
    assert await copy.check() == []
    assert (
        stats["entries"] == stats["stories"] == stats["deliveries_queued"] == len(await copy.latest(None, 10_000)) >= 50
    )
    await copy.close()
