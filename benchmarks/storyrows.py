"""A generated corpus for the folding index: titles of a Zipf vocabulary, written straight into its tables."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, islice

from bot.core.language.meaning import Embedder
from bot.core.model import Entry
from bot.core.stories.cluster import document
from bot.core.stories.commonness import Commonness
from bot.core.stories.side import Member, member
from bot.core.stories.sketch import Sketch, anchors
from bot.core.stories.weights import DEFAULT
from bot.store.similar.look import POSTED
from bot.store.similar.rows import heaviest, member_text, sketch_bytes
from bot.store.sql.folding import ADD_ITEM, ADD_POST, ADD_SHINGLE

MINUTE = 60_000
WINDOW = DEFAULT.close_ms + DEFAULT.window_ms  # of what may still belong to an open story
_VOCABULARY = 40_000
_WEIGHTS = list(accumulate(1.0 / (rank + 10) for rank in range(_VOCABULARY)))
_LETTERS = str.maketrans("0123456789", "abcdefghij")  # a number behind a word would be its version
_PAGE = 10_000
_SHAPES = 2_000  # different reports among those that are pruned: nothing but their number and size can matter


def item(number: int, at: int) -> Entry:
    """One feed-sized item: a title of nine words and a summary of twenty-two."""
    rng = random.Random(number)
    words = rng.choices(range(_VOCABULARY), cum_weights=_WEIGHTS, k=31)
    said = [f"{'N' if word % 3 == 0 else 'w'}ord{str(word).translate(_LETTERS)}" for word in words]
    title, summary = " ".join(said[:9]).capitalize(), " ".join(said[9:]).capitalize() + "."
    return Entry(str(number), f"https://x.example/{number}", title, summary, published=at, first_seen=at)


def fill(conn: sqlite3.Connection, rows: int, start: int, step: int = MINUTE, embed: Embedder | None = None) -> None:
    """Store so many reports, `step` ms apart, each its own story; the index is left as if it had been pruned.

    With an embedder half of the newest are told in Chinese: all of these are looked at for what they mean.
    """
    pruned = max(0, rows - WINDOW // step)
    conn.execute("begin")
    conn.execute("create temp table shape(n integer primary key, body text, level integer, hashes blob)")
    shapes = range(min(pruned, _SHAPES))
    conn.executemany("insert into shape values (?, ?, ?, ?)", [(n, *_written(n, start)) for n in shapes])
    conn.execute(_ADD_PRUNED, {"rows": pruned, "shapes": _SHAPES, "start": start, "step": step})
    numbers = iter(range(pruned + 1, rows + 1))
    while page := list(islice(numbers, _PAGE)):
        made = [(number, *_weighed(number, start + number * step, embed)) for number in page]
        conn.executemany(ADD_ITEM, [(n, n, 0, start + n * step, *_row(one, s)) for n, one, s in made])
        conn.executemany(ADD_POST, list(_posts(made)))
        conn.executemany(ADD_SHINGLE, [(value, n) for n, _, s in made for value in anchors(s)])
    conn.execute(
        "insert into fold_story(story, size, tip, stamp, first_at, last_at, state) "
        "select item, 1, item, 0, at, at, '{}' from fold_item"
    )
    conn.execute("insert into fold_mark(name, value) values ('upto', ?), ('pruned', ?)", (rows, pruned))
    conn.execute("insert into fold_common(term, n) values ('', ?)", (float(rows),))
    conn.execute("commit")


_COMMON = Commonness()
_ADD_PRUNED = """
    with recursive one(n) as (select 1 where :rows > 0 union all select n + 1 from one where n < :rows)
    insert into fold_item(item, story, stamp, at, body, level, hashes)
    select one.n, one.n, 0, :start + one.n * :step, s.body, s.level, s.hashes
    from one join shape as s on s.n = one.n % min(:shapes, :rows)"""


def _weighed(number: int, at: int, embed: Embedder | None = None) -> tuple[Member, Sketch]:
    doc = document(item(number, at))
    one = member(doc.features, _COMMON, embed)
    return replace(one, script="zh") if embed and number % 2 else one, doc.sketch


def _row(one: Member, shown: Sketch) -> tuple[str, int, bytes]:
    return member_text(one, one.names), shown.level, sketch_bytes(shown)


def _written(number: int, at: int) -> tuple[str, int, bytes]:
    return _row(*_weighed(number, at))


def _posts(made: list[tuple[int, Member, Sketch]]) -> Iterator[tuple[str, int, int]]:
    for number, one, _ in made:
        for _, term in heaviest(one, POSTED):
            yield term, number, number
