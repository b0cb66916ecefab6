"""The SQL text: complete, planned on indexes, and free of what another database would not know."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest

import bot.store.sql
from bot.store.sql import queries_notices, queries_outbox
from bot.store.sqlite.opening import MEMORY, open_writer

pytestmark = pytest.mark.usefixtures("untraced")

MODULES = tuple(
    import_module(f"bot.store.sql.{one.name}")
    for one in iter_modules(bot.store.sql.__path__)
    if one.name.partition("_")[0] == "queries"
)
NOT_PORTABLE = re.compile(
    r"\b(?:ifnull|glob|rowid|instr|strftime|julianday|insert or|replace into|group_concat|last_insert_rowid|iif)\b|"
    r"\b(?:max|min)\([^()]*,|\?",
    re.IGNORECASE,
)


def flat(value: object) -> Iterator[str]:
    if isinstance(value, tuple):
        for part in value:
            yield from flat(part)
    elif isinstance(value, str):
        yield value


def statements() -> Iterator[tuple[str, str]]:
    for module in MODULES:
        for name, value in vars(module).items():
            if name.isupper() and not name.startswith("_"):
                for number, text in enumerate(flat(value)):
                    if re.match(r"\s*(?:select|insert|update|delete)\b", text):
                        yield f"{module.__name__.rpartition('.')[2]}.{name}[{number}]", text


ALL = dict(statements())


@pytest.fixture(scope="module")
def conn() -> Iterator[sqlite3.Connection]:
    db = open_writer(MEMORY, 1)
    yield db.conn
    db.close()


def plan(conn: sqlite3.Connection, text: str) -> list[str]:
    names = set(re.findall(r":([a-z_0-9]+)", text))
    return [row[3] for row in conn.execute(f"explain query plan {text}", dict.fromkeys(names, "0"))]


@pytest.mark.parametrize("name", ALL)
def test_a_statement_fits_the_schema(name: str, conn: sqlite3.Connection) -> None:
    plan(conn, ALL[name])


def test_what_one_server_subscribes_to_is_looked_up_without_reading_what_others_do(conn: sqlite3.Connection) -> None:
    steps = plan(conn, queries_outbox.SUBSCRIPTIONS_IN)
    assert any("(platform=? AND scope=?)" in step for step in steps), steps
    assert not [step for step in steps if step.startswith("SCAN")], steps


@pytest.mark.parametrize("name", [name for name, text in ALL.items() if "entry_fts" not in text])
def test_a_statement_uses_no_word_of_one_database_alone(name: str) -> None:
    assert not NOT_PORTABLE.search(ALL[name].replace("(select value from json_each", "")), ALL[name]


# Reads that are of the whole by meaning, or of the few rows that wait, are held or were pressed. ADD_RULE, ADD_CHANNEL
# and FORGET_LEFT name what refers to their table, which is read where a reference is broken or a channel deleted.
SCANS = {
    "queries_feeds.ADDRESSES",
    "queries.ADD_RULE",
    "queries.EVICT",
    "queries_feeds.FEEDS",
    "queries.FIND_INBOX",
    "queries_feeds.LEASE_FEEDS",
    "queries.LESSEES",
    "queries_feeds.REWIND_FEEDS",
    "queries_feedback.FORGET_JUDGES",
    "queries_feedback.PAIRS",
    "queries_notices.DEPENDANTS",
    "queries_notices.NAMED",
    "queries_notices.OPENED",
    "queries_notices.TOLD",
    "queries_notices.UNHEARD",
    "queries_outbox.ADD_CHANNEL",
    "queries_outbox.ADD_DIGESTS",
    "queries_outbox.ALL_SUBSCRIPTIONS",
    "queries_outbox.FORGET_LEFT",
    "queries_outbox.GATHER",
    "queries_outbox.HELD",
    "queries_outbox.QUERIES",
    "queries_read.BACKLOG",
    "queries_read.HELD",
    "queries_read.LAST_DELIVERIES",
    "queries_read.POLLED",
    "queries_read.STATS",
}
NEWEST = {"queries_outbox.NEWEST_SUBSCRIPTION", "queries_read.FIRST_ENTRY", "queries_read.NEWEST"}
"""The first or last rows of a key: a search with no index to name, or one that ends after so many."""
WHOLE = re.compile(r"SCAN (?!\(|(?:found|json_each|f|m|t)\b)|SEARCH (?!t$)\w+$")


@pytest.mark.parametrize("name", [name for name in ALL if not {name, name.split("[")[0]} & (SCANS | NEWEST)])
def test_a_statement_reads_no_whole_table(name: str, conn: sqlite3.Connection) -> None:
    steps = plan(conn, ALL[name])
    assert not [step for step in steps if WHOLE.match(step) and "VIRTUAL" not in step], steps


def test_what_may_read_a_whole_table_is_there() -> None:
    assert (SCANS | NEWEST) - ALL.keys() <= {name.split("[")[0] for name in ALL}


def test_what_channels_count_on_is_one_pass_over_what_they_were_told(conn: sqlite3.Connection) -> None:
    steps = plan(conn, queries_notices.OPENED)
    assert [step for step in steps if re.match("SCAN d\\b", step)] == ["SCAN d USING INDEX sqlite_autoindex_delivery_1"]
