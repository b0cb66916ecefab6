"""Finds reports that their outlets edited, by their links, and updates them to their present words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.alerts.summary import entry_summary
from bot.core.alerts.telling import TOLD
from bot.core.identity import story_keys
from bot.core.model import Entry, fact
from bot.core.stories.headline import is_edit, is_other
from bot.core.units import DAY_MS
from bot.core.urlkey import canonical
from bot.ports import Edited
from bot.store.db import Db
from bot.store.rows import dumps, signed
from bot.store.sql import queries_edits as sql
from bot.store.sql import queries_read as read

_EDITED_MS = 2 * DAY_MS
"""For how long after a report edits of it are taken over."""


def edits(db: Db, feed_id: int, reworded: Sequence[Entry], now: int) -> list[Edited]:
    """See `IngestTx.retitle`. In the order of their stories, so that no two transactions wait for each other."""
    entries = {signed(key): entry for entry in reworded for key in story_keys(entry)}
    params = {"keys": dumps([*entries]), "feed": feed_id, "after": now - _EDITED_MS}
    known = {row[1]: row for row in db.execute(sql.REWORDED, params).fetchall()}
    found: list[Edited] = []
    for key, number, story, title, text, content, url in known.values():
        entry = entries[key]
        if entry.title != title and is_edit(entry.title, title) and _there(entry, url):
            earlier = replace(entry, title=title, summary=text, content=content)
            found.append(Edited(number, story, entry, earlier, _written(db, number, story, entry, title, url)))
    return found


def _there(entry: Entry, url: str) -> bool:
    """Whether an entry may be an edit of the report at an address: an official act must have the same address."""
    return not fact(entry.facts, "act") or canonical(entry.url) == canonical(url)


def others(db: Db, feed_id: int, entries: Sequence[Entry]) -> list[bool]:
    """See `IngestTx.others`."""
    names = {"outlets": dumps([entry.source for entry in entries]), "guids": dumps([entry.id for entry in entries])}
    rows = db.execute(sql.SHOWN_AS, names | {"feed": feed_id}).fetchall()
    earlier = {guid: (title, at) for guid, title, at in rows}
    return [entry.id in earlier and _is_other(entry, *earlier[entry.id]) for entry in entries]


def _is_other(entry: Entry, title: str, at: int) -> bool:
    return entry.published is not None and entry.published > at and is_other(entry.title, title)


def _written(db: Db, number: int, story: int, entry: Entry, earlier: str, url: str) -> bool:
    """Write an edit; True if it changes the story's headline. A model's summary, of the old words, is then dropped."""
    words = {"id": number, "title": entry.title, "text": entry.summary, "content": entry.content}
    db.execute(sql.REWORD, words)
    db.execute(sql.DROP_TEXT, {"entries": dumps([number])})
    given = {"story": story, "title": entry.title, "earlier": earlier, "url": url, "lang": entry.lang}
    if not db.execute(sql.RETITLE, given | {"summary": entry_summary(entry)}).rowcount:
        return False
    db.execute(read.DROP, {"key": f"{TOLD}{story}"})
    return True
