"""The newest reports of each script by what their titles mean, as reports in two languages share few terms.

It is in memory only; at a start it is read again from the log of reports, which has the vectors.
"""

from __future__ import annotations

import json

from bot.core.language.meaning import likely, signs
from bot.core.stories.side import Member
from bot.store.db import Conn
from bot.store.similar.rows import meant_of
from bot.store.sql import folding as sql

KEPT = 8_192  # newest reports of both scripts: at two a minute, as long as a story stays open
_LATELY = 64  # if several programs write, so many of the newest reports may become visible after newer ones
_APART = 200  # of 512 signs; two unrelated titles differ in 256, nine translations of ten in at most 170


class Nearby:
    """The log as of the last `due`, in memory, with what was added since. Belongs to one connection."""

    def __init__(self, conn: Conn) -> None:
        self._conn = conn
        self._stamps: dict[int, int] = {}
        self._stories: dict[int, int] = {}
        self._signs: dict[str, dict[int, int]] = {"la": {}, "zh": {}}
        self._due = KEPT

    def clear(self) -> None:
        """The log may have changed anywhere."""
        self._due = KEPT

    def due(self) -> None:
        """Others may have written, or rolled back, some of the newest reports. None of ours waits to be written."""
        self._due = max(self._due, _LATELY)

    def _sync(self) -> None:
        if self._due:
            there = dict(self._conn.execute(sql.NEWEST, {"most": self._due}).fetchall())
            oldest = min(there, default=0)
            for item in [item for item, stamp in self._stamps.items() if item >= oldest and there.get(item) != stamp]:
                self._drop(item)
            self._read(sorted(there.keys() - self._stamps.keys()))
            self._due = 0

    def add(self, item: int, stamp: int, story: int, one: Member) -> None:
        """A report was written to the log."""
        self._put(item, stamp, story, one.script, signs(one.meant) if one.meant else None)

    def likest(self, one: Member, most: int) -> list[int]:
        """The stories, by their first ids, of the reports in the other script whose titles are nearest in meaning."""
        self._sync()
        if not one.meant:
            return []
        others = self._signs["la" if one.script == "zh" else "zh"]
        return [self._stories[item] for item in likely(signs(one.meant), others, most, _APART)]

    def _read(self, items: list[int]) -> None:
        rows = self._conn.execute(sql.LOGGED, {"items": json.dumps(items)}) if items else ()
        for item, stamp, story, body in rows:
            script, meant = meant_of(body)
            self._put(item, stamp, story, script, signs(meant) if meant else None)

    def _put(self, item: int, stamp: int, story: int, script: str, known: int | None) -> None:
        self._stamps[item] = stamp
        if known is not None:
            self._stories[item] = story
            self._signs[script][item] = known
        while len(self._stamps) > KEPT:
            self._drop(next(iter(self._stamps)))

    def _drop(self, item: int) -> None:
        self._stamps.pop(item, None)
        self._stories.pop(item, None)
        for known in self._signs.values():
            known.pop(item, None)
