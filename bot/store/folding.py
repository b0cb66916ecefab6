"""The index behind `IngestTx.candidates`, until `bot.store.similar` has it."""

from __future__ import annotations

import sqlite3

from bot.core.cluster import Candidates, Document

DDL = ""


class StoryIndex:
    """Finds nothing."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn

    def candidates(self, doc: Document, now: int) -> Candidates:
        return Candidates()

    def add(self, doc: Document, entry_id: int, story_id: int, now: int) -> None:
        return None
