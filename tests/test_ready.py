"""What is made once for all tests is what the program makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.sqlite import opening
from bot.store.sqlite.opening import open_writer


def described(path: str) -> list[object]:
    """A new database: its schema, its marks, and the steps that it ran."""
    db = open_writer(path, 1)
    found: list[object] = [db.execute(f"pragma {mark}").fetchone()[0] for mark in ("application_id", "user_version")]
    found += db.execute("select type, name, sql from sqlite_master order by type, name").fetchall()
    found += db.execute("select name from _sqlite_migrations order by name").fetchall()
    db.close()
    return found


def test_a_copied_schema_is_the_one_that_the_steps_make(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    copied = [described(f"{tmp_path}/1.db"), described(":memory:"), described(f"{tmp_path}/2.db")]
    before = opening._migrate
    request.getfixturevalue("steps")
    assert opening._migrate is not before
    assert copied == [described(f"{tmp_path}/3.db")] * 3
    assert len(copied[0]) > 50
