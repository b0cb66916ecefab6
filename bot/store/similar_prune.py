"""Postings of reports that no story can take up any more are dropped, a few with every few reports added."""

from __future__ import annotations

from bot.core.sketch import anchors
from bot.core.weights import Weights
from bot.store import similar_sql as sql
from bot.store.db import Conn
from bot.store.similar_posts import Posts
from bot.store.similar_rows import heaviest, member_of, sketch_of

_EVERY = 2  # reports added between two rounds
_ROUND = 3  # reports whose postings one round drops at most


class Pruning:
    """Belongs to one connection. How far it came is kept in the database."""

    def __init__(self, conn: Conn, posts: Posts, weights: Weights) -> None:
        self._conn = conn
        self._posts = posts
        self._keep_ms = weights.close_ms + weights.window_ms
        self._added = 0
        self._next: int | None = None  # the time of the report that goes next, where it is known

    def clear(self) -> None:
        """Forget what is kept in memory."""
        self._next = None

    def added(self, now: int, posted: int) -> None:
        """Count an added report; now and then drop what is older than any open story. `posted`: terms a report."""
        self._added += 1
        if self._added >= _EVERY:
            self._added = 0
            before = now - self._keep_ms
            if self._next is None or self._next < before:
                self._round(before, posted)

    def _round(self, before: int, posted: int) -> None:
        mark = self._conn.execute(sql.MARK, {"name": "pruned"}).fetchone()
        after = mark[0] if mark else 0
        rows = self._conn.execute(sql.NEXT_ITEMS, {"after": after, "most": _ROUND}).fetchall()
        done, self._next = after, None
        for item, at, body, level, hashes in rows:
            if at >= before:
                self._next = at
                break
            self._posts.drop([term for _, term in heaviest(member_of(body), posted)], item)
            values = [(value, item) for value in anchors(sketch_of(level, hashes))]
            self._conn.executemany(sql.DROP_SHINGLE, values)
            done = item
        if done != after:
            self._conn.execute(sql.PUT_MARK, {"name": "pruned", "value": done})
