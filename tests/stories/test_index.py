"""The folding index: restarts, rollbacks, merges, another process, hostile floods - and the same answers."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.model import Entry, Placement
from bot.core.stories.cluster import document, place
from bot.core.stories.weights import DEFAULT
from bot.store.similar import common
from bot.store.similar.index import StoryIndex
from bot.store.sql.folding import DDL
from tests.stories.stream import Run, run, stream

MINUTE = 60_000
NOW = 1_767_600_000_000
ENTRIES = [one.entry for one in stream()[:120]]


def put(index: StoryIndex, entry: Entry, number: int, story: int | None = None) -> Placement:
    doc = document(entry)
    placed = place(doc, index.candidates(doc))
    index.add(doc, number, story or placed.story or number, placed.merges)
    return placed


def headline(title: str, number: int = 0, **more: object) -> Entry:
    at = NOW + number * MINUTE
    entry = Entry(f"{number}", "", title, published=at, first_seen=at)
    return replace(entry, **more)  # type: ignore[arg-type]


@pytest.mark.usefixtures("untraced")
def test_the_same_groups_each_time_and_after_restarts(conn: sqlite3.Connection) -> None:
    at_once = run(ENTRIES, StoryIndex(conn))
    other = sqlite3.connect(":memory:", isolation_level=None)
    other.executescript(DDL)
    index = StoryIndex(other)
    placements = []
    for number, entry in enumerate(ENTRIES, 1):
        if number % 25 == 0:
            index = StoryIndex(other)  # a restart: nothing in memory
        doc = document(entry)
        placed = place(doc, index.candidates(doc))
        story = placed.story or 1 + sum(before.story is None for before in placements)
        index.add(doc, number, story, placed.merges)
        placements.append(placed)
    other.close()
    assert placements == at_once.placements


@pytest.mark.usefixtures("untraced")
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("size", [7, 120])
def test_a_batch_is_placed_as_its_reports_are_one_by_one(conn: sqlite3.Connection, size: int, shared: bool) -> None:
    other = sqlite3.connect(":memory:", isolation_level=None)
    other.executescript(DDL)
    index, done = StoryIndex(conn, shared=shared), Run([], [])
    for first in range(0, len(ENTRIES), size):
        docs = [document(entry) for entry in ENTRIES[first : first + size]]
        written = first
        index.begin()
        index.look_up(docs)
        for number, doc in enumerate(docs, first + 1):
            placed = place(doc, index.candidates(doc))
            opens = placed.story is None
            story = placed.story or 1 + sum(before.story is None for before in done.placements)
            index.add(doc, number, story, placed.merges, opens=opens)
            done.placements.append(placed)
            written = number - 1 if placed.merges else number if number - written == 100 else written
        assert conn.execute("select count(*) from fold_item").fetchone() == (written,)
        index.flush()
    assert done.placements == run(ENTRIES, StoryIndex(other)).placements
    for table in ("item", "post", "shingle", "key", "story", "alias"):
        rows = f"select * from fold_{table} order by 1, 2"
        assert conn.execute(rows).fetchall() == other.execute(rows).fetchall()
    other.close()


def test_what_was_taken_back_while_it_waited_leaves_no_trace(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn, shared=True)
    one = document(headline("Samsung forecasts record profit on memory boom"))
    for _ in range(2):
        index.begin()
        index.look_up([one])
        assert place(one, index.candidates(one)).kind == "new"
        index.add(one, 1, 1, opens=True)
    assert conn.execute("select count(*) from fold_item").fetchone() == (0,)
    index.flush()
    assert conn.execute("select item, story from fold_item").fetchall() == [(1, 1)]
    assert conn.execute("select size from fold_story").fetchall() == [(1,)]


def test_a_rollback_leaves_no_trace(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    conn.execute("begin")
    put(index, headline("Zhipu climbs on its Hong Kong debut after IPO"), 1)
    conn.execute("commit")
    conn.execute("begin")
    put(index, headline("Samsung forecasts record profit on memory boom", 1), 2)
    conn.execute("rollback")
    conn.execute("begin")
    lost = put(index, headline("Samsung forecasts record profit on memory boom", 2), 2)
    assert (lost.kind, lost.duplicate_of) == ("new", None)
    known = put(index, headline("Samsung forecasts record profit on AI memory boom", 3), 3)
    assert known.story == 2
    conn.execute("commit")
    asked = document(headline("Samsung profit"))
    found, anew = (each.candidates(asked).stories for each in (index, StoryIndex(conn)))
    assert [(view.id, view.size) for view in found] == [(view.id, view.size) for view in anew] == [(2, 2)]
    assert conn.execute("select count(*) from fold_item").fetchone() == (3,)


def test_what_another_process_wrote_is_seen(tmp_path: Path) -> None:
    connections = [sqlite3.connect(tmp_path / "x.db", isolation_level=None) for _ in range(2)]
    connections[0].executescript(DDL)
    first, second = map(StoryIndex, connections)
    put(first, headline("Zhipu climbs on its Hong Kong debut after IPO"), 1)
    joined = put(second, headline("Zhipu climbs in Hong Kong debut after big IPO", 1), 2)
    assert joined.story == 1
    again = put(first, headline("Zhipu climbs on Hong Kong debut after its IPO", 2), 3)
    assert again.story == 1
    assert connections[0].execute("select size from fold_story").fetchall() == [(3,)]
    for conn in connections:
        conn.close()


@pytest.mark.case_id(90)
def test_case_090_a_key_belongs_to_the_first_that_wrote_it(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    one = headline("Zhipu climbs on its Hong Kong debut after IPO", url="https://x.example/a/1")
    assert put(index, one, 1).kind == "new"
    for number in (2, 3):
        placed = put(index, replace(one, id=f"w{number}"), number)
        assert (placed.kind, placed.duplicate_of) == ("duplicate", 1)


@pytest.mark.case_id(86)
def test_case_086_an_item_that_returns_is_known(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    one = headline("Zhipu climbs on its Hong Kong debut after IPO", url="https://x.example/a/1")
    put(index, one, 1)
    back = replace(one, published=NOW + 30 * 86_400_000, first_seen=NOW + 30 * 86_400_000)
    assert put(index, back, 2).kind == "duplicate"


def test_merged_stories_answer_under_one_id(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    put(index, headline("Zhipu climbs on its Hong Kong debut after IPO"), 1)
    put(index, headline("Samsung forecasts record profit on memory boom", 1), 2, story=2)
    third = document(headline("Court rules on chip makers and software", 2))
    index.candidates(third)
    index.add(third, 3, 1, merges=(2,))
    assert conn.execute("select story, size from fold_story").fetchall() == [(1, 3)]
    placed = put(index, headline("Samsung forecasts record profit on AI memory boom", 3), 4)
    assert placed.story == 1
    index.add(document(headline("nothing to merge with here", 4)), 5, 1, merges=(99, 1))
    assert conn.execute("select count(*) from fold_alias").fetchone() == (1,)


def test_a_snapshot_counts_as_the_log_did(conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "SNAPSHOT_EVERY", 32)
    index = StoryIndex(conn)
    run(ENTRIES, index)
    again = common.LearnedCommonness(conn)
    assert again.sync()
    assert conn.execute("select count(*) from fold_common").fetchone()[0] > 100
    learned = index._common.table
    assert again.table.documents == pytest.approx(learned.documents)
    assert again.table.terms == pytest.approx(learned.terms)


def test_memory_is_bounded_and_changes_nothing(conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    free = run(ENTRIES, StoryIndex(conn))
    monkeypatch.setattr("bot.store.similar.stories._KEPT", 5)
    other = sqlite3.connect(":memory:", isolation_level=None)
    other.executescript(DDL)
    index = StoryIndex(other)
    assert run(ENTRIES, index).placements == free.placements
    kept = index._stories._kept.values()
    assert sum(len(story.members) for story in kept) <= 30
    assert index._stories._terms == sum(24 + len(one.weights) for story in kept for one in story.members)
    other.close()


def test_a_long_story_keeps_its_first_and_newest_reports(conn: sqlite3.Connection) -> None:
    weights = replace(DEFAULT, members=5)
    index = StoryIndex(conn, weights)
    for number in range(1, 13):
        doc = document(headline(f"Zhipu climbs on its Hong Kong debut rp{number}", number))
        index.candidates(doc)
        index.add(doc, number, 1)
    kept = index._stories.view(1)
    read = StoryIndex(conn, weights)._stories.view(1)
    assert kept is not None
    assert read is not None
    assert kept.size == read.size == 12
    words = [{term for term in one.weights if term.startswith("rp")} for one in kept.sides["la"].members]
    assert words == [{f"rp{n}"} for n in (1, 9, 10, 11, 12)]
    assert kept.sides["la"].members == read.sides["la"].members


HOSTILE = [
    *(headline("", n) for n in range(40)),
    *(headline("Update", n) for n in range(40)),
    *(headline("😀😀😀", n) for n in range(40)),
    *(headline("Breaking news about the very same thing in the city today", n) for n in range(300)),
    *(
        headline(f"Item {n}", n, summary="This feed needs a subscription. Please log in to read on. " * 4)
        for n in range(200)
    ),
    *(headline(f"{'x' * 900} {n}", n) for n in range(5)),
    *(headline("Storm hits coast and thousands flee", -n * 60) for n in range(50)),
    headline("Storm hits coast and thousands flee", published=NOW - 400 * 86_400_000),
    headline("\x00\ud800 lone surrogate", 1),
]


@pytest.mark.usefixtures("untraced")
def test_hostile_floods_are_bounded_work(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    for number, entry in enumerate(HOSTILE, 1):
        doc = document(entry)
        found = index.candidates(doc)
        assert len(found.stories) <= 20
        assert len(found.items) <= 6
        placed = place(doc, found)
        index.add(doc, number, placed.story or number, placed.merges)
    most = conn.execute("select max(n) from (select count(*) as n from fold_post group by term)").fetchone()[0]
    assert most <= len(HOSTILE)


@pytest.mark.usefixtures("untraced")
def test_ten_thousand_identical_titles_are_one_story_of_copies(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    kinds = [
        put(index, headline("Zhipu climbs on its Hong Kong debut after IPO", n // 60), n).kind for n in range(1, 1_001)
    ]
    assert kinds == ["new"] + ["duplicate"] * 999
    assert conn.execute("select count(*) from fold_post where term = 'zhipu'").fetchone()[0] <= 400


def test_titles_that_say_nothing_do_not_swallow_each_other(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    kinds = [put(index, headline(title, n), n + 1).kind for n, title in enumerate(("", "", "Update", "😀", "😀"))]
    assert kinds == ["new"] * 5


def test_postings_of_closed_stories_go(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    days = 86_400_000 // MINUTE
    for number in range(1, 65):
        put(index, headline(f"Storm number{number} hits coast of Florida", (number // 16) * 20 * days), number)
    left = conn.execute("select min(item), count(distinct item) from fold_post").fetchone()
    assert left[0] > 16
    assert left[1] < 64
    assert conn.execute("select count(*) from fold_item").fetchone() == (64,)
    assert conn.execute("select min(item) from fold_shingle").fetchone()[0] > 16


def test_a_restart_right_after_a_snapshot_counts_nothing_twice(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "SNAPSHOT_EVERY", 20)
    index = StoryIndex(conn)
    run(ENTRIES[:20], index)
    again = common.LearnedCommonness(conn)
    assert again.sync()
    assert not again.sync()
    assert again.table.documents == pytest.approx(index._common.table.documents)


def test_steps_of_one_process_are_one_story(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn)
    steps = [
        headline(
            title, number * 1_440, form=stage, facts=(("ladder", "rule"), ("stage", stage), ("document", "2026-1"))
        )
        for number, (title, stage) in enumerate((("Notice of rule", "inspection"), ("Final text", "published")))
    ]
    kinds = [put(index, step, number) for number, step in enumerate(steps, 1)]
    assert [placed.kind for placed in kinds] == ["new", "grown"]
    assert kinds[1].story == 1
    assert kinds[1].news == "published in the Federal Register"


def test_a_script_that_fell_out_of_a_story_is_gone_from_its_view(conn: sqlite3.Connection) -> None:
    index = StoryIndex(conn, replace(DEFAULT, members=2))
    for number, title in enumerate(
        ("Zhipu climbs on debut", "智谱登陆港交所上市首日", "Zhipu climbs again", "Zhipu rests"), 1
    ):
        doc = document(headline(title, number))
        index.candidates(doc)
        index.add(doc, number, 1)
    view = index._stories.view(1)
    assert view is not None
    assert set(view.sides) == {"la"}
