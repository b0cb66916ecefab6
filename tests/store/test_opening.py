"""What is opened, and what is refused without a byte of it changed."""

from __future__ import annotations

import asyncio
import errno
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.core.errors import StoreError
from bot.store import STORES, open_store
from bot.store.sql import migrations
from bot.store.sql.migrations import STEPS, VERSION
from bot.store.sqlite.adapter import open_sqlite
from bot.store.sqlite.database import Sqlite
from bot.store.sqlite.failures import told
from bot.store.sqlite.opening import APPLICATION_ID, damages, open_reader, open_writer
from bot.store.sqlite.readers import Readers
from tests.store.build import Clock, opened

NOBODY = 65_534
pytestmark = pytest.mark.usefixtures("steps")


async def made(path: Path, stories: int = 0) -> None:
    """A sound database, closed."""
    store = open_store(str(path), clock=Clock())
    for n in range(stories):
        await opened(store, f"Story {n} " + "text " * 50)
    await store.close()


def refusal(path: Path | str) -> StoreError:
    """What opening it is refused with."""
    with pytest.raises(StoreError) as refused:
        open_store(str(path), clock=Clock(), patience_s=0.1)
    assert "\n" not in str(refused.value)
    return refused.value


@pytest.mark.parametrize("address", ["{}/t.db", "sqlite:{}/t.db", "sqlite:///{}/t.db"])
async def test_addresses_of_a_file(address: str, tmp_path: Path) -> None:
    store = open_store(address.format(tmp_path), clock=Clock())
    await store.close()
    assert (tmp_path / "t.db").stat().st_size > 0


async def test_addresses_of_memory() -> None:
    for address in ("memory:", ":memory:"):
        store = open_store(address, clock=Clock())
        assert await store.feeds() == []
        await store.close()


def test_an_unknown_address_names_the_known_ones() -> None:
    error = refusal("mysql://user:secret@host/db")
    assert all(name in str(error) for name in STORES)
    assert "secret" not in str(error)


async def test_a_file_is_marked_as_ours_and_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    await made(path, 1)
    conn = sqlite3.connect(path)
    assert conn.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
    assert conn.execute("pragma user_version").fetchone()[0] == VERSION
    assert conn.execute("pragma journal_mode").fetchone()[0] == "wal"
    conn.close()
    store = open_store(str(path), clock=Clock())
    assert len(await store.latest(None, 9)) == 1
    await store.close()


def test_the_version_is_the_number_of_steps() -> None:
    with closing(Database(memory=True)) as empty:
        assert len(STEPS.pending(empty)) == VERSION


def test_an_empty_file_is_ours_to_make(tmp_path: Path) -> None:
    (tmp_path / "t.db").touch()
    open_writer(str(tmp_path / "t.db"), 1).close()
    assert (tmp_path / "t.db").stat().st_size > 0


@pytest.mark.case_id(123)
def test_case_123_foreign_keys_are_checked_on_every_connection(tmp_path: Path) -> None:
    path = str(tmp_path / "t.db")
    writer, reader = open_writer(path, 1), open_reader(path)
    for db in (writer, reader):
        assert db.execute("pragma foreign_keys").fetchone()[0] == 1
    with pytest.raises(sqlite3.IntegrityError):
        writer.execute("insert into hit (entry_id, rule_id, why, spans) values (1, 1, '', '')")
    with pytest.raises(sqlite3.OperationalError):
        reader.execute("insert into memory (key, text) values ('a', 'b')")
    writer.close()
    reader.close()


