from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest

from bot.store.sql.folding import DDL


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    """A database with the tables of the folding index alone."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.executescript(DDL)
    yield conn
    conn.close()
