"""Full text: terms as FTS5 phrases, and the order of what matches."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from bot.core.errors import StoreError
from bot.core.text import bigrams, is_cjk, tokens
from bot.store.rows import Row

_HALF_LIFE_MS = 14 * 86_400_000  # a match of two weeks ago counts half


def terms(text: str) -> str:
    """What the full-text index holds for a text: `bigrams`, in a third of the time where there is no CJK to pair."""
    return " ".join(tokens(text).texts) if text.isascii() else bigrams(text)


def phrase(text: str) -> str:
    """A text as one phrase of index terms; "" for none.

    Within a phrase the last character of a CJK word has no pair of its own, so that the word may go on.
    """
    words = terms(text).split()
    begins = ""
    if words and len(words[-1]) == 1 and is_cjk(words[-1]):
        if len(words) > 1 and len(words[-2]) == 2 and words[-2][1] == words[-1]:
            words.pop()
        else:
            begins = " *"
    quoted = " ".join(words).replace('"', '""')
    return f'"{quoted}"{begins}' if words else ""


def run(db: Database, statement: str, params: Mapping[str, object]) -> list[Row]:
    """Rows of a statement that matches `:expression`. Raises `StoreError` (kind "query") when FTS5 can't read it."""
    try:
        return db.execute(statement, dict(params)).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise StoreError(f"full text can't search for that: {error}", "query") from error


def best(matches: Iterable[Row], now: int) -> list[int]:
    """Story ids, best first, from rows (entry, bm25, story, first seen in ms): bm25 × recency, each story once."""
    scores: dict[int, float] = {}
    for _, score, story, at in matches:
        weight = -score * math.exp2(-max(0, now - at) / _HALF_LIFE_MS)
        scores[story] = max(scores.get(story, 0.0), weight)
    return sorted(scores, key=lambda story: (-scores[story], -story))
