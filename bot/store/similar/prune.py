"""Drops the postings of reports whose stories can take no more reports, a few with every few reports added."""

from __future__ import annotations

from bot.core.stories.sketch import anchors
from bot.core.stories.weights import Weights
from bot.store.db import Conn
from bot.store.similar.filed import Filed
from bot.store.similar.rows import heaviest, member_of, sketch_of
from bot.store.sql import folding as sql

_EACH = 1.5  # for each added report, the postings of at most so many are dropped


class Pruning:
    """Belongs to one connection. The database keeps how far it has come."""

    def __init__(self, conn: Conn, posts: Filed[str], shingles: Filed[int], weights: Weights) -> None:
        self._conn = conn
        self._posts = posts
        self._shingles = shingles
        self._keep_ms = weights.close_ms + weights.window_ms
        self._due = 0.0
        self._now = 0
        self._next: int | None = None  # the time of the report that is next, if known

    def clear(self) -> None:
        """Forget what is kept in memory."""
        self._next = None

    def added(self, now: int) -> None:
        """Count an added report."""
        self._due += _EACH
        self._now = now

    def round(self, posted: int) -> None:
        """Drop postings that are older than any open story, as many as are due. `posted`: terms for each report.

        Nothing may wait to be written. The time is that of the report added last.
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
