"""Words seen in titles, counted for spelling suggestions.

Most words of a title are among a few thousand common ones, so that a report costs a row or two, not ten.
"""

from __future__ import annotations

import re

from bot.store.db import Db
from bot.store.sql import queries as sql

_WORD = re.compile(r"[a-z][a-z0-9'&+#.-]{2,23}")
_MOST_COUNTED = 100_000  # how many words that are not common have their counts in memory


class Vocabulary:
    """Counts words of titles. Belongs to one writer.

    After a rollback its counts may be ahead of the table's; a word then becomes common earlier.
    """

    def __init__(self, most_counted: int = _MOST_COUNTED) -> None:
        self._most_counted = most_counted
        self._common: set[str] | None = None
        self._counts: dict[str, int] = {}

    def fresh(self, db: Db, index_terms: str) -> list[tuple[str, int]]:
        """The words among index terms (space-joined) whose count must be written, and by how much it has grown.

        A count is written when it has doubled: six times until the word is common, never if it came only once.
        """
        if self._common is None:
            self._common = {row[0] for row in db.execute(sql.COMMON_TERMS)}
        words = set(index_terms.split()) - self._common
        counted = ((word, self._note(word)) for word in words if _WORD.fullmatch(word))
        return [(word, n - n // 2 if n > 2 else n) for word, n in counted if n > 1 and n & (n - 1) == 0]

    def _note(self, word: str) -> int:
        count = self._counts.get(word, 0) + 1
        if count >= sql.ENOUGH_DOCS and self._common is not None:
            self._common.add(word)
            self._counts.pop(word, None)
            return count
        if len(self._counts) >= self._most_counted:
            self._counts.clear()
        self._counts[word] = count
        return count
