"""The SQL text: complete, planned on indexes, and free of what another database would not know."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest

from bot.store import queries, queries_feedback, queries_outbox, queries_read
from bot.store.opening import MEMORY, open_writer

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
    for module in (queries, queries_outbox, queries_read, queries_feedback):
        for name, value in vars(module).items():
            if name.isupper() and not name.startswith("_"):
                for number, text in enumerate(flat(value)):
                    if re.match(r"\s*(?:select|insert|update|delete)\b", text):
                        yield f"{name}[{number}]", text


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


# Reads that are of the whole by meaning; ADD_RULE's is a check of references that runs only while one is broken.
SCANS = {
    "ADD_RULE",
    "FIND_INBOX",
    "FORGET_STORIES",
    "FORGET_TERMS",
    "FEEDS",
    "REWIND_FEEDS",
    "LAST_DELIVERIES",
    "CHANNEL_ROWS",
    "ALL_SUBSCRIPTIONS",
    "QUERIES",
    "STATS",
    "FORGET_COUNTS",
    "LESSEES",
    "EVICT",
    "SCAN_MATCHES",
    "COMPLETE_OUTLETS",
    "PAIRS",
    "FORGET_JUDGES",
}


@pytest.mark.parametrize("name", [name for name in ALL if name.split("[")[0] not in SCANS])
def test_a_statement_reads_no_whole_table(name: str, conn: sqlite3.Connection) -> None:
    whole = [
        step
        for step in plan(conn, ALL[name])
        if step.startswith("SCAN")
        and "USING" not in step
        and not re.search(r"json_each|VIRTUAL|^SCAN (m|f|other|\()", step)
    ]
    assert not whole, plan(conn, ALL[name])
