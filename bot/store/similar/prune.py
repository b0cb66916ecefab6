"""Postings of reports that no story can take up any more are dropped, a few with every few reports added."""

from __future__ import annotations

from bot.core.stories.sketch import anchors
from bot.core.stories.weights import Weights
from bot.store.db import Conn
from bot.store.similar.filed import Filed
from bot.store.similar.rows import heaviest, member_of, sketch_of
from bot.store.sql import folding as sql

_EACH = 1.5  # reports whose postings are dropped at most, for each that was added


class Pruning:
    """Belongs to one connection. How far it came is kept in the database."""

    def __init__(self, conn: Conn, posts: Filed[str], shingles: Filed[int], weights: Weights) -> None:
        self._conn = conn
        self._posts = posts
        self._shingles = shingles
        self._keep_ms = weights.close_ms + weights.window_ms
        self._due = 0.0
        self._now = 0
        self._next: int | None = None  # the time of the report that goes next, where it is known

    def clear(self) -> None:
        """Forget what is kept in memory."""
        self._next = None

    def added(self, now: int) -> None:
        """Count an added report."""
        self._due += _EACH
        self._now = now

    def round(self, posted: int) -> None:
        """Drop what is older than any open story, as much as is due. `posted`: terms a report.

        Nothing waits to be written. A report added last tells the time.
        """
        most = int(self._due)
        self._due -= most
        before = self._now - self._keep_ms
        if most and (self._next is None or self._next < before):
            self._round(before, posted, most)

    def _round(self, before: int, posted: int, most: int) -> None:
        mark = self._conn.execute(sql.MARK, {"name": "pruned"}).fetchone()
        after = mark[0] if mark else 0
        rows = self._conn.execute(sql.NEXT_ITEMS, {"after": after, "most": most}).fetchall()
        done, self._next = after, None
        posts: list[tuple[str, int]] = []
        shingles: list[tuple[int, int]] = []
        for item, at, body, level, hashes in rows:
            if at >= before:
                self._next = at
                break
            posts += [(term, item) for _, term in heaviest(member_of(body), posted)]
            shingles += [(value, item) for value in anchors(sketch_of(level, hashes))]
            done = item
        self._posts.drop(posts)
        self._shingles.drop(shingles)
        if done != after:
            self._conn.execute(sql.PUT_MARK, {"name": "pruned", "value": done})
