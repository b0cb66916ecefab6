"""Candidates by meaning: a report finds the story in the other language, also after restarts and rollbacks."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from bot.core.language.entities import NOTHING
from bot.core.model import Entry
from bot.core.stories.cluster import document, place
from bot.core.stories.side import Member
from bot.store.similar import near
from bot.store.similar.index import StoryIndex
from bot.store.similar.near import Nearby
from bot.store.similar.rows import member_of, member_text
from tests.fakes.meaning import Meanings, direction

NOW = 1_767_600_000_000
MINUTE = 60_000
MEANINGS = Meanings({"bell": 0, "钟": 0, "cake": 1, "蛋糕": 1})
BELL, CAKE = "Bell rings over the old town at noon", "Cake is sold at every corner today"
BELL_ZH = "老城正午钟声响起"


def put(index: StoryIndex, number: int, title: str, *, embed: bool = True) -> int:
    """A report placed as number `number`; the story that it ends in."""
    at = NOW + number * MINUTE
    knowing = replace(NOTHING, embed=MEANINGS if embed else None)
    doc = document(Entry(f"{number}", "", title, published=at, first_seen=at), knowing)
    placed = place(doc, index.candidates(doc))
    story = placed.story or number
    index.add(doc, number, story, placed.merges)
    return story


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("restart", [False, True])
def test_a_report_finds_its_story_in_the_other_language(conn: sqlite3.Connection, shared: bool, restart: bool) -> None:
    index = StoryIndex(conn, shared=shared)
    assert put(index, 1, BELL) == 1
    assert put(index, 2, CAKE) == 2
    index = StoryIndex(conn, shared=shared) if restart else index
    assert put(index, 3, BELL_ZH) == 1
    assert put(index, 4, "街角处处有蛋糕") == 2


def test_without_an_embedder_nothing_in_common_is_no_candidate(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    put(index, 1, BELL, embed=False)
    assert put(index, 2, BELL_ZH, embed=False) == 2
    assert put(index, 3, BELL_ZH + "了", embed=True) == 2  # reports from before the extra are found by words alone


@pytest.mark.parametrize("shared", [False, True])
def test_what_was_taken_back_is_no_candidate(conn: sqlite3.Connection, shared: bool) -> None:
    index = StoryIndex(conn, shared=shared)
    put(index, 1, CAKE)
    conn.execute("begin")
    index.begin()
    put(index, 2, BELL)
    conn.execute("rollback")
    index.begin()
    assert put(index, 2, BELL_ZH) == 2
    assert put(index, 3, BELL) == 2


@pytest.mark.parametrize("shared", [False, True])
def test_what_another_index_wrote_is_a_candidate(conn: sqlite3.Connection, shared: bool) -> None:
    ours, theirs = StoryIndex(conn, shared=shared), StoryIndex(conn, shared=shared)
    put(ours, 1, CAKE)
    put(theirs, 2, BELL)
    assert put(ours, 3, BELL_ZH) == 2


def test_a_merged_story_is_found_under_the_id_that_it_has_now(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    put(index, 1, CAKE)
    put(index, 2, BELL)
    doc = document(Entry("3", "", "A third report", published=NOW, first_seen=NOW), replace(NOTHING, embed=MEANINGS))
    index.candidates(doc)
    index.add(doc, 3, 1, (2,))
    assert put(index, 4, BELL_ZH) == 1


def test_memory_is_bounded_and_the_same_after_a_restart(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near, "KEPT", 3)
    index = StoryIndex(conn)
    for number, title in enumerate((BELL, CAKE, "Nothing known happens", "Nothing new is heard of"), 1):
        put(index, number, title)
    assert len(index._near._stamps) == 3
    again = Nearby(conn)
    zh = Member("zh", 1, {}, 100, frozenset(), {}, frozenset(), meant=direction(0))
    assert index._near.likest(zh, 9) == again.likest(zh, 9) == []
    cake = replace(zh, meant=direction(1))
    assert index._near.likest(cake, 9) == again.likest(cake, 9) == [2]


def test_a_vector_reads_back_as_it_was_written() -> None:
    one = Member("la", 1, {"bell": 1000}, 100, frozenset(), {"bell": 1000}, frozenset(), meant=direction(3))
    assert list(member_of(member_text(one, frozenset())).meant) == direction(3)
    assert member_of(member_text(replace(one, meant=()), frozenset())).meant == ()
