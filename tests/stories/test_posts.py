"""The postings kept in memory answer as the table does, whatever was added, dropped and looked up before."""

from __future__ import annotations

import sqlite3
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.similar.filed import Filed, Table
from bot.store.similar.posts import likest
from bot.store.sql.folding import ADD_POST, DDL, DROP_POST, POSTS

EACH = 32
POSTED = Table(POSTS, ADD_POST, DROP_POST, EACH)
TERMS = "abcdefgh"
FILED = st.tuples(st.just("file"), st.sets(st.sampled_from(TERMS), min_size=1), st.integers(1, 6))
DROPPED = st.tuples(st.just("drop"), st.sets(st.sampled_from(TERMS)), st.integers(0, 40))
ASKED = st.tuples(st.just("ask"), st.sets(st.sampled_from(TERMS)), st.integers(1, 3))


def asked_of_the_table(conn: sqlite3.Connection, terms: list[tuple[int, str]], least: float, most: int) -> list[int]:
    told: Counter[int] = Counter()
    for weight, term in terms:
        newest = "select story from fold_post where term = ? order by item desc limit ?"
        for (story,) in conn.execute(newest, (term, EACH)):
            told[story] += weight
    return sorted((story for story, n in told.items() if n >= least), key=lambda story: (-told[story], -story))[:most]


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.one_of(FILED, DROPPED, ASKED), max_size=90))
def test_memory_and_table_give_the_same_stories(steps: list[tuple[str, set[str], int]]) -> None:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.executescript(DDL)
    posts, filed = Filed[str](conn, POSTED), 0
    for kind, terms, number in steps:
        if kind == "file":
            for _ in range(12):
                filed += 1
                posts.add(terms, filed, number)
        elif kind == "drop":
            posts.drop([(term, number) for term in terms])
        else:
            asked = [(at, term) for at, term in enumerate(sorted(terms), 2)]
            found = likest(posts, asked, number * 9, number)
            posts.flush()
            assert found == asked_of_the_table(conn, asked, number * 9, number)
    conn.close()


def test_memory_is_bounded() -> None:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.executescript(DDL)
    posts = Filed[str](conn, POSTED._replace(most=100))
    for number in range(400):
        posts.add([f"t{number}"], number, number)
        assert likest(posts, [(5, f"t{number}"), (5, "t0")], 5, 3) == ([0] if number == 0 else [number, 0])
    assert len(posts._kept) <= 102
    conn.close()
