"""The folding index: finds what a report may be a copy of or belong to, flat in the size of the store.

The tables are the truth. What is kept in memory beside them equals them for as long as the log of reports ends where
it was left and no other connection wrote; else all of it is forgotten, so that it changes no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from bot.core.cluster import Candidates, Document, Item
from bot.core.side import Member, member
from bot.core.sketch import anchors
from bot.core.weights import DEFAULT, Weights
from bot.store import similar_sql as sql
from bot.store.db import Conn
from bot.store.similar_common import LearnedCommonness
from bot.store.similar_posts import Posts
from bot.store.similar_prune import Pruning
from bot.store.similar_rows import heaviest, member_text, sketch_bytes, sketch_of
from bot.store.similar_shared import SharedCommonness
from bot.store.similar_stories import Stories

_ASKED = 12  # terms of a report that are looked up
POSTED = 20  # terms of a report under which it is found
_PER_SHINGLE = 8  # newest reports with a shingle: what more of them hold is boilerplate
_STORIES = 10  # stories that are compared
_LEAST = 0.12  # of a report's asked weight that a story must share to be compared
_ITEMS = 6  # reports that are compared for a copy
_KEPT = 512  # reports in memory for that: what comes in now is compared with the same few


class _Look(NamedTuple):
    """What is worked out once of a report, for finding its like and for filing it."""

    doc: Document
    member: Member
    anchors: list[int]


class StoryIndex:
    """Used inside one open write transaction at a time, from one thread. `similar_sql.DDL` makes its tables."""

    def __init__(self, conn: Conn, weights: Weights = DEFAULT, *, shared: bool = False) -> None:
        self._conn = conn
        self._weights = weights
        self._shared = shared
        self._common = SharedCommonness(conn) if shared else LearnedCommonness(conn)
        self._stories = Stories(conn, weights)
        self._posts = Posts(conn)
        self._pruning = Pruning(conn, self._posts, weights)
        self._items: dict[int, Item] = {}
        self._looked: _Look | None = None
        self._version: tuple[int] | None = None

    def clear(self) -> None:
        """Forget what is kept in memory: rows were taken out of the tables."""
        self._stories.clear()
        self._posts.clear()
        self._pruning.clear()
        self._items.clear()

    def candidates(self, doc: Document, now: int) -> Candidates:
        """What may be a copy of `doc` or tell of the same event: about 16 stories and 6 reports, whatever is stored."""
        self._sync()
        one = self._look(doc).member
        same_item = self._same_item(doc)
        process = self._process(doc)
        items = self._by_id(self._copied(doc))
        named = [item.story for item in items] + ([same_item.story] if same_item else [])
        stories = [*named, *([process] if process else []), *self._alike(one)]
        if self._shared:
            self._stories.verify(stories)
        views = self._stories.views(stories)
        return Candidates(one, same_item, items, views, process)

    def signs(self, docs: Iterable[Document]) -> Iterator[int]:
        """What reports are found under: two that `candidates` may bring together share at least one of these."""
        self._sync()
        for doc in docs:
            yield from doc.keys
            yield from anchors(doc.sketch)
            yield from (crc32(term.encode()) for _, term in heaviest(member(doc.features, self._common.table), POSTED))
            if doc.step:
                yield crc32(doc.step.process.encode())

    def _sync(self) -> None:
        """Forget what is kept in memory where something was taken back, or another connection wrote.

        Where others write all the time, only what can be told to be current is kept: reports and verified stories.
        """
        if self._shared:
            self._posts.clear()
            if self._common.sync():
                self.clear()
            return
        version = self._conn.execute(sql.VERSION).fetchone()
        if self._common.sync() or version != self._version:
            self.clear()
            self._version = version

    def add(self, doc: Document, entry_id: int, story_id: int, now: int, merges: Sequence[int] = ()) -> None:
        """Index a saved entry as a report of its story; `merges` are stories that become part of that one."""
        one = self._look(doc).member
        for old in merges:
            if self._shared:
                self._stories.take(old)
                self._stories.take(story_id)
            self._stories.merge(old, story_id)
            self._items.clear()
        body = member_text(one, doc.features.names)
        stamp = crc32(body.encode(), entry_id & 0xFFFFFFFF)
        if self._shared:
            self._stories.take(story_id)
        size = self._stories.grow(doc, one, entry_id, story_id, stamp)
        shown = doc.sketch
        row = (entry_id, story_id, stamp, doc.entry.at, body, shown.level, sketch_bytes(shown))
        self._conn.execute(sql.ADD_ITEM, row)
        self._file(doc, one, entry_id, story_id, findable=size <= self._weights.most)
        self._keep([Item(entry_id, story_id, doc.sketch)])
        self._common.add(entry_id, stamp, list(one.weights), list(doc.features.names), doc.entry.at)
        self._pruning.added(doc.entry.at, POSTED)

    def _file(self, doc: Document, one: Member, item: int, story: int, *, findable: bool) -> None:
        if findable and not doc.digest:
            self._posts.add([term for _, term in heaviest(one, POSTED)], item, story)
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
        return self._posts.likest(asked, _LEAST * sum(weight for weight, _ in asked), _STORIES)

    def _copied(self, doc: Document) -> list[int]:
        """Reports that share the most anchors with a text."""
        hashes = self._look(doc).anchors
        if not hashes:
            return []
        found: dict[int, int] = {}
        for (item,) in self._conn.execute(_shingles(len(hashes)), hashes):
            found[item] = found.get(item, 0) + 1
        return sorted(found, key=lambda item: (-found[item], item))[:_ITEMS]

    def _same_item(self, doc: Document) -> Item | None:
        held = dict(self._conn.execute(_keys(len(doc.keys)), doc.keys).fetchall()) if doc.keys else {}
        found = (self._by_id([held[key]]) for key in doc.keys if key in held)
        return next((items[0] for items in found if items), None)

    def _process(self, doc: Document) -> int | None:
        row = self._conn.execute(sql.PROCESS, {"process": doc.step.process}).fetchone() if doc.step else None
        return self._stories.current(row[0]) if row else None

    def _by_id(self, items: Sequence[int]) -> tuple[Item, ...]:
        """Reports by id, in that order; those that were forgotten are left out."""
        found = {item: self._items[item] for item in items if item in self._items}
        if unknown := [item for item in items if item not in found]:
            rows = self._conn.execute(_some(len(unknown)), unknown).fetchall()
            read = [Item(item, story, sketch_of(level, hashes)) for item, story, level, hashes in rows]
            found |= {item.id: item for item in read}
            self._keep(read)
        return tuple(found[item] for item in items if item in found)

    def _keep(self, items: Iterable[Item]) -> None:
        for item in items:
            self._items[item.id] = item
        while len(self._items) > _KEPT:
            del self._items[next(iter(self._items))]


@lru_cache(maxsize=_ITEMS + 1)
def _some(items: int) -> str:
    return sql.items(items)


@lru_cache(maxsize=4)
def _keys(keys: int) -> str:
    return sql.keys(keys)


@lru_cache(maxsize=32)
def _shingles(hashes: int) -> str:
    return sql.shingles(hashes, _PER_SHINGLE)
