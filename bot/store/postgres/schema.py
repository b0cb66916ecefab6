"""The schema in PostgreSQL: created and migrated in one transaction, by one program at a time."""

from __future__ import annotations

from bot.core.errors import StoreError
from bot.store.db import Db
from bot.store.postgres.database import Postgres
from bot.store.postgres.dialect import FULL_TEXT, schema
from bot.store.sql.folding import DDL
from bot.store.sql.migrations import VERSION, script

OLDEST = 14
_OLDER = (
    "was written by an older Tocsin; make a backup with that one (tocsin backup FILE), stop it, then run tocsin "
    "migrate (nothing was changed)"
)
_OURS = "create table if not exists tocsin_schema (version bigint not null)"
_IDS = "create sequence entry_ids; create sequence story_ids;"
_LOCK = f"select pg_advisory_xact_lock({0x546F}, -1)"
_KNOWN = "select to_regclass('tocsin_schema') is not null, to_regclass('feed') is not null"


def prepared(db: Postgres, where: str, upgrade: bool) -> None:
    """Refuse a database that is not ours or, without `upgrade`, one of an older version; otherwise migrate it.

    Raises `StoreError` and `psycopg.Error`.
    """
    _old_server(db, where)
    known, used = db.execute(_KNOWN).fetchall()[0]
    if not known and used:
        raise StoreError(f"{where} holds tables of another program; name another database or schema", "foreign")
    if known and _version(db) == VERSION:
        return
    if known and _version(db) < VERSION and not upgrade:
        raise StoreError(f"{where} {_OLDER}", "older")
    db.begin(durable=True)
    try:
        db.execute(_LOCK)  # if another program is migrating, it has finished once we get the lock
        db.execute(_OURS)
        if trouble := version_trouble(db):
            raise StoreError(f"{where} {trouble}", "newer")
        for number in range(_version(db), VERSION):
            for statement in _step(number + 1):
                db.raw(statement)
        db.execute("delete from tocsin_schema")
        db.execute("insert into tocsin_schema (version) values (:version)", {"version": VERSION})
        db.commit()
    except BaseException:
        db.rollback()
        raise


def version_trouble(db: Db) -> str:
    """What is wrong with the schema's version for this program; "" if nothing is."""
    found = _version(db)
    if found <= VERSION:
        return ""
    return f"was written by a newer Tocsin (schema {found}, this one knows {VERSION}); upgrade this one"


def _version(db: Db) -> int:
    row = db.execute("select max(version) from tocsin_schema").fetchone()
    return int(row[0] or 0) if row else 0


def _old_server(db: Postgres, where: str) -> None:
    major = int(db.execute("select current_setting('server_version_num')").fetchall()[0][0]) // 10_000
    if major < OLDEST:
        raise StoreError(f"{where} is PostgreSQL {major}; Tocsin needs {OLDEST} or newer", "missing")


def _step(number: int) -> tuple[str, ...]:
    """The statements of the schema's step, as `bot.store.sql.migrations` numbers them."""
    text = schema(script(number))
    return (text, FULL_TEXT, schema(DDL), _IDS) if number == 1 else (text,)
