"""The folding index in SQLite: finds what a report may be a copy of or belong to, flat in the size of the store.

The tables are the truth; what is kept in memory beside them changes no answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from bot.core.cluster import Candidates, Document, Item
from bot.core.score import Member, member
from bot.core.sketch import anchors
from bot.core.weights import DEFAULT, Weights
from bot.store import similar_sql as sql
from bot.store.similar_common import LearnedCommonness
from bot.store.similar_prune import Pruning
from bot.store.similar_rows import heaviest, member_text, sketch_bytes, sketch_of
from bot.store.similar_stories import Stories

_ASKED = 12  # terms of a report that are looked up
POSTED = 20  # terms of a report under which it is found
_PER_TERM = 32  # newest reports with a term that are looked at
_PER_SHINGLE = 8  # newest reports with a shingle: what more of them hold is boilerplate
_STORIES = 10  # stories that are compared
_LEAST = 0.12  # of a report's asked weight that a story must share to be compared
_ITEMS = 6  # reports that are compared for a copy


class _Look(NamedTuple):
    """What is worked out once of a report, for finding its like and for filing it."""

    doc: Document
    member: Member
    anchors: list[int]


class StoryIndex:
    """Used inside one open write transaction at a time, from one thread. `similar_sql.DDL` makes its tables."""

    def __init__(self, conn: sqlite3.Connection, weights: Weights = DEFAULT) -> None:
        self._conn = conn
        self._weights = weights
        self._common = LearnedCommonness(conn)
        self._stories = Stories(conn, weights)
        self._pruning = Pruning(conn, weights)
        self._looked: _Look | None = None

    def candidates(self, doc: Document, now: int) -> Candidates:
        """What may be a copy of `doc` or tell of the same event: about 16 stories and 6 reports, whatever is stored."""
        if self._common.sync():
            self._stories.clear()
        one = self._look(doc).member
        same_item = self._same_item(doc)
        process = self._process(doc)
        items = self._items(self._copied(doc))
        named = [item.story for item in items] + ([same_item.story] if same_item else [])
        views = self._stories.views([*named, *([process] if process else []), *self._alike(one)])
        return Candidates(one, same_item, items, views, process)

    def add(self, doc: Document, entry_id: int, story_id: int, now: int, merges: Sequence[int] = ()) -> None:
        """Index a saved entry as a report of its story; `merges` are stories that become part of that one."""
        one = self._look(doc).member
        for old in merges:
            self._stories.merge(old, story_id)
        body = member_text(one, doc.features.names)
        stamp = crc32(body.encode(), entry_id & 0xFFFFFFFF)
        size = self._stories.grow(doc, one, entry_id, story_id, stamp)
        row = {"item": entry_id, "story": story_id, "stamp": stamp, "at": doc.entry.at, "body": body}
        row |= {"level": doc.sketch.level, "hashes": sketch_bytes(doc.sketch)}
        self._conn.execute(sql.ADD_ITEM, row)
        self._file(doc, one, entry_id, story_id, findable=size <= self._weights.most)
        self._common.add(entry_id, stamp, list(one.weights), list(doc.features.names), doc.entry.at)
        self._pruning.added(doc.entry.at, POSTED)

    def _file(self, doc: Document, one: Member, item: int, story: int, *, findable: bool) -> None:
        if findable and not doc.digest:
            posted = [(term, item, story) for _, term in heaviest(one, POSTED)]
            self._conn.executemany(sql.ADD_POST, posted)
        if findable:
            self._conn.executemany(sql.ADD_SHINGLE, [(value, item) for value in self._look(doc).anchors])
        self._conn.executemany(sql.ADD_KEY, [(key, item) for key in doc.keys])
        if doc.step:
            self._conn.execute(sql.ADD_PROCESS, {"process": doc.step.process, "story": story})

    def _look(self, doc: Document) -> _Look:
        if self._looked is None or self._looked.doc is not doc:
            self._looked = _Look(doc, member(doc.features, self._common.table), anchors(doc.sketch))
        return self._looked

    def _alike(self, one: Member) -> list[int]:
        """Stories with reports that share the heaviest terms, those that share most first."""
        asked = heaviest(one, _ASKED)
        if not asked:
            return []
        given: dict[str, int | float | str] = {"least": _LEAST * sum(weight for weight, _ in asked)}
        for number, (weight, term) in enumerate(asked):
            given[f"t{number}"], given[f"w{number}"] = term, weight
        return [story for (story,) in self._conn.execute(_posts(len(asked)), given)]

    def _copied(self, doc: Document) -> list[int]:
        """Reports that share the most anchors with a text."""
        hashes = self._look(doc).anchors
        if not hashes:
            return []
        found: dict[int, int] = {}
        names = {f"h{number}": value for number, value in enumerate(hashes)}
        for (item,) in self._conn.execute(_shingles(len(hashes)), names):
            found[item] = found.get(item, 0) + 1
        return sorted(found, key=lambda item: (-found[item], item))[:_ITEMS]

    def _same_item(self, doc: Document) -> Item | None:
        for key in doc.keys:
            row = self._conn.execute(sql.KEY, {"key": key}).fetchone()
            if row and (found := self._items(row)):
                return found[0]
        return None

    def _process(self, doc: Document) -> int | None:
        row = self._conn.execute(sql.PROCESS, {"process": doc.step.process}).fetchone() if doc.step else None
        return self._stories.current(row[0]) if row else None

    def _items(self, items: Sequence[int]) -> tuple[Item, ...]:
        """Reports by id, in that order; those that were forgotten are left out."""
        rows = self._conn.execute(_by_id(len(items)), items) if items else ()
        found = {item: Item(item, story, sketch_of(level, hashes)) for item, story, level, hashes in rows}
        return tuple(found[item] for item in items if item in found)


@lru_cache(maxsize=_ITEMS + 1)
def _by_id(items: int) -> str:
    return sql.items(items)


@lru_cache(maxsize=_ASKED + 1)
def _posts(terms: int) -> str:
    return sql.posts(terms, _PER_TERM, _STORIES)


@lru_cache(maxsize=32)
def _shingles(hashes: int) -> str:
    return sql.shingles(hashes, _PER_SHINGLE)
