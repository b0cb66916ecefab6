"""A schema of its own on the PostgreSQL server that TEST_DATABASE_URL names, gone in the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from secrets import token_hex

import pytest

DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"


def server() -> str:
    """The address of the server for tests; skips where none answers, unless CI says that one must."""
    psycopg = pytest.importorskip("psycopg")
    address = os.environ.get("TEST_DATABASE_URL", DEFAULT)
    try:
        psycopg.connect(address, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        if os.environ.get("TEST_DATABASE_REQUIRED"):
            raise
        pytest.skip(f"no PostgreSQL at TEST_DATABASE_URL: {str(error).splitlines()[0]}")
    return address


@contextmanager
def schema() -> Iterator[str]:
    """The address of an empty schema."""
    import psycopg

    address, name = server(), f"tocsin_{token_hex(6)}"
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute(f"create schema {name}")
    try:
        yield within(address, name)
    finally:
        with psycopg.connect(address, autocommit=True) as conn:
            conn.execute("set lock_timeout = '20s'")
            conn.execute(f"drop schema {name} cascade")


def within(address: str, name: str) -> str:
    """The address, with a schema for its search path; commits wait for no disk: no test is about the server."""
    settings = f"-csynchronous_commit%3Doff%20-csearch_path%3D{name}"
    return f"{address}{'&' if '?' in address else '?'}options={settings}"


def emptied(address: str) -> None:
    """Take every row out of a schema of ours, and count from 1 again: a hundred times quicker than to make it anew."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as conn:
        if conn.execute("select to_regclass('tocsin_schema') is not null").fetchall() == [(True,)]:
            conn.execute(_emptying(address))


@lru_cache(maxsize=8)
def _emptying(address: str) -> str:
    """The statements that empty a schema, for which the server's own tables are read once."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as conn:
        tables = conn.execute("select tablename from pg_tables where schemaname = current_schema()").fetchall()
        found = "select format('%I.%I', schemaname, sequencename) from pg_sequences where schemaname = current_schema()"
        sequences = conn.execute(found).fetchall()
    names = [name for (name,) in tables if name != "tocsin_schema"]
    empty = [f"delete from {name}" for name in names]
    restart = [f"select setval('{name}'::regclass, 1, false)" for (name,) in sequences]
    return "; ".join(("set session_replication_role = replica", *empty, *restart))
