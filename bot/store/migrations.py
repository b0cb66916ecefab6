"""The schema's steps, in order. Each runs once; all that are due share one transaction, so an interrupted run leaves
nothing and the next start runs them again."""

from __future__ import annotations

from pathlib import Path

from sqlite_utils import Database, Migrations

from bot.store.similar_sql import DDL

STEPS = Migrations("tocsin")


@STEPS(name="0001_first")
def _first(db: Database) -> None:
    db.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
    db.executescript(DDL)


@STEPS(name="0002_rhythm")
def _rhythm(db: Database) -> None:
    db.executescript(Path(__file__).with_name("schema_2.sql").read_text(encoding="utf-8"))


@STEPS(name="0003_feedback")
def _feedback(db: Database) -> None:
    db.executescript(Path(__file__).with_name("schema_3.sql").read_text(encoding="utf-8"))


@STEPS(name="0004_threads")
def _threads(db: Database) -> None:
    db.executescript(Path(__file__).with_name("schema_4.sql").read_text(encoding="utf-8"))


@STEPS(name="0005_inbox")
def _inbox(db: Database) -> None:
    db.executescript(Path(__file__).with_name("schema_5.sql").read_text(encoding="utf-8"))


@STEPS(name="0006_notices")
def _notices(db: Database) -> None:
    db.executescript(Path(__file__).with_name("schema_6.sql").read_text(encoding="utf-8"))


VERSION = 6
"""How many steps there are; kept in the file as `user_version`."""
