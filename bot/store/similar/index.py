"""The folding index: finds what a report may be a copy of or belong to, at a cost that does not grow with the store.

The tables are the truth. The cache in memory equals them as long as the log of reports ends where it was left and no
other connection wrote; otherwise the whole cache is forgotten, so that it never changes an answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

from bot.core.latest import Latest
from bot.core.stories.cluster import Candidates, Document, Item, original_of
from bot.core.stories.followup import State
from bot.core.stories.side import Member, member
from bot.core.stories.views import StoryView
from bot.core.stories.weights import DEFAULT, Weights
from bot.store.db import Conn
from bot.store.similar.common import LearnedCommonness
from bot.store.similar.filed import Filed, Table
from bot.store.similar.look import POSTED, Look, signs_of
from bot.store.similar.near import Nearby
from bot.store.similar.posts import likest, on_the_way
from bot.store.similar.prune import Pruning
from bot.store.similar.rows import heaviest, member_of, member_text, sketch_bytes, sketch_of
from bot.store.similar.shared import SharedCommonness
from bot.store.similar.stories import Stories
from bot.store.sql import folding as sql

_ASKED = 12  # terms of a report that are looked up
_STORIES = 10  # stories that are compared
_LEAST = 0.12  # of a report's asked weight that a story must share to be compared
_ITEMS = 6  # reports that are compared as possible originals of a copy
_LOOKED = 16  # reports in the other script that are nearest in meaning, of which
_MEANT = 4  # stories are compared too
_KEPT = 512  # reports in memory for that: new reports are compared with the same few
_WAITING = 100  # at most so many reports wait to be written together


class StoryIndex:
    """Used inside one open write transaction at a time, from one thread. `folding.DDL` makes its tables.

    Within `begin`, `look_up` … `flush`, writes and most reads are batched; without these, each `candidates` checks what
    others did, and each `add` writes.
    """

    def __init__(self, conn: Conn, weights: Weights = DEFAULT, *, shared: bool = False) -> None:
        self._conn = conn
        self._weights = weights
        self._shared = shared
        self._common = SharedCommonness(conn) if shared else LearnedCommonness(conn)
        self._stories = Stories(conn, weights, self.flush)
        self._posts: Filed[str] = Filed(conn, Table(sql.POSTS, sql.ADD_POST, sql.DROP_POST, sql.POSTS_EACH))
        self._shingles: Filed[int] = Filed(
            conn, Table(sql.SHINGLES, sql.ADD_SHINGLE, sql.DROP_SHINGLE, sql.SHINGLES_EACH)
        )
        self._keys: Filed[int] = Filed(conn, Table(sql.KEYS, sql.ADD_KEY, sql.DROP_KEY, 1_000))
        self._near = Nearby(conn)
        self._pruning = Pruning(conn, self._posts, self._shingles, weights)
        self._items: Latest[int, Item] = Latest(_KEPT)
        self._rows: dict[int, tuple[object, ...]] = {}  # reports that wait to be written
        self._looked: Look | None = None
        self._early: list[Look] = []  # reports to come, as weighed before the lock was taken
        self._version: tuple[int] | None = None
        self._begun = False

    def clear(self) -> None:
        """Forget the cache, because rows were deleted from the tables."""
        clears = (self._posts.clear, self._shingles.clear, self._keys.clear, self._near.clear, self._pruning.clear)
        for clear in (self._stories.clear, self._items.clear, *clears):
            clear()

    def begin(self) -> None:
        """A transaction begins. Rows still waiting were rolled back; what others wrote has not been seen yet."""
        self._begun = False
        self._rows = {}
        self._stories.begin()
        for filed in (self._posts, self._shingles, self._keys):
            filed.drop_waiting()
        self._shingles.clear()
        self._keys.clear()

    def look_up(self, docs: Sequence[Document], *, alone: bool = False) -> list[int]:
        """Read what `candidates` will need into memory, by a few statements. No other may write of these events now.

        `alone`: no other may write of any event. Returns the stories that the reports may join, as far as known by now.
        """
        self._sync()
        self._begun = True
        self._stories.alone = alone
        self._shingles.read(value for doc in docs for value in doc.anchors)
        self._keys.read(key for doc in docs for key in doc.keys)
        return self._may_join(docs) if self._shared else []

    def _may_join(self, docs: Sequence[Document]) -> list[int]:
        """The stories that reports may join, read into memory with everything that shows it."""
        members = [one.member for one in self._early] or [
            member(doc.features, self._common.table, doc.embed, doc.entry.source) for doc in docs
        ]
        self._early = []
        self._posts.read(term for one in members for _, term in heaviest(one, POSTED))  # weights may change by then
        shared = (item for doc in docs for item in self._sharing(doc.anchors))
        items = self._by_id([*shared, *(item for doc in docs for item in self._held(doc))])
        alike = [story for one in members for story in self._alike(one)]
        found = list(dict.fromkeys((*(item.story for item in items), *alike)))
        self._stories.read(found)
        return found

    def flush(self) -> None:
        """Write what waits."""
        if self._rows:
            self._conn.executemany(sql.ADD_ITEM, list(self._rows.values()))
            self._rows = {}
        self._posts.flush()
        self._shingles.flush()
        self._keys.flush()
        self._stories.flush()
        self._pruning.round(POSTED)

    def candidates(self, doc: Document) -> Candidates:
        """What may be a copy of `doc` or tell of the same event: about 16 stories and 6 reports, whatever is stored.

        If the story is known without a comparison (a copy, an official process), only that one. A report that reads
        like a copy but tells of something else has a story of its own, which must be found then.
        """
        if not self._begun:
            self._sync()
        one = self._look(doc)
        same_item = self._same_item(doc)
        process = self._process(doc)
        self._shingles.read(doc.anchors)
        items = self._by_id(self._sharing(doc.anchors))
        near = self._near_in_meaning(doc, one)
        original = original_of(doc, one, same_item, items, lambda story: self._views([story]), self._weights)
        if original:
            stories = [original.story]
        elif doc.digest or process:
            stories = [process] if process else []
        else:
            stories = [*(item.story for item in items), *self._alike(one), *near, *on_the_way(self._posts, doc, one)]
        return Candidates(one, same_item, items, self._views(stories), process, original, near)

    def _views(self, stories: Sequence[int]) -> tuple[StoryView, ...]:
        if self._shared:
            self._stories.read(stories)
        else:
            self._stories.have(stories)
        return self._stories.views(stories)

    def signs(self, docs: Sequence[Document]) -> Iterable[int]:
        """What reports are found under: two reports that `candidates` may bring together share at least one of these.

        Empty if nobody else writes. `look_up` of the same reports must follow.
        """
        if not self._shared:
            return ()
        self._sync()
        self._early = [Look(doc, member(doc.features, self._common.table, doc.embed, doc.entry.source)) for doc in docs]
        return signs_of(self._early)

    def _sync(self) -> None:
        """Forget the cache if something was rolled back, or another connection wrote.

        If others write all the time, only what can be verified as current is kept: reports and verified stories.
        """
        self._shingles.clear()
        self._keys.clear()
        if self._shared:
            self._posts.clear()
            self._near.due()
            if self._common.sync():
                self.clear()
            return
        version = self._conn.execute(sql.VERSION).fetchone()
        if self._common.sync() or version != self._version:
            self.clear()
            self._version = version

    def add(
        self,
        doc: Document,
        entry_id: int,
        story_id: int,
        merges: Sequence[int] = (),
        *,
        opens: bool = False,
    ) -> None:
        """Index a saved entry as a report of its story; `merges` are stories that become part of that one.

        `opens`: the story is new, and nobody else knows it yet.
        """
        one = self._look(doc)
        for old in merges:
            self._merge(old, story_id)
        body = member_text(one, doc.features.names)
        stamp = crc32(body.encode(), entry_id & 0xFFFFFFFF)
        if opens:
            self._stories.open(story_id, doc.entry.at)
        elif self._shared:
            self._stories.take(story_id)
        size = self._stories.grow(doc, one, entry_id, story_id, stamp)
        shown = doc.sketch
        self._rows[entry_id] = (entry_id, story_id, stamp, doc.entry.at, body, shown.level, sketch_bytes(shown))
        self._file(doc, one, entry_id, story_id, findable=size <= self._weights.most)
        self._items[entry_id] = Item(entry_id, story_id, doc.sketch)
        self._common.add(entry_id, stamp, list(one.weights), list(doc.features.names), doc.entry.at)
        self._pruning.added(doc.entry.at)
        if doc.embed is not None:
            self._near.add(entry_id, stamp, story_id, one)
        if not self._begun or len(self._rows) >= _WAITING:
            self.flush()

    def part(self, old: int, new: int, kept: State, moved: State) -> None:
        """See `Stories.part`. The log has moved reports under their new story; their postings are moved there too."""
        self.clear()
        logged = self._conn.execute(sql.WHOLE, {"story": new}).fetchall()
        posts = ((new, term, item) for item, body in logged for _, term in heaviest(member_of(body), POSTED))
        self._conn.executemany(sql.MOVE_POST, list(posts))
        self._stories.part(old, new, kept, moved)

    def _merge(self, old: int, story_id: int) -> None:
        self.flush()
        if self._shared:
            self._stories.take(old)
            self._stories.take(story_id)
        self._stories.merge(old, story_id)
        for item in [item for item in self._items.values() if item.story == old]:
            self._items[item.id] = item._replace(story=story_id)

    def _file(self, doc: Document, one: Member, item: int, story: int, *, findable: bool) -> None:
        if findable and not doc.digest:
            self._posts.add([term for _, term in heaviest(one, POSTED)], item, story)
        if findable:
            self._shingles.add(doc.anchors, item)
        self._keys.add(doc.filed, item)
        if doc.step:
            self._conn.execute(sql.ADD_PROCESS, {"process": doc.step.process, "story": story})

    def _look(self, doc: Document) -> Member:
        if self._looked is None or self._looked.doc is not doc:
            self._looked = Look(doc, member(doc.features, self._common.table, doc.embed, doc.entry.source))
        return self._looked.member

    def _alike(self, one: Member) -> list[int]:
        """Stories whose reports share the heaviest terms, those that share most first."""
        asked = heaviest(one, _ASKED)
        return likest(
            self._posts, asked, _LEAST * sum(w for w, _ in asked) * _ASKED / max(_ASKED, len(asked)), _STORIES
        )

    def _near_in_meaning(self, doc: Document, one: Member) -> tuple[int, ...]:
        """Stories in the other script with titles that mean nearly the same, by their present ids."""
        if doc.embed is None:
            return ()
        return tuple(dict.fromkeys(map(self._stories.current, self._near.likest(one, _LOOKED))))[:_MEANT]

    def _sharing(self, hashes: Iterable[int]) -> list[int]:
        """Reports that share the most anchors with a text. The anchors must have been read."""
        found: dict[int, int] = {}
        for value in hashes:
            for item in self._shingles.of(value):
                found[item] = found.get(item, 0) + 1
        return [item for _, item in sorted([(-n, item) for item, n in found.items()])[:_ITEMS]]

    def _held(self, doc: Document) -> Iterator[int]:
        """Reports with a key of this one, the first of each key. The keys must have been read."""
        for key in doc.keys:
            yield from self._keys.of(key)[:1]

    def _same_item(self, doc: Document) -> Item | None:
        self._keys.read(doc.keys)
        found = (self._by_id([item]) for item in self._held(doc))
        return next((items[0] for items in found if items), None)

    def _process(self, doc: Document) -> int | None:
        row = self._conn.execute(sql.PROCESS, {"process": doc.step.process}).fetchone() if doc.step else None
        return self._stories.current(row[0]) if row else None

    def _by_id(self, items: Sequence[int]) -> tuple[Item, ...]:
        """Reports by id, in that order, without those that were forgotten."""
        found = {item: self._items[item] for item in items if item in self._items}
        if unknown := [item for item in dict.fromkeys(items) if item not in found]:
            if any(item in self._rows for item in unknown):
                self.flush()
            rows = self._conn.execute(sql.ITEMS, {"items": json.dumps(unknown)}).fetchall()
            for item, story, level, hashes in rows:
                found[item] = self._items[item] = Item(item, story, sketch_of(level, hashes))
        return tuple(found[item] for item in items if item in found)
