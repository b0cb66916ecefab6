"""The stories of the folding index: written to its tables, the live ones also kept in memory.

A kept story is the same as in the tables; code that learns that these changed calls `clear`.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.core.stories.cluster import Document, StoryView
from bot.core.stories.followup import State, told
from bot.core.stories.side import Member, Side
from bot.core.stories.weights import Weights
from bot.store.db import Conn
from bot.store.similar.rows import member_of, state_of, state_text
from bot.store.sql import folding as sql
from bot.store.sql import queries_parting as parting

_KEPT = 111_000
"""Terms in memory, in all kept stories together: 1,500 reports of fifty words, or twice as many headlines."""
_EACH = 24  # a report takes as much memory beside its terms as so many terms
_AT_ONCE = 750  # reports that are read together, at most
Row = tuple[int, int, int, int, int, int, str]


@dataclass(slots=True)
class _Kept:
    stamp: tuple[int, int, int]  # how many reports, the newest, its hash
    members: list[Member]
    view: StoryView
    terms: int = 0  # of the reports, as `_KEPT` counts them


class Stories:
    """Belongs to one connection and is used inside its open transaction."""

    def __init__(self, conn: Conn, weights: Weights, flush: Callable[[], None]) -> None:
        self._conn = conn
        self._weights = weights
        self._flush_all = flush
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._terms = 0
        self._rows: dict[int, Row] = {}  # what waits to be written
        self._seen: set[int] = set()  # stories in memory that are current for this transaction
        self._mine: set[int] = set()  # stories that no other transaction can change until this one ends
        self.alone = False  # no other transaction can change any story

    def begin(self) -> None:
        """A transaction begins. Rows that an earlier one left unwritten were rolled back."""
        self._rows = {}
        self._seen.clear()
        self._mine.clear()
        self.alone = False

    def clear(self) -> None:
        """Forget what is kept in memory."""
        self._kept.clear()
        self._terms = 0

    def flush(self) -> None:
        """Write what waits."""
        if self._rows:
            self._conn.executemany(sql.PUT_STORY, list(self._rows.values()))
            self._rows = {}

    def read(self, stories: Iterable[int]) -> None:
        """Have some stories in memory as they are now, by two statements; large ones are read when they are needed."""
        asked = [story for story in dict.fromkeys(stories) if not self._is_current(story)]
        if not asked:
            return
        found = {row[0]: row for row in self._conn.execute(sql.STATES, {"stories": json.dumps(asked)}).fetchall()}
        for story in asked:
            kept, row = self._kept.get(story), found.get(story)
            if kept and row and kept.stamp == tuple(row[1:4]):
                self._seen.add(story)
            else:
                self._forget(story)
        self._seen.update(self._fill(row for story, row in found.items() if story not in self._seen))

    def _is_current(self, story: int) -> bool:
        return story in self._seen or story in self._rows or (story in self._mine and story in self._kept)

    def have(self, stories: Iterable[int]) -> None:
        """Have some stories in memory, if nobody else changes any: those that are kept are not checked."""
        asked = [story for story in dict.fromkeys(stories) if story not in self._kept and story not in self._rows]
        if len(asked) > 1:
            self._fill(self._conn.execute(sql.STATES, {"stories": json.dumps(asked)}).fetchall())

    def _fill(self, rows: Iterable[Row]) -> Iterable[int]:
        """Read the reports of stories by one statement, of as many as there is room for; returns these stories."""
        fresh: dict[int, _Kept] = {}
        room = _AT_ONCE
        for row in rows:
            if row[1] <= min(room, self._weights.members):
                fresh[row[0]] = _of(row)
                room -= row[1]
        if fresh:
            for story, body in self._conn.execute(sql.MEMBERS, {"stories": json.dumps(list(fresh))}):
                self._take(fresh[story], member_of(body), fresh[story].view.size)
        for one in fresh.values():
            self._keep(one)
        return fresh

    def current(self, story: int) -> int:
        """The story that a merged one became part of; itself when it was not merged."""
        row = self._conn.execute(sql.ALIAS, {"old": story}).fetchone()
        return self.current(row[0]) if row else story

    def take(self, story: int) -> None:
        """Lock a story until the transaction ends, and see it as others left it."""
        if story in self._mine:
            return
        self._mine.add(story)
        if self.alone:
            self.read([story])
            return
        row = self._conn.execute(sql.TAKE_STORY, {"story": story}).fetchone()
        if story in self._kept and row != self._kept[story].stamp:
            self._forget(story)

    def view(self, story: int) -> StoryView | None:
        """A story as folding judges it, by its present id; None if there is none."""
        if found := self._kept_or_read(story):
            return found.view
        now = self.current(story)
        return None if now == story else self.view(now)

    def views(self, stories: Iterable[int]) -> tuple[StoryView, ...]:
        """As `view`, for several stories, each once."""
        found: dict[int, StoryView] = {}
        for story in dict.fromkeys(stories):
            kept = self._kept_or_read(story)
            if view := kept.view if kept else self.view(story):
                found[view.id] = view
        return tuple(found.values())

    def open(self, story: int, at: int) -> None:
        """Keep a story that this transaction opens: nobody else knows it, and no table has it yet."""
        self._mine.add(story)
        self._keep(_Kept((0, 0, 0), [], _empty(story, at)))

    def grow(self, doc: Document, one: Member, item: int, story: int, stamp: int) -> int:
        """Add a report to its story, which is opened if it does not exist; returns how many reports it has now."""
        kept = self._kept_or_read(story) or _Kept((0, 0, 0), [], _empty(story, doc.entry.at))
        view = kept.view
        size, at = view.size + 1, doc.entry.at
        state = told(view.state, doc.state)
        view = StoryView(story, size, min(at, view.first_at), max(at, view.last_at), view.sides, state)
        self._forget(story)
        self._take(kept, one, size)
        kept.view, kept.stamp = view, (size, item, stamp)
        self._write((story, size, item, stamp, view.first_at, view.last_at, state_text(state)))
        self._keep(kept)
        return size

    def merge(self, old: int, new: int) -> None:
        """Make a story part of another, under an alias."""
        one, other = self.view(old), self.view(new)
        if one is None or other is None or old == new:
            return
        for statement in (sql.PUT_ALIAS, sql.MOVE_ITEMS, sql.DROP_STORY):
            self._conn.execute(statement, {"old": old, "new": new})
        newest = self._conn.execute(sql.STORY_LAST, {"story": new, "most": 1}).fetchone()
        first, last = min(one.first_at, other.first_at), max(one.last_at, other.last_at)
        state = state_text(told(one.state, other.state))
        self._write((new, one.size + other.size, newest[0], newest[1], first, last, state))
        self._forget(old)
        self._forget(new)
        self.flush()

    def part(self, old: int, new: int, kept: State, moved: State) -> None:
        """Write two stories that were one, by the reports that the log has for each; processes go with their rungs."""
        for story, state in ((old, kept), (new, moved)):
            size, tip, first, last = self._conn.execute(parting.FOLDED, {"story": story}).fetchone()
            if size:
                stamp = self._conn.execute(parting.FOLD_STAMP, {"item": tip}).fetchone()[0]
                self._write((story, size, tip, stamp, first, last, state_text(state)))
            else:
                self._conn.execute(sql.DROP_STORY, {"old": story})
        for process in moved.rungs.keys() - kept.rungs.keys():
            self._conn.execute(parting.MOVE_PROCESS, {"process": process, "story": old, "new": new})
        self.flush()

    def _write(self, row: Row) -> None:
        self._rows[row[0]] = row

    def _kept_or_read(self, story: int) -> _Kept | None:
        """A story from memory or the tables; None if no story has this id."""
        if kept := self._kept.get(story):
            self._kept.move_to_end(story)
            return kept
        if story in self._rows:
            self._flush_all()
        row = self._conn.execute(sql.STORY, {"story": story}).fetchone()
        if row is None:
            return None
        fresh = _of(row)
        for one in self._read(story, fresh.view.size):
            self._take(fresh, one, fresh.view.size)
        self._seen.add(story)
        self._keep(fresh)
        return fresh

    def _read(self, story: int, size: int) -> list[Member]:
        """A story's first report and its newest ones, in order."""
        most = self._weights.members
        rows = self._conn.execute(sql.STORY_LAST, {"story": story, "most": min(size, most)}).fetchall()[::-1]
        if size > most:
            rows[0] = self._conn.execute(sql.STORY_FIRST, {"story": story}).fetchone()
        return [member_of(row[2]) for row in rows]

    def _take(self, kept: _Kept, one: Member, size: int) -> None:
        """Add a report to its side. If there are too many, the second oldest is dropped."""
        sides = kept.view.sides
        kept.members.append(one)
        kept.terms += _terms(one)
        sides.setdefault(one.script, Side()).add(one)
        if len(kept.members) > self._weights.members:
            gone = kept.members.pop(1)
            kept.terms -= _terms(gone)
            sides[gone.script].drop(gone)
            if not sides[gone.script].members:
                del sides[gone.script]
        for side in sides.values():
            side.size = size

    def _keep(self, kept: _Kept) -> None:
        self._kept[kept.view.id] = kept
        self._terms += kept.terms
        while self._terms > _KEPT and len(self._kept) > 1:
            self._forget(next(iter(self._kept)))

    def _forget(self, story: int) -> None:
        if kept := self._kept.pop(story, None):
            self._terms -= kept.terms


def _of(row: Row) -> _Kept:
    """A story without its reports."""
    story, size, tip, stamp, first, last, state = row
    return _Kept((size, tip, stamp), [], StoryView(story, size, first, last, {}, state_of(state)))


def _terms(one: Member) -> int:
    """How much of `_KEPT` a report takes."""
    return _EACH + len(one.weights)


def _empty(story: int, at: int) -> StoryView:
    return StoryView(story, 0, at, at, {}, State())
