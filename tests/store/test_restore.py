"""A backup put back: whole or not at all, and nothing of it sent twice."""

from __future__ import annotations

# ruff: noqa: ASYNC230, ASYNC240 - a test's own small files
import os
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.ports import Sent, Store
from bot.store import open_store, restore
from tests.store.build import DAY, T0, Clock, leased, opened, subscribed


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "t.db"


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def reopened(target: Path) -> Store:
    return open_store(str(target), clock=Clock())


async def saved(target: Path, backup: Path) -> None:
    """A store with one story told to one channel, backed up while the message waits; then more happened."""
    store = reopened(target)
    await subscribed(store)
    await opened(store, "Before")
    await store.backup(str(backup))
    await opened(store, "After")
    await store.close()


async def test_a_backup_comes_back_and_the_present_is_set_aside(target: Path, backup: Path) -> None:
    await saved(target, backup)
    restore(str(backup), str(target))
    store = reopened(target)
    assert [story.title for story in await store.latest(None, 9)] == ["Before"]
    await store.close()
    aside = reopened(Path(f"{target}.before-restore"))
    assert len(await aside.latest(None, 9)) == 2
    await aside.close()


async def test_a_backup_may_be_put_where_nothing_is(target: Path, backup: Path, tmp_path: Path) -> None:
    await saved(target, backup)
    restore(str(backup), str(tmp_path / "new.db"))
    store = reopened(tmp_path / "new.db")
    assert len(await store.latest(None, 9)) == 1
    await store.close()


@pytest.mark.case_id(127)
async def test_case_127_what_waited_in_a_backup_is_looked_for_before_it_is_sent(target: Path, backup: Path) -> None:
    await saved(target, backup)
    restore(str(backup), str(target))
    store = reopened(target)
    (lease,) = await leased(store, T0 + 7 * DAY)
    (waiting,) = await store.next_deliveries(lease, 9, T0 + 7 * DAY)
    assert waiting.state == "sending"
    assert await store.settle(lease, waiting, Sent("found"), T0 + 7 * DAY)
    await store.release(lease)
    later = await opened(store, "Later")
    (lease,) = await leased(store, T0 + 7 * DAY)
    (delivery,) = await store.next_deliveries(lease, 9, T0 + 7 * DAY)
    assert delivery.id > waiting.id + 1_000
    assert later > 1_000
    assert (await store.latest(None, 1))[0].id in (later, waiting.story_id)
    await store.close()


@pytest.mark.parametrize("days", [-3, 3])
async def test_a_digest_that_was_due_long_before_the_restore_is_not_told_again(
    target: Path, backup: Path, days: int
) -> None:
    today = int(time.time() * 1000)
    store = reopened(target)
    await subscribed(store, mode="hourly")
    await opened(store, "Held")
    await store.backup(str(backup))
    await store.close()
    with closing(sqlite3.connect(backup)) as held:
        held.execute("update delivery set not_before = ? where state = 'held'", (today + days * DAY,))
        held.commit()
    restore(str(backup), str(target))
    store = reopened(target)
    assert await store.turn(today + 4 * DAY) == (1 if days > 0 else 0)
    await store.close()


async def test_a_damaged_present_is_set_aside_as_it_is(target: Path, backup: Path) -> None:
    await saved(target, backup)
    target.write_bytes(b"no database any more" * 300)
    restore(str(backup), str(target))
    store = reopened(target)
    assert len(await store.latest(None, 9)) == 1
    await store.close()
    with open(f"{target}.before-restore", "rb") as aside:
        assert aside.read(20) == b"no database any more"


async def test_what_is_no_whole_backup_changes_nothing(target: Path, backup: Path, tmp_path: Path) -> None:
    await saved(target, backup)
    before = target.read_bytes()
    damaged, foreign = tmp_path / "damaged.db", tmp_path / "foreign.db"
    shutil.copy(backup, damaged)
    with damaged.open("r+b") as file:
        for page in range(4, os.stat(damaged).st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)
    foreign.write_bytes(b"hello " * 100)
    for source, kind in ((damaged, "damaged"), (foreign, "foreign"), (tmp_path / "none.db", "missing")):
        with pytest.raises(StoreError) as refused:
            restore(str(source), str(target))
        assert refused.value.kind == kind
    assert target.read_bytes() == before
    assert not Path(f"{target}.restoring").exists()


async def test_a_database_in_use_is_not_replaced(target: Path, backup: Path) -> None:
    await saved(target, backup)
    store = reopened(target)
    await store.latest(None, 1)
    with pytest.raises(StoreError) as refused:
        restore(str(backup), str(target))
    assert refused.value.kind == "busy"
    await store.close()
    restore(str(backup), str(target))


async def test_a_backup_that_cant_be_written_names_its_place(target: Path, tmp_path: Path) -> None:
    store = reopened(target)
    with pytest.raises(StoreError) as refused:
        await store.backup(str(tmp_path / "none" / "b.db"))
    assert "none" in str(refused.value)
    await store.close()


async def test_a_backup_is_one_file_that_any_program_reads(target: Path, backup: Path) -> None:
    await saved(target, backup)
    conn = sqlite3.connect(f"file:{backup}?immutable=1", uri=True)
    assert conn.execute("select count(*) from story").fetchone()[0] == 1
    conn.close()
