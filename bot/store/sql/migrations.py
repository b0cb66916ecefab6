"""The schema's steps, in order. Each runs once. All that are due share one transaction, so an interrupted run leaves
nothing behind and the next start runs them again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlite_utils import Database, Migrations

from bot.store.sql.folding import DDL

STEPS = Migrations("tocsin")
_NAMES = ("first", "rhythm", "feedback", "threads", "inbox", "notices", "shards", "forgetting", "filed")
VERSION = len(_NAMES)
"""How many steps there are; kept in the file as `user_version`."""


def script(number: int) -> str:
    """The statements of a step, as SQLite takes them."""
    name = "schema.sql" if number == 1 else f"schema_{number}.sql"
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _run(db: Database, text: str) -> None:
    """Run a script within the open transaction, which `sqlite3`'s own `executescript` would commit."""
    for statement in _statements(text):
        db.conn.execute(statement)


def _statements(text: str) -> Iterator[str]:
    """The statements of a script. Each must end at a line's end (checking after each character would take 50 ms)."""
    held = ""
    for line in text.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""
    if held.strip():
        yield held


def _step(number: int) -> Callable[[Database], None]:
    def step(db: Database) -> None:
        _run(db, script(number))
        if number == 1:
            _run(db, DDL)

    return step


for _number, _name in enumerate(_NAMES, 1):
    STEPS(name=f"{_number:04}_{_name}")(_step(_number))
