"""The newest postings of the terms that were looked up lately, kept beside `fold_post` and equal to it.

News is told in the same words for days: most of a report's terms were looked up not long ago, and a look-up in memory
costs a twentieth of one in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import islice

from bot.store import similar_sql as sql
from bot.store.db import Conn

_EACH = 32  # newest reports with a term that are looked at
_TERMS = 50_000  # terms in memory: some 10 MB


class Posts:
    """Belongs to one connection; whoever changes the table says so here."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn
        self._kept: dict[str, list[int]] = {}

    def clear(self) -> None:
        """Forget what is kept in memory."""
        self._kept.clear()

    def likest(self, asked: Sequence[tuple[int, str]], least: float, most: int) -> list[int]:
        """The stories whose reports share most of some terms, given with their weights; `least` counts, at least.

        A story counts as often as its reports hold a term; of equals the newer story comes first.
        """
        kept = self._kept
        if len(kept) > _TERMS:
            self._forget_oldest()
        if missing := [term for _, term in asked if term not in kept]:
            self._read(missing)
        told: dict[int, int] = {}
        for weight, term in asked:
            for story in kept[term]:
                told[story] = told.get(story, 0) + weight
        return [story for _, story in nlargest(most, [(n, story) for story, n in told.items() if n >= least])]

    def add(self, terms: Iterable[str], item: int, story: int) -> None:
        """File the newest report under its terms."""
        rows = [(term, item, story) for term in terms]
        self._conn.executemany(sql.ADD_POST, rows)
        for term, _, _ in rows:
            if (stories := self._kept.get(term)) is not None:
                stories.append(story)
                del stories[:-_EACH]

    def drop(self, terms: Iterable[str], item: int) -> None:
        """Take a report out."""
        rows = [(term, item) for term in terms]
        self._conn.executemany(sql.DROP_POST, rows)
        for term, _ in rows:
            self._kept.pop(term, None)

    def _forget_oldest(self) -> None:
        for term in list(islice(self._kept, _TERMS // 4)):
            del self._kept[term]

    def _read(self, terms: Sequence[str]) -> None:
        """Keep the postings of some terms, the oldest first."""
        found: list[list[int]] = [[] for _ in terms]
        for number, story in self._conn.execute(_posts(len(terms)), terms):
            found[number].append(story)
        for term, stories in zip(terms, found, strict=True):
            self._kept[term] = stories[::-1]


@lru_cache(maxsize=32)
def _posts(terms: int) -> str:
    return sql.posts(terms, _EACH)
