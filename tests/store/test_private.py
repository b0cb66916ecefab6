"""Tokens and webhooks' addresses stand in a database: it and its copies are their owner's alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.store import open_store, restore


def rights(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.parametrize("address", ["{}/t.db", "memory:"])
async def test_a_new_database_and_its_backup_are_their_owners_alone(address: str, tmp_path: Path) -> None:
    store = open_store(address.format(tmp_path), clock=lambda: 0)
    await store.keep("a", "b")
    await store.backup(str(tmp_path / "copy.db"))
    assert rights(tmp_path)["copy.db"] == 0o600
    assert set(rights(tmp_path).values()) == {0o600}
    await store.close()


async def test_one_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    path, copy = tmp_path / "t.db", tmp_path / "copy.db"
    await open_store(str(path), clock=lambda: 0).close()
    path.chmod(0o640)
    store = open_store(str(path), clock=lambda: 0)
    await store.backup(str(copy))
    await store.close()
    restore(str(copy), str(path))
    assert rights(tmp_path) == {"t.db": 0o640, "t.db.before-restore": 0o640, "copy.db": 0o600}
    path.unlink()
    restore(str(copy), str(path))
    assert rights(tmp_path)["t.db"] == 0o600
