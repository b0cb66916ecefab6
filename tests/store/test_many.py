"""One statement over many rows on PostgreSQL: the same rows as one by one, whatever the values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.bulk import _TABLES
from bot.store.postgres.many import ROWS, arrays, many, waves
from bot.store.sql import folding, queries, queries_feeds, queries_outbox
from tests.postgres.server import server

SHAPES = {
    "insert into t (a, b) values (?, 1)": f"insert into t (a, b) select r.p0, 1 from {ROWS}",
    "insert into t(a, b) values (:b, :a) on conflict (b) do update set a = excluded.a": (
        f"insert into t (a, b) select r.p0, r.p1 from {ROWS} on conflict (b) do update set a = excluded.a"
    ),
    "update t set a = :a, b = case when :a > b then :b else b end where id = :id": (
        f"update t set a = r.p0, b = case when r.p0 > b then r.p1 else b end from {ROWS} where t.id = r.p2"
    ),
    "update t set a = (select u.a from u where u.b = t.b) where id = :id and b > :b": (
        f"update t set a = (select u.a from u where u.b = t.b) from {ROWS} where t.id = r.p0 and b > r.p1"
    ),
    "delete from t where a = ? and b = ?": f"delete from t using {ROWS} where a = r.p0 and b = r.p1",
}
WRITTEN = [
    *(getattr(queries, f"ADD_{name}") for name in ("COUNT", "OUTLET", "TERM", "TALLY")),
    *(getattr(folding, f"ADD_{name}") for name in ("ITEM", "POST", "SHINGLE", "KEY")),
    *(
        folding.PUT_STORY,
        folding.DROP_POST,
        folding.DROP_SHINGLE,
        queries.MARK_SEEN,
        queries.PUT_INBOX,
    ),
    *(queries_feeds.SETTLE_POLL, queries_feeds.HEED_FEED, queries_outbox.BEGIN, queries_outbox.SETTLE),
]
VALUES: list[st.SearchStrategy[Any]] = [
    st.text(st.characters(blacklist_categories=["Cs"])),
    st.one_of(st.none(), st.text(st.characters(blacklist_categories=["Cs"]), max_size=3)),
    st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    st.floats(allow_nan=False),
    st.one_of(st.none(), st.binary(max_size=9)),
]


@pytest.mark.parametrize("ours", SHAPES)
def test_a_statement_takes_many_rows(ours: str) -> None:
    found = many(ours)
    assert found is not None
    assert found.text.strip() == SHAPES[ours]


def test_what_it_does_not_know_is_left_alone() -> None:
    assert many("select 1") is None
    assert many("insert into t (a) values (:a) on conflict (a) do update set b = :b") is None
    assert many("update t set a = 1 where b > 2") is None


@pytest.mark.parametrize("text", [*(one.text for one in _TABLES.values()), *WRITTEN])
def test_what_ingest_writes_is_known(text: str) -> None:
    assert many(text)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers()), max_size=30))
def test_what_comes_twice_comes_later_in_its_order(rows: list[tuple[int, int]]) -> None:
    found = waves(rows, (0,))
    assert all(len({row[0] for row in wave}) == len(wave) for wave in found)
    assert all(wave for wave in found)
    for key in range(4):
        assert [row for wave in found for row in wave if row[0] == key] == [row for row in rows if row[0] == key]


@pytest.fixture(scope="module")
def conn() -> Iterator[Any]:
    import psycopg

    with psycopg.connect(server(), autocommit=True) as conn:
        yield conn


@given(st.lists(st.tuples(*VALUES), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_values_arrive_as_they_are(conn: Any, rows: list[tuple[Any, ...]]) -> None:
    table, texts = arrays(rows)
    came = conn.execute(f"select * from {table}", texts).fetchall()
    without = [tuple(one.replace("\x00", "\ufffd") if isinstance(one, str) else one for one in row) for row in rows]
    assert came == without
