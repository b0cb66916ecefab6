"""Splits a story that turned out to be two: divides its entries, and computes both stories again from them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.core.alerts.summary import entry_summary
from bot.core.alerts.telling import TOLD
from bot.core.model import Entry
from bot.core.stories.followup import part_of
from bot.core.stories.headline import headline_rank
from bot.ports.parting import Parting, Report
from bot.store import rows
from bot.store.bulk import Params
from bot.store.db import Db
from bot.store.part import Part, reads
from bot.store.similar.rows import member_of
from bot.store.sql import queries, queries_read
from bot.store.sql import queries_parting as sql

_REPORTS = 1_000


class _Row(NamedTuple):
    """An entry with how it was placed."""

    id: int
    entry: Entry
    kind: str
    placed: str


class PartingRows(Part):
    """See `bot.ports.parting.Partings`."""

    @reads
    def reports(self, db: Db, story_id: int) -> list[Report]:
        return [_report(row) for row in db.execute(sql.REPORTS, {"story": story_id, "n": _REPORTS})]

    async def part(self, parting: Parting) -> int | None:
        def work(db: Db) -> int | None:
            taken = db.execute(sql.TAKE, {"story": parting.story_id}).fetchone()
            return self._parted(db, parting._replace(story_id=taken[0])) if taken else None

        return await self._ingester.do(work)

    def _parted(self, db: Db, parting: Parting) -> int | None:
        old = parting.story_id
        whole = [_row(row) for row in db.execute(sql.WHOLE, {"story": old})]
        leaving = set(parting.entries)
        moved = [row for row in whole if row.id in leaving]
        kept = [row for row in whole if row.id not in leaving]
        if not moved or not kept:
            return None
        new = db.take_id("story", None)
        db.keep_ids({"story": new})
        ids = rows.dumps([row.id for row in moved])
        for statement in (sql.ADD_STORY, *sql.MOVE):
            db.execute(statement, {"new": new, "story": old, "entries": ids})
        _move_aliases(db, whole, moved, old, new)
        for story, part in ((old, kept), (new, moved)):
            _made_anew(db, story, part)
        db.execute(queries_read.DROP, {"key": f"{TOLD}{old}"})  # a model's summary was of both
        _explain(db, moved, f"taken out of story {old}: {parting.why}")
        self._index.part(old, new, part_of(parting.kept, old), part_of(parting.moved, old))
        db.execute(queries.ADD_TALLY, {"name": "stories", "n": 1})
        return new


def _report(row: rows.Row) -> Report:
    number, _, entry = rows.entry(row)
    return Report(number, entry, member_of(row[14]), row[15])


def _row(row: rows.Row) -> _Row:
    number, _, entry = rows.entry(row)
    return _Row(number, entry, row[14], row[15])


def _move_aliases(db: Db, whole: Sequence[_Row], moved: Sequence[_Row], old: int, new: int) -> None:
    """Move aliases with the reports that opened them: both have the same order, if no such report was forgotten."""
    aliases = [row[0] for row in db.execute(sql.ALIASES, {"story": old})]
    openers = [row for row in whole if row.kind == "new"]
    if len(openers) != 1 + len(aliases):
        return
    stories = sorted((old, *aliases))
    going = [story for story, opener in zip(stories, openers, strict=True) if opener in moved and story != old]
    for statement in (sql.MOVE_ALIASES, sql.MOVE_FOLD_ALIASES):
        db.execute(statement, {"new": new, "aliases": rows.dumps(going)})


def _made_anew(db: Db, story: int, part: Sequence[_Row]) -> None:
    """Compute a story's title, times, outlets and topics from its entries."""
    db.execute(sql.PUT_STORY, _standing(part) | {"story": story})
    outlets = [
        {"story": story, "source": row.entry.source, "id": row.id, "url": row.entry.url, "at": row.entry.at}
        for row in part
        if row.entry.source
    ]
    db.conn.executemany(queries.ADD_STORY_OUTLET, outlets)
    at = {row.id: row.entry.at for row in part}
    hits = db.execute(sql.HITS, {"entries": rows.dumps(list(at))}).fetchall()
    db.conn.executemany(
        queries.ADD_STORY_RULE,
        [{"story": story, "rule": rule, "at": at[entry], "why": why} for entry, rule, why in hits],
    )


def _standing(part: Sequence[_Row]) -> Params:
    """A story's row: the best title in the language of its first entry; a copy's title only if it opens the story."""
    first = part[0].entry
    telling = [first, *(row.entry for row in part[1:] if row.kind != "duplicate")]
    best = max((entry for entry in telling if entry.lang == first.lang), key=headline_rank)
    return {
        "title": best.title,
        "url": best.url,
        "summary": next(filter(None, map(entry_summary, (best, *telling))), ""),
        "lang": first.lang,
        "first_at": min(entry.at for entry in telling),
        "last_at": max(entry.at for entry in telling),
        "entries": len(part),
        "headline": headline_rank(best),
    }


def _explain(db: Db, moved: Iterable[_Row], why: str) -> None:
    """Say of each entry why it was moved, before the reasons why it had joined."""
    for row in moved:
        placed = json.loads(row.placed) if row.placed else {}
        told = placed | {"why": [why, *placed.get("why", ())]}
        db.execute(sql.WHY, {"id": row.id, "placed": rows.dumps(told)})
