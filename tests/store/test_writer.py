"""The thread that writes: what shares a transaction, what is taken back, who is told."""

from __future__ import annotations

import asyncio
import filecmp
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.core.errors import StoreError
from bot.store.sqlite.opening import open_writer
from bot.store.sqlite.writer import Writer


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "tocsin.db")


@pytest.fixture
def writer(path: str) -> Iterator[Writer]:
    started = Writer(open_writer(path, 1), path, 0.2).start()
    yield started
    started.stop()
    started.join()


def keep(key: str, text: str = "x" * 100) -> object:
    """Work that keeps a text."""
    return lambda db: db.execute("insert into memory (key, text) values (:key, :text)", {"key": key, "text": text})


def kept(path: str) -> list[str]:
    """What another program sees."""
    with sqlite3.connect(path) as conn:
        found = [row[0] for row in conn.execute("select key from memory order by key")]
    conn.close()
    return found


class Gate:
    """Work that holds the writer until it is opened, so that what is asked for meanwhile waits together."""

    def __init__(self) -> None:
        self.held = threading.Event()
        self.open = threading.Event()

    def __call__(self, db: Database) -> None:
        self.held.set()
        assert self.open.wait(10)


async def behind_a_gate(writer: Writer, *works: object, durable: bool = False) -> list[object]:
    """Results of works that waited together."""
    gate = Gate()
    first = asyncio.create_task(writer.do(gate))
    await asyncio.to_thread(gate.held.wait, 10)
    asked = [asyncio.create_task(writer.do(work, durable=durable)) for work in works]  # type: ignore[arg-type]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, return_exceptions=True)
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_jobs_that_wait_together_share_a_transaction(writer: Writer, path: str) -> None:
    before = writer.transactions
    await behind_a_gate(writer, *(keep(f"k{n:02}") for n in range(40)))
    assert len(kept(path)) == 40
    assert writer.transactions - before <= 3


async def test_a_job_that_fails_takes_back_its_own_work_only(writer: Writer, path: str) -> None:
    undone = []
    writer.when_undone(lambda: undone.append(1))

    def fails(db: Database) -> None:
        db.execute("insert into memory (key, text) values ('half', '')")
        raise ValueError("no")

    results = await behind_a_gate(writer, keep("a"), fails, keep("b"), keep("a"), keep("c"))
    assert isinstance(results[1], ValueError)
    assert isinstance(results[3], sqlite3.IntegrityError)
    assert kept(path) == ["a", "b", "c"]
    assert len(undone) == 2


async def test_a_transaction_that_fails_stores_nothing_and_tells_everyone(writer: Writer, path: str) -> None:
    pages = writer.db.execute("pragma page_count").fetchone()[0]
    writer.db.execute(f"pragma max_page_count = {pages + 2}")
    results = await behind_a_gate(writer, keep("small"), keep("big", "x" * 200_000), keep("late"))
    assert {getattr(result, "kind", "") for result in results[:2]} == {"full"}
    assert "small" not in kept(path)
    writer.db.execute(f"pragma max_page_count = {pages + 1_000}")
    await writer.do(keep("big", "x" * 200_000))  # type: ignore[arg-type]
    assert "big" in kept(path)


async def test_a_durable_job_is_flushed_and_the_others_are_not(writer: Writer) -> None:
    def synchronous(db: Database) -> int:
        found: int = db.execute("pragma synchronous").fetchone()[0]
        return found

    assert await writer.do(synchronous) == 1
    assert await writer.do(synchronous, durable=True) == 2
    assert await writer.do(synchronous) == 1
    assert await behind_a_gate(writer, synchronous, synchronous, durable=True) == [2, 2]


async def test_a_caller_that_gives_up_changes_nothing_for_the_others(writer: Writer, path: str) -> None:
    gate = Gate()
    first = asyncio.create_task(writer.do(gate))
    await asyncio.to_thread(gate.held.wait, 10)
    given_up = asyncio.create_task(writer.do(keep("up")))  # type: ignore[arg-type]
    other = asyncio.create_task(writer.do(keep("other")))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    given_up.cancel()
    gate.open.set()
    await asyncio.gather(first, other)
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert "other" in kept(path)


async def test_a_loop_that_is_gone_does_not_stop_the_writer(writer: Writer) -> None:
    def abandoned() -> None:
        loop = asyncio.new_event_loop()
        task = loop.create_task(writer.do(lambda db: None))
        loop.run_until_complete(asyncio.sleep(0))
        task.cancel()
        loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        loop.close()

    await asyncio.to_thread(abandoned)
    assert await writer.do(lambda db: 7) == 7


@pytest.mark.case_id(115)
async def test_case_115_a_lock_held_too_long_is_told_and_nothing_is_lost_after_it(writer: Writer, path: str) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(StoreError) as refused:
        await writer.do(keep("k"))  # type: ignore[arg-type]
    assert refused.value.kind == "busy"
    assert "locked" in str(refused.value)
    other.execute("rollback")
    other.close()
    await writer.do(keep("k"))  # type: ignore[arg-type]
    assert kept(path) == ["k"]


@pytest.mark.case_id(115)
async def test_case_115_the_loop_goes_on_while_the_writer_waits(writer: Writer, path: str) -> None:
    writer.patience_s = 30
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    waiting = asyncio.create_task(writer.do(keep("k")))  # type: ignore[arg-type]
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    other.execute("rollback")
    other.close()
    await waiting
    assert kept(path) == ["k"]


@pytest.mark.case_id(117)
async def test_case_117_a_file_replaced_under_us_is_not_written(writer: Writer, path: str) -> None:
    await writer.do(keep("k"))  # type: ignore[arg-type]
    os.rename(path, path + ".moved")
    with pytest.raises(StoreError) as refused:
        await writer.do(keep("gone"))  # type: ignore[arg-type]
    assert refused.value.kind == "replaced"
    shutil.copy(__file__, path)
    with pytest.raises(StoreError) as refused:
        await writer.do(keep("other"))  # type: ignore[arg-type]
    assert refused.value.kind == "replaced"
    assert filecmp.cmp(__file__, path, shallow=False)
    os.replace(path + ".moved", path)
    await writer.do(keep("back"))  # type: ignore[arg-type]
    assert kept(path) == ["back", "k"]
