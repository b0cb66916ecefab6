"""Every adapter, opened afresh."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.ports import Store
from bot.store import open_store
from tests.postgres.server import emptied, schema
from tests.store.build import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def shared_schema() -> Iterator[str]:
    """One schema for a whole run of tests, emptied before each."""
    with schema() as found:
        yield found


@pytest.fixture(params=["sqlite", "memory", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        found: str = request.getfixturevalue("shared_schema")
        emptied(found)
        return found
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
