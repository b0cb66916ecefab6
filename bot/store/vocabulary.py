"""The words seen so far, for who misspells one. Counting stops where a word is common enough to be a good guess.

Most words of a text are among the few thousand common ones, so that a report costs a handful of rows, not forty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlite_utils import Database

from bot.core.text import is_cjk
from bot.store import queries as sql

_WORD = re.compile(r"[^\W\d_][\w'&+#.-]{2,23}")
_MOST_COUNTED = 100_000  # words below that mark whose counts are kept in memory


class Vocabulary:
    """Belongs to one writer.

    Its counts may run ahead of the table's after a rollback; a word is settled earlier then.
    """

    def __init__(self) -> None:
        self._common: set[str] | None = None
        self._counts: dict[str, int] = {}

    def fresh(self, db: Database, *index_terms: str) -> Iterable[str]:
        """The words among index terms (space-joined) that are still counted, each once."""
        if self._common is None:
            self._common = {row[0] for row in db.execute(sql.COMMON_TERMS)}
        seen: set[str] = set()
        for text in index_terms:
            seen.update(text.split())
        found = [word for word in seen - self._common if _WORD.fullmatch(word) and not is_cjk(word)]
        for word in found:
            self._note(word)
        return found

    def _note(self, word: str) -> None:
        count = self._counts.pop(word, 0) + 1
        if count >= sql.ENOUGH_DOCS and self._common is not None:
            self._common.add(word)
            return
        if len(self._counts) >= _MOST_COUNTED:
            self._counts.clear()
        self._counts[word] = count
