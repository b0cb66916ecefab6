"""A generated corpus for the folding index: titles of a Zipf vocabulary, written straight into its tables."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from itertools import accumulate, islice

from bot.core.cluster import document
from bot.core.commonness import Commonness
from bot.core.model import Entry
from bot.core.score import Member, member
from bot.core.sketch import anchors
from bot.core.weights import DEFAULT
from bot.store.similar import POSTED
from bot.store.similar_rows import heaviest, member_text, sketch_bytes
from bot.store.similar_sql import ADD_POST, ADD_SHINGLE

MINUTE = 60_000
WINDOW = DEFAULT.close_ms + DEFAULT.window_ms  # of what may still belong to an open story
_VOCABULARY = 40_000
_WEIGHTS = list(accumulate(1.0 / (rank + 10) for rank in range(_VOCABULARY)))
_PAGE = 10_000
_SHAPES = 2_000  # different reports in the bulk; their terms are renamed, so that each row is its own


def item(number: int, at: int) -> Entry:
    """One feed-sized item: a title of nine words and a summary of twenty-two."""
    rng = random.Random(number)
    words = rng.choices(range(_VOCABULARY), cum_weights=_WEIGHTS, k=31)
    said = [f"{'N' if word % 3 == 0 else 'w'}ord{word}" for word in words]
    title, summary = " ".join(said[:9]).capitalize(), " ".join(said[9:]).capitalize() + "."
    return Entry(str(number), f"https://x.example/{number}", title, summary, published=at, first_seen=at)


def fill(conn: sqlite3.Connection, rows: int, start: int, step: int = MINUTE) -> None:
    """Store so many reports, `step` ms apart, each its own story; what the index would have pruned is left out."""
    pruned = max(0, rows - WINDOW // step)
    conn.execute("begin")
    numbers = iter(range(1, rows + 1))
    while page := list(islice(numbers, _PAGE)):
        made = [(number, *_weighed(number, start + number * step)) for number in page]
        conn.executemany(
            "insert into fold_item(item, story, stamp, at, body, level, hashes) values (?, ?, 0, ?, ?, ?, ?)",
            [
                (n, n, entry.first_seen, member_text(one, one.names), s.level, sketch_bytes(s))
                for n, entry, one, s in made
            ],
        )
        conn.executemany(
            "insert into fold_story(story, size, tip, stamp, first_at, last_at, state) values (?, 1, ?, 0, ?, ?, '{}')",
            [(n, n, entry.first_seen, entry.first_seen) for n, entry, _, _ in made],
        )
        conn.executemany(ADD_POST, list(_posts([row for row in made if row[0] > pruned])))
        conn.executemany(ADD_SHINGLE, [(value, n) for n, _, _, s in made if n > pruned for value in anchors(s)])
    conn.execute("insert into fold_mark(name, value) values ('upto', ?), ('pruned', ?)", (rows, pruned))
    conn.execute("insert into fold_common(term, n) values ('', ?)", (float(rows),))
    conn.execute("commit")


def _weighed(number: int, at: int) -> tuple[Entry, Member, object]:
    entry = item(number, at)
    doc = document(entry)
    return entry, member(doc.features, _COMMON), doc.sketch


_COMMON = Commonness()


def _posts(made: list[tuple[int, Entry, Member, object]]) -> Iterator[tuple[str, int, int]]:
    for number, _, one, _ in made:
        for _, term in heaviest(one, POSTED):
            yield term, number, number
