"""Decides which deliveries a backup still holds for digests, as they may have been told since: what the database in use
knows of them counts; in doubt, they end.

A digest gets its number only when it is made, so that no look at a platform finds one that was made after the backup.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bot.core.units import DAY_MS
from bot.ports import STOPPED
from bot.store.sqlite.opening import as_it_is

_DIGESTS = "select 1 from pragma_table_info('delivery') where name = 'digest'"  # files of old versions have none
_HELD = "select id, channel_id, story_id, kind from delivery where state = 'held' and digest = 0"
_SAME = """
    select coalesce((select d.state from delivery as d where d.id = h.digest and h.digest > 0), h.state)
    from delivery as h where id = ? and channel_id = ? and story_id = ? and kind = ?"""
_WAITS = ("held", "queued")
_ENDED = "update delivery set state = 'stale', settled_at = ? where id = ?"
_IN_DOUBT = """
    update delivery set state = 'ambiguous', settled_at = ?, reason = 'it may have been told since the backup'
    where id = ? and not_before <= ?"""
_NO_NEWS = """
    update delivery set state = 'stale', settled_at = not_before
    where state = 'held' and digest = 0 and not_before < ?"""
_NO_NEWS_MS = 2 * DAY_MS
_WENT_ON = """
    select exists (select 1 from feed where last_ok > ?) or exists (select 1 from delivery where settled_at > ?)"""


def told_since(copy: sqlite3.Connection, target: str, now: int) -> None:
    """End deliveries that `copy`, a backup, holds and that digests told since. `target` is the database it replaces.

    What `target` knows of a delivery counts. If it does not know one that was due by `now` (ms), the delivery is told
    only if the backup was made after a stop, when nothing more was told; otherwise it ends as in doubt, and `doctor`
    counts it. What was due two days ago is no longer news, and is not told.
    """
    if not copy.execute(_DIGESTS).fetchone():
        return
    held = copy.execute(_HELD).fetchall()
    known = _known(held, target) if held else {}
    for row in held:
        if known.get(row[0], "held") not in _WAITS:
            copy.execute(_ENDED, (now, row[0]))
        elif row[0] not in known and not _was_stopped(copy):
            copy.execute(_IN_DOUBT, (now, row[0], now))
    copy.execute(_NO_NEWS, (now - _NO_NEWS_MS,))


def _known(held: list[tuple[int, int, int, str]], target: str) -> dict[int, str]:
    """What became of held deliveries, by their numbers, as far as the database in use knows."""
    if not Path(target).is_file():
        return {}
    try:
        with as_it_is(target) as there:
            found = {row[0]: there.execute(_SAME, row).fetchone() for row in held}
    except sqlite3.Error:  # damaged, foreign or of another version: it tells nothing
        return {}
    return {number: row[0] for number, row in found.items() if row}


def _was_stopped(copy: sqlite3.Connection) -> bool:
    """Whether the program had been stopped in order, and not started again, when the backup was made."""
    row = copy.execute("select text from memory where key = ?", (STOPPED,)).fetchone()
    return row is not None and not copy.execute(_WENT_ON, (int(row[0]), int(row[0]))).fetchone()[0]
