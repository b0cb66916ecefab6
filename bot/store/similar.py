"""The folding index in SQLite: finds what a report may be a copy of or belong to, flat in the size of the store.

The tables are the truth. Reports and stories that were read lately are kept in memory, each recognised by a stamp,
so that the answer is the same after a restart, a rollback, or another process's write.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from bot.core.cluster import Candidates, Document, Item, StoryView
from bot.core.followup import State, told
from bot.core.score import Member, Side, member
from bot.core.weights import DEFAULT, Weights
from bot.store import similar_sql as sql
from bot.store.similar_common import LearnedCommonness
from bot.store.similar_rows import member_of, member_text, sketch_bytes, sketch_of, state_of, state_text

_ASKED = 16  # terms of a report that are looked up
_POSTED = 24  # terms of a report under which it is found
_PER_TERM = 32  # newest postings of a term that are looked at
_STORIES = 16  # stories that are compared
_ITEMS = 6  # reports that are compared for a copy
_KEPT = 4_096  # stories in memory


class StoryIndex:
    """Used inside one open write transaction at a time, from one thread. `DDL` in `similar_sql` makes its tables."""

    def __init__(self, conn: sqlite3.Connection, weights: Weights = DEFAULT) -> None:
        self._conn = conn
        self._weights = weights
        self._common = LearnedCommonness(conn)
        self._views: OrderedDict[int, tuple[tuple[int, int, int], list[Member], StoryView]] = OrderedDict()
        self._weighed: tuple[Document, Member] | None = None

    def candidates(self, doc: Document, now: int) -> Candidates:
        """What may be a copy of `doc` or tell of the same event: at most 16 stories and 6 reports."""
        if self._common.sync():
            self._views.clear()
        one = self._member(doc)
        by_story, by_item = self._overlap(one)
        same_item = self._same_item(doc)
        process = self._process(doc)
        named = [story for story in (same_item and same_item.story, process) if story is not None]
        items = tuple(filter(None, map(self._item, by_item[:_ITEMS])))
        named += [item.story for item in items]
        stories = dict.fromkeys(map(self._current, (*named, *by_story[:_STORIES])))
        views = tuple(filter(None, map(self._view, stories)))
        return Candidates(one, same_item, items, views, process)

    def add(self, doc: Document, entry_id: int, story_id: int, now: int, merges: Sequence[int] = ()) -> None:
        """Index a saved entry as a report of its story; `merges` are stories that become part of that one."""
        one = self._member(doc)
        for old in merges:
            self._merge(old, story_id)
        names = sorted(doc.features.names)
        body = member_text(one, doc.features.names)
        stamp = crc32(body.encode(), entry_id & 0xFFFFFFFF)
        row = {"item": entry_id, "story": story_id, "stamp": stamp, "at": doc.entry.at, "body": body}
        row |= {"level": doc.sketch.level, "hashes": sketch_bytes(doc.sketch)}
        self._conn.execute(sql.ADD_ITEM, row)
        self._grow(doc, one, entry_id, story_id, stamp)
        keys = [{"key": key, "item": entry_id} for key in doc.keys]
        self._conn.executemany(sql.ADD_KEY, keys)
        self._common.add(entry_id, stamp, list(one.weights), names, doc.entry.at)

    def _member(self, doc: Document) -> Member:
        if self._weighed is None or self._weighed[0] is not doc:
            self._weighed = doc, member(doc.features, self._common.table)
        return self._weighed[1]

    def _overlap(self, one: Member) -> tuple[list[int], list[int]]:
        """Stories and reports that share the heaviest terms, those that share most first."""
        asked = _heaviest(one, _ASKED)
        if not asked:
            return [], []
        names = {f"t{number}": term for number, (_, term) in enumerate(asked)}
        stories: dict[int, dict[int, int]] = {}
        items: dict[int, int] = {}
        for number, item, story in self._conn.execute(_posts(len(asked)), names):
            weight = asked[number][0]
            stories.setdefault(story, {})[number] = weight
            items[item] = items.get(item, 0) + weight
        best = sorted(((sum(found.values()), story) for story, found in stories.items()), reverse=True)
        return [story for _, story in best], sorted(items, key=lambda item: (-items[item], -item))

    def _same_item(self, doc: Document) -> Item | None:
        for key in doc.keys:
            row = self._conn.execute(sql.KEY, {"key": key}).fetchone()
            if row and (item := self._item(row[0])):
                return item
        return None

    def _process(self, doc: Document) -> int | None:
        row = self._conn.execute(sql.PROCESS, {"process": doc.step.process}).fetchone() if doc.step else None
        return self._current(row[0]) if row else None

    def _item(self, item: int) -> Item | None:
        row = self._conn.execute(sql.ITEM, {"item": item}).fetchone()
        return Item(row[0], self._current(row[1]), sketch_of(row[2], row[3])) if row else None

    def _current(self, story: int) -> int:
        """The story that a merged one became part of."""
        row = self._conn.execute(sql.ALIAS, {"old": story}).fetchone()
        return self._current(row[0]) if row else story

    def _view(self, story: int) -> StoryView | None:
        row = self._conn.execute(sql.STORY, {"story": story}).fetchone()
        if row is None:
            return None
        stamp = (row[1], row[2], row[3])
        kept = self._views.get(story)
        if kept and kept[0] == stamp:
            self._views.move_to_end(story)
            return kept[2]
        members = self._members(story)
        return self._keep(stamp, members, _story_view(row, members))

    def _members(self, story: int) -> list[Member]:
        """A story's first report and its newest ones, in order."""
        most = self._weights.members
        first = self._conn.execute(sql.STORY_FIRST, {"story": story}).fetchall()
        last = self._conn.execute(sql.STORY_LAST, {"story": story, "most": most - 1}).fetchall()[::-1]
        rows = [*first, *(row for row in last if row[0] != first[0][0])]
        return [member_of(row[2]) for row in rows]

    def _keep(self, stamp: tuple[int, int, int], members: list[Member], view: StoryView) -> StoryView:
        self._views[view.id] = stamp, members, view
        self._views.move_to_end(view.id)
        if len(self._views) > _KEPT:
            self._views.popitem(last=False)
        return view

    def _grow(self, doc: Document, one: Member, item: int, story: int, stamp: int) -> None:
        view = self._view(story)
        at = doc.entry.at
        kept = self._views[story][1] if view else []
        size = view.size + 1 if view else 1
        first, last = (min(at, view.first_at), max(at, view.last_at)) if view else (at, at)
        state = told(view.state if view else State(), doc.state)
        most = self._weights.members
        members = [*kept[:1], *kept[1:][2 - most :], one] if len(kept) >= most else [*kept, one]
        row = (story, size, item, stamp, first, last, state_text(state))
        self._conn.execute(sql.PUT_STORY, dict(zip(_STORY_COLUMNS, row, strict=True)))
        self._keep((size, item, stamp), members, _story_view(row, members))
        if not doc.digest and size <= self._weights.most:
            posted = [{"term": term, "item": item, "story": story} for _, term in _heaviest(one, _POSTED)]
            self._conn.executemany(sql.ADD_POST, posted)
        if doc.step:
            self._conn.execute(sql.ADD_PROCESS, {"process": doc.step.process, "story": story})

    def _merge(self, old: int, new: int) -> None:
        one, other = self._view(old), self._view(new)
        if one is None or other is None or old == new:
            return
        self._conn.execute(sql.PUT_ALIAS, {"old": old, "new": new})
        self._conn.execute(sql.MOVE_ITEMS, {"old": old, "new": new})
        self._conn.execute(sql.DROP_STORY, {"old": old})
        newest = self._conn.execute(sql.STORY_LAST, {"story": new, "most": 1}).fetchone()
        state = told(other.state, one.state) if other.id < one.id else told(one.state, other.state)
        first, last = min(one.first_at, other.first_at), max(one.last_at, other.last_at)
        row = (new, one.size + other.size, newest[0], newest[1], first, last, state_text(state))
        self._conn.execute(sql.PUT_STORY, dict(zip(_STORY_COLUMNS, row, strict=True)))
        self._views.pop(old, None)
        self._views.pop(new, None)


_STORY_COLUMNS = ("story", "size", "tip", "stamp", "first_at", "last_at", "state")


@lru_cache(maxsize=_ASKED + 1)
def _posts(terms: int) -> str:
    return sql.posts(terms, _PER_TERM)


def _heaviest(one: Member, most: int) -> list[tuple[int, str]]:
    """The heaviest terms with their weights; for a text in the other script half of them in the shared space."""
    if one.shared is one.weights:
        return _top(one.weights, most)
    own = _top(one.weights, most // 2)
    return list({term: (weight, term) for weight, term in (*own, *_top(one.shared, most - len(own)))}.values())


def _top(weights: dict[str, int], most: int) -> list[tuple[int, str]]:
    pairs = [(weight, term) for term, weight in weights.items()]
    pairs.sort(key=lambda pair: (-pair[0], pair[1]))
    return pairs[:most]


def _story_view(row: Sequence[int | str], members: list[Member]) -> StoryView:
    story, size, _, _, first, last, state = row
    sides = {
        script: Side([one for one in members if one.script == script], int(size))
        for script in dict.fromkeys(one.script for one in members)
    }
    return StoryView(int(story), int(size), int(first), int(last), sides, state_of(str(state)))
