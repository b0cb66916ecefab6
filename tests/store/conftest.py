"""Every adapter, opened afresh."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.ports import Store
from bot.store import open_store
from tests.postgres.pooler import pooled
from tests.postgres.server import emptied, schema
from tests.store.build import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def shared_schema() -> Iterator[tuple[str, str]]:
    """One schema for a whole run of tests, emptied before each: its address, and the one by which stores use it.

    With TEST_DATABASE_POOLER=1 they use it through PgBouncer in transaction mode.
    """
    with schema() as found:
        if os.environ.get("TEST_DATABASE_POOLER"):
            with pooled(found) as pooler:
                yield found, pooler.address
        else:
            yield found, found


@pytest.fixture(params=["sqlite", "memory", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        direct, used = request.getfixturevalue("shared_schema")
        emptied(direct)
        return str(used)
    return f"sqlite:///{tmp_path}/tocsin.db" if request.param == "sqlite" else "memory:"


@pytest.fixture
async def store(address: str, clock: Clock) -> AsyncIterator[Store]:
    """A new store, of each kind in turn."""
    opened = open_store(address, clock=clock, patience_s=2)
    yield opened
    await opened.close()


@pytest.fixture
async def file_store(tmp_path: Path, clock: Clock) -> AsyncIterator[Store]:
    """A new store on a file: `tmp_path / "tocsin.db"`."""
    opened = open_store(str(tmp_path / "tocsin.db"), clock=clock, patience_s=2)
    yield opened
    await opened.close()
