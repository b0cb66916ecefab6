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
from bot.ports import STOPPED, IngestTx, Sent, Store
from bot.store import open_store, restore
from tests.store.build import DAY, T0, Clock, due_feed, hit, leased, opened, outcome, settled, subscribed, tell


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


@pytest.mark.case_id(119)
async def test_case_119_a_restore_that_is_killed_leaves_one_database_or_the_other(
    target: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never none: whatever starts the bot again would begin an empty one, and everybody's subscriptions were gone."""
    await saved(target, backup)

    named = Path.replace

    def killed(file: Path, to: str) -> Path:
        if file.name.endswith(".restoring"):
            raise SystemExit(f"killed before {file} was named {to}")
        return named(file, to)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(SystemExit):
            restore(str(backup), str(target))
    store = reopened(target)
    assert len(await store.latest(None, 9)) == 2
    await store.close()
    restore(str(backup), str(target))
    for file, stories in ((target, 1), (Path(f"{target}.before-restore"), 2)):
        store = reopened(file)
        assert len(await store.latest(None, 9)) == stories
        await store.close()


async def test_what_is_set_aside_is_not_read_with_the_log_of_another(target: Path, backup: Path) -> None:
    await saved(target, backup)
    Path(f"{target}.before-restore-wal").write_bytes(b"of a damaged one that was set aside before")
    restore(str(backup), str(target))
    assert not Path(f"{target}.before-restore-wal").exists()


async def test_the_present_is_set_aside_where_no_file_can_have_two_names(
    target: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refused)
    await test_a_backup_comes_back_and_the_present_is_set_aside(target, backup)


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


NOW = int(time.time() * 1000)


@pytest.mark.parametrize(
    ("meanwhile", "present", "told_again"),
    [
        ("told", True, False),  # the database in use says that it was told
        ("waits", True, True),  # or that it was not
        ("told", False, False),  # nothing is known: in doubt, as a send is that no look finds
        ("stopped", False, True),  # the backup was made after the last stop
        ("stopped and went on", False, False),
        ("not due", False, True),
    ],
)
async def test_a_digest_is_told_again_only_where_it_is_known_that_it_was_not(
    target: Path, backup: Path, meanwhile: str, present: bool, told_again: bool
) -> None:
    clock = Clock(NOW - DAY)
    store = open_store(str(target), clock=clock)
    await subscribed(store, mode="daily")
    await store.transact(lambda tx: _held(tx, clock.now))
    if meanwhile.startswith("stopped"):
        await store.keep(STOPPED, str(clock.now + 1))
    if meanwhile == "stopped and went on":
        feed = await due_feed(store, now=clock.now)
        await store.settle_polls([settled(feed, last_ok=clock.now + 2)])
    await store.backup(str(backup))
    due = NOW + DAY if meanwhile == "not due" else NOW - 3_600_000
    with closing(sqlite3.connect(backup)) as held:
        held.execute("update delivery set not_before = ? where state = 'held'", (due,))
        held.commit()
    if meanwhile == "told":
        assert await store.turn(NOW + DAY) == 1
        (lease,) = await leased(store, NOW + DAY)
        (digest,) = await store.next_deliveries(lease, 9, NOW + DAY)
        assert await store.settle(lease, digest, Sent("told"), NOW + DAY)
    await store.close()
    if not present:
        target.unlink()
    restore(str(backup), str(target))
    store = open_store(str(target), clock=clock)
    assert await store.turn(NOW + 2 * DAY) == int(told_again)
    assert (await store.stats()).get("deliveries_ambiguous", 0) == int(not told_again and not present)
    await store.close()


def _held(tx: IngestTx, now: int) -> None:
    saved = tx.save(0, outcome("Held", hits=[hit()]))
    tell(tx, saved.story_id, now=now)


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
    (empty := tmp_path / "empty.db").touch()
    wrong = ((damaged, "damaged"), (foreign, "foreign"), (empty, "foreign"), (tmp_path / "none.db", "missing"))
    for source, kind in wrong:
        with pytest.raises(StoreError) as refused:
            restore(str(source), str(target))
        assert refused.value.kind == kind
        assert "store.path" not in str(refused.value), "what is named is a file"
        assert "tocsin restore" not in str(refused.value)
    assert target.read_bytes() == before
    assert not Path(f"{target}.restoring").exists()


async def test_where_nothing_can_be_put_that_place_is_named(target: Path, backup: Path, tmp_path: Path) -> None:
    await saved(target, backup)
    for place in (tmp_path / "no" / "t.db", backup / "t.db"):
        with pytest.raises(StoreError, match=r"t\.db can't be opened"):
            restore(str(backup), str(place))


async def test_a_database_in_use_is_not_replaced(target: Path, backup: Path) -> None:
    await saved(target, backup)
    store = reopened(target)
    await store.latest(None, 1)
    with pytest.raises(StoreError, match=r"in use; stop the bot.*nothing was changed") as refused:
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


async def test_a_restore_without_room_names_where_there_is_none(
    target: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await saved(target, backup)
    connect = sqlite3.connect

    def small(path: str, *args: object, **options: object) -> sqlite3.Connection:
        made: sqlite3.Connection = connect(path, *args, **options)  # type: ignore[call-overload]
        if path.endswith(".restoring"):
            made.execute("pragma max_page_count = 8")
        return made

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(StoreError) as refused:
        restore(str(backup), str(target))
    assert refused.value.kind == "full"
    assert f"no room left for {target};" in str(refused.value)
    assert not Path(f"{target}.restoring").exists()
    store = reopened(target)
    assert len(await store.latest(None, 9)) == 2
    await store.close()
