"""A database that is away, breaks off, refuses or is another's: one line that says so, or work that goes on."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from bot.core.errors import StoreError
from bot.ports import Store
from bot.store import open_store, shown
from bot.store.db import Db
from bot.store.sql.migrations import VERSION
from bot.store.transfer import whole
from tests.postgres.server import DEFAULT, schema, within
from tests.postgres.wire import wired
from tests.store.build import T0, Clock, leased, opened, subscribed


def refusal(address: str) -> StoreError:
    with pytest.raises(StoreError) as refused:
        open_store(address, clock=Clock(), patience_s=0.5)
    assert "\n" not in str(refused.value)
    assert "hunter2" not in str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    ("address", "kind", "says"),
    [
        ("postgresql://tocsin:hunter2@127.0.0.1:1/tocsin", "io", "127.0.0.1:1/tocsin can't be reached"),
        ("postgresql://tocsin:hunter2@no-such-host.invalid/x", "io", "can't be reached"),
        ("postgresql://tocsin:hunter2@[::1/x", "missing", "no address of a PostgreSQL database"),
        ("postgresql://", "missing", "DATABASE_URL names no database; write postgresql://"),
        ("postgresql://tocsin:hunter2@127.0.0.1:1/", "missing", "DATABASE_URL names no database; write postgresql://"),
    ],
)
def test_a_server_that_is_not_there(address: str, kind: str, says: str) -> None:
    error = refusal(address)
    assert error.kind == kind
    assert says in str(error)
    assert shown("postgresql://u:hunter2@db.lan/t") == "PostgreSQL at db.lan:5432/t"


def test_a_database_that_is_not_there(address: str) -> None:
    error = refusal(address.replace("/test?", "/nosuchdatabase?"))
    assert error.kind == "missing"
    assert '/nosuchdatabase: database "nosuchdatabase" does not exist; create it' in str(error)


def test_tables_of_another_program(address: str) -> None:
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("create table feed (mine text)")
    assert refusal(address).kind == "foreign"
    with psycopg.connect(address, autocommit=True) as conn:
        assert conn.execute("select count(*) from feed").fetchone() == (0,)


async def test_a_schema_that_is_newer(address: str) -> None:
    await open_store(address, clock=Clock()).close()
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("update tocsin_schema set version = 999")
    error = refusal(address)
    assert (error.kind, "schema 999" in str(error)) == ("newer", True)


async def test_a_schema_that_is_older_is_upgraded_only_where_that_is_asked_for(address: str) -> None:
    await open_store(address, clock=Clock(), upgrade=False).close()  # a new one is made all the same
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("update tocsin_schema set version = version - 1")
        with pytest.raises(StoreError, match="tocsin migrate") as refused:
            open_store(address, clock=Clock(), upgrade=False)
        assert refused.value.kind == "older"
        assert "make a backup with that one" in str(refused.value)  # this one's backup is refused too
        assert conn.execute("select version from tocsin_schema").fetchone() == (VERSION - 1,)


async def refused(store: Store) -> str:
    """Write until that is refused: why."""
    for _ in range(500):
        store.now()
        try:
            await store.query("ban")
        except StoreError as error:
            return error.kind
        await asyncio.sleep(0.02)
    return "never"


async def test_a_program_that_became_the_older_one_stops_writing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.postgres.adapter._LOOK_S", 0.0)
    store = open_store(address, clock=Clock())
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("update tocsin_schema set version = 999")
    assert await refused(store) == "newer"
    assert await store.check() != []
    await store.close()


def test_a_user_without_rights(address: str) -> None:
    name = address.rpartition("%3D")[2]
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(f"create role {name} login")  # type: ignore[call-overload]
    try:
        error = refusal(address.replace("postgres@", f"{name}@"))
    finally:
        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute(f"drop role {name}")  # type: ignore[call-overload]
    assert error.kind in ("readonly", "missing")


def test_a_schema_that_is_not_there() -> None:
    with schema() as address:
        assert refusal(within(address.partition("?")[0], "nosuchschema")).kind == "missing"


def test_a_server_that_takes_no_writes(address: str) -> None:
    error = refusal(address.replace("options=", "options=-cdefault_transaction_read_only%3Don%20"))
    assert (error.kind, "takes no writes" in str(error)) == ("readonly", True)


@pytest.mark.usefixtures("untraced")
async def test_a_connection_that_breaks_is_renewed_and_nothing_is_lost(address: str) -> None:
    async with wired(address) as (wire, by_wire):
        store = await asyncio.to_thread(open_store, by_wire, clock=Clock(), patience_s=20)
        made: list[int] = []

        async def ask(number: int) -> None:
            made.append(await store.query(f"q{number}"))

        asked = [asyncio.create_task(ask(number)) for number in range(200)]
        for _ in range(5):
            await asyncio.sleep(0.02)
            wire.cut()
        done = await asyncio.gather(*asked, return_exceptions=True)
        unknown = [error for error in done if isinstance(error, BaseException)]
        assert all(isinstance(error, StoreError) and error.kind == "io" for error in unknown), unknown
        assert len(set(made)) == 200 - len(unknown)
        assert wire.connections > 6
        await store.close()


async def test_a_loss_that_is_told_with_a_later_answer_is_made_good(address: str) -> None:
    store = await asyncio.to_thread(open_store, address, clock=Clock())
    tries: list[int] = []

    def work(db: Db) -> None:
        tries.append(len(tries))
        with db.at_once():
            if len(tries) == 1:
                db.execute("do $$ begin raise exception using errcode = '40P01'; end $$")
            db.execute("insert into rule (name) values ('topic:x')")

    await whole(store).write(work)
    assert tries == [0, 1]
    await subscribed(store, rule="topic:x")
    await store.close()


async def test_a_commit_whose_answer_is_lost_is_told_and_not_done_twice(address: str) -> None:
    async with wired(address) as (wire, by_wire):
        store = await asyncio.to_thread(open_store, by_wire, clock=Clock(), patience_s=10)
        await subscribed(store)
        wire.cut_at_commit = True
        with pytest.raises(StoreError, match="broke off while storing") as unknown:
            await opened(store)
        assert unknown.value.kind == "io"
        assert (await store.stats())["stories"] in (0, 1)
        await store.close()


async def test_a_server_that_is_away_for_long_is_told_and_then_used_again(address: str) -> None:
    async with wired(address) as (wire, by_wire):
        store = await asyncio.to_thread(open_store, by_wire, clock=Clock(), patience_s=0.3)
        await subscribed(store)
        wire.down = True
        wire.cut()
        for call in (store.query("ban"), store.stats(), leased(store)):
            with pytest.raises(StoreError) as away:
                await call
            assert away.value.kind == "io"
        await asyncio.sleep(2)
        assert "has not answered for" in store.trouble()
        wire.down = False
        assert await store.query("ban") == 1
        assert store.trouble() == ""
        await opened(store)
        assert len(await leased(store)) == 1
        await store.close()


async def test_texts_that_postgresql_cannot_hold_are_kept_readable(address: str) -> None:
    store = open_store(address, clock=Clock())
    await store.keep("k", "a\x00b")
    assert await store.recall("k") == "a\ufffdb"
    await store.close()


async def test_the_servers_clock_is_the_clock_of_all(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.postgres.adapter.time.time", lambda: 1_000_000.0)  # this machine is decades behind
    store = open_store(address, clock=lambda: T0)
    store.now()
    async with asyncio.timeout(60):
        while store.now() == T0:  # noqa: ASYNC110 - it is looked at in a thread, which tells nobody
            await asyncio.sleep(0.02)
    with psycopg.connect(DEFAULT) as conn:
        (server,) = conn.execute("select (extract(epoch from now()) * 1000)::bigint").fetchone() or (0,)
    assert abs(store.now() - T0 - (server - 1_000_000_000)) < 60_000
    await store.close()


def test_a_server_that_is_too_old(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.postgres.schema.OLDEST", 99)
    error = refusal(address)
    assert (error.kind, "needs 99 or newer" in str(error)) == ("missing", True)
    with psycopg.connect(address, autocommit=True) as conn:
        assert conn.execute("select to_regclass('feed')").fetchone() == (None,), "and nothing was made there"


async def test_a_primary_that_fails_over_is_waited_for(address: str) -> None:
    """Its connections break, for a while what answers is a standby that takes no writes, then it is the primary."""
    name = address.rpartition("%3D")[2]
    by_role = address.replace("postgres@", f"{name}@")
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(f"create role {name} login; grant all on schema {name} to {name}")  # type: ignore[call-overload]
        store = await asyncio.to_thread(open_store, by_role, clock=Clock(), patience_s=30)
        try:
            await subscribed(store)
            asked = [asyncio.create_task(store.query(f"q{number}")) for number in range(50)]
            conn.execute(f"alter role {name} set default_transaction_read_only = on")  # type: ignore[call-overload]
            conn.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", (name,))
            late = asyncio.create_task(opened(store))
            await asyncio.sleep(0.3)
            assert not late.done(), "a standby takes nothing"
            conn.execute(f"alter role {name} reset all")  # type: ignore[call-overload]
            assert await late == 1
            done = await asyncio.gather(*asked, return_exceptions=True)
            unknown = [error for error in done if isinstance(error, BaseException)]
            assert all(isinstance(error, StoreError) and error.kind == "io" for error in unknown), unknown
            kept = conn.execute("select count(*) from query").fetchall()[0][0]
            assert 50 - len(unknown) <= kept <= 50
            assert (len(await leased(store)), (await store.stats())["stories"]) == (1, 1)
        finally:
            await store.close()
            conn.execute(f"drop owned by {name}; drop role {name}")  # type: ignore[call-overload]


async def test_a_newer_program_brings_the_schema_up_while_an_older_one_runs(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both at once: the newer one's steps are done once, what was stored is there, the older one stops writing."""
    monkeypatch.setattr("bot.store.postgres.adapter._LOOK_S", 0.0)
    monkeypatch.setattr("bot.store.postgres.schema.VERSION", 6)
    older = open_store(address, clock=Clock())
    await subscribed(older)
    story = await opened(older)
    with monkeypatch.context() as newer:
        newer.setattr("bot.store.postgres.schema.VERSION", VERSION)
        opening = [asyncio.to_thread(open_store, address, clock=Clock(), patience_s=10) for _ in range(3)]
        stores = await asyncio.gather(*opening)
    assert [await store.latest(None, 9) for store in stores] == [await older.latest(None, 9)] * 3
    assert await refused(older) == "newer"
    assert (await stores[0].search('"ban"', 3))[0].id == story
    for store in (older, *stores):
        await store.close()