@pytest.mark.case_id(117)
@pytest.mark.parametrize("content", [b"not a database at all", b"SQLite format 2\x00" * 40, b"\x00" * 4096])
def test_case_117_what_is_no_database_is_left_as_it_was(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    path.write_bytes(content)
    error = refusal(path)
    assert error.kind == "foreign"
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == ["t.db"]


@pytest.mark.case_id(117)
@pytest.mark.parametrize("identity", [0, 0x0F055111])
def test_case_117_another_programs_database_is_left_as_it_was(identity: int, tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    conn = sqlite3.connect(path)
    conn.executescript(f"create table accounts (n); pragma application_id = {identity}")
    conn.close()
    before = path.read_bytes()
    error = refusal(path)
    assert (error.kind, "another program" in str(error)) == ("foreign", True)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["t.db"]


@pytest.mark.case_id(117)
async def test_case_117_a_newer_schema_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    await made(path)
    conn = sqlite3.connect(path)
    conn.execute(f"pragma user_version = {VERSION + 1}")
    conn.close()
    before = path.read_bytes()
    error = refusal(path)
    assert error.kind == "newer"
    assert "upgrade" in str(error)
    assert path.read_bytes() == before


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(118)
async def test_case_118_a_corrupt_page_points_to_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    await made(path, 300)
    data = bytearray(path.read_bytes())
    chance = random.Random(7)
    for page in range(5, len(data) // 4096):
        data[page * 4096 : page * 4096 + 64] = chance.randbytes(64)
    path.write_bytes(data)
    error = refusal(path)
    assert error.kind == "damaged"
    assert "restore" in str(error)
    assert path.read_bytes() == data


@pytest.mark.case_id(118)
async def test_case_118_a_schema_that_cant_be_read_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    await made(path)
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 400)
    assert refusal(path).kind == "damaged"


@pytest.mark.case_id(118)
async def test_case_118_a_schema_with_a_sign_that_is_none_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    await made(path)
    path.write_bytes(path.read_bytes().replace(b"default", b"defa\x97lt"))
    assert refusal(path).kind == "damaged"


@pytest.mark.case_id(118)
async def test_case_118_a_text_that_is_none_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    store = open_store(str(path), clock=Clock())
    await opened(store, "A title of which one sign is lost")
    await store.close()
    path.write_bytes(path.read_bytes().replace(b"one sign is lost", b"one \xffign is lost"))
    with pytest.raises(StoreError, match="damaged"):  # SQLite itself finds it from 3.44 on, when the file is opened
        await _timeline(path)


async def _timeline(path: Path) -> None:
    store = open_store(str(path), clock=Clock())
    try:
        await store.timeline(1)
    finally:
        await store.close()


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "t.db")
    with monkeypatch.context() as patched:
        patched.setattr(migrations, "DDL", "create table feed (twice)")
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            open_writer(path, 1)
    with sqlite3.connect(path) as conn:
        assert conn.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    conn.close()
    open_writer(path, 1).close()


def test_a_mistake_in_the_program_passes_as_it_is() -> None:
    db = open_writer(":memory:", 1)
    with pytest.raises(sqlite3.OperationalError, match="syntax"), told("x"):
        db.execute("selekt")
    db.close()
    with pytest.raises(sqlite3.ProgrammingError):
        damages(db)


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, "full"), (errno.EACCES, "missing"), (errno.EIO, "io")])
def test_what_the_system_refuses_is_named(number: int, kind: str) -> None:
    with pytest.raises(StoreError) as refused, told("here.db"):
        raise OSError(number, os.strerror(number))
    assert (refused.value.kind, "here.db" in str(refused.value)) == (kind, True)


@pytest.mark.case_id(118)
async def test_case_118_damage_met_while_running_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    store = open_store(str(path), clock=Clock())
    for n in range(300):
        await opened(store, f"Story {n} " + "text " * 50)
    await store.close()
    store = open_store(str(path), clock=Clock())
    with path.open("r+b") as file:
        for page in range(3, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)
    with pytest.raises(StoreError) as met:
        await store.timeline(150)
    assert met.value.kind == "damaged"
    assert await store.check() != []
    await store.close()


async def test_the_writing_connection_is_closed_last_and_leaves_no_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[bool] = []
    close = Sqlite.close

    def noted(db: Sqlite) -> None:
        closed.append(not db.execute("pragma query_only").fetchone()[0])
        close(db)

    monkeypatch.setattr(Sqlite, "close", noted)
    store = open_sqlite(str(tmp_path / "t.db"), Clock(), 1)
    await opened(store, "Story")
    assert store._readers is not None
    go = threading.Event()
    reading = asyncio.ensure_future(store._readers.do(lambda _: go.wait(10)))
    closing = asyncio.ensure_future(store.close())
    await asyncio.to_thread(lambda: [thread.join(0.2) for thread in threading.enumerate() if "writer" in thread.name])
    go.set()
    await asyncio.gather(reading, closing)
    assert closed == [False, True], "whether each wrote"
    assert os.listdir(tmp_path) == ["t.db"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path / "none" / "t.db")
    assert error.kind == "missing"
    assert "none" in str(error)
    assert refusal(tmp_path).kind == "missing"


def test_a_lock_held_by_another_program_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.db"
    open_writer(str(path), 1).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    assert refusal(path).kind == "busy"
    other.close()


_OPEN = """
import os, sys
from bot.core.errors import StoreError
from bot.store import open_store
if os.getuid() == 0:
    os.setgid({0}); os.setuid({0})
try:
    open_store(sys.argv[1], clock=lambda: 0, patience_s=0.1)
except StoreError as error:
    print(error.kind, "|", error)
"""


@pytest.mark.case_id(117)
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "kinds"), [(0o444, 0o555, {"readonly"}), (0o000, 0o755, {"missing"})]
)
def test_case_117_a_file_that_may_not_be_written_is_named(file_mode: int, folder_mode: int, kinds: set[str]) -> None:
    """In a process of a user without rights: root may write anything."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.db")
        open_writer(str(path), 1).close()
        before = path.read_bytes()
        path.chmod(file_mode)
        Path(folder).chmod(folder_mode)
        command = [sys.executable, "-c", _OPEN.format(NOBODY), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True)
        Path(folder).chmod(0o755)
        path.chmod(0o644)
        assert done.stdout.split(" | ")[0] in kinds, done
        assert path.read_bytes() == before
        assert os.listdir(folder) == ["t.db"]


async def test_readers_open_no_more_connections_than_threads(tmp_path: Path) -> None:
    path = str(tmp_path / "t.db")
    open_writer(path, 1).close()
    readers = Readers(path)
    seen = {await readers.do(id) for _ in range(10)}
    assert len(seen) <= 3
    readers.stop()
    readers.join()
    with pytest.raises(StoreError):
        await readers.do(id)
