"""Passes entries from the program that fetches them to the one that places them, where these are two."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import astuple, replace

from bot.core.model import Entry
from bot.ports import Found
from bot.store.db import Db
from bot.store.rows import dumps
from bot.store.sql import queries as sql


def put(db: Db, feed_id: int, entries: Iterable[Found]) -> None:
    """Leave entries, in order."""
    rows = [
        {"feed": feed_id, "entry": dumps(astuple(one.entry)), "keys": dumps(one.keys), "push": int(one.push)}
        for one in entries
    ]
    db.conn.executemany(sql.PUT_INBOX, rows)


def taken(db: Db, n: int) -> list[tuple[int, Found]]:
    """Take the oldest `n` that no other program is taking, each with its feed. They are gone when the transaction ends.

    If another program holds older ones of a feed, none of it are taken: a feed's entries are told in its own order.
    """
    rows = sorted(db.execute(sql.FIND_INBOX, {"n": n}).fetchall())
    if not rows:
        return []
    found = {row[0] for row in rows}
    older = (row for row in db.execute(sql.BEFORE_INBOX, {"last": rows[-1][0]}) if row[0] not in found)
    first = {feed: number for number, feed in sorted(older, reverse=True)}
    mine = [row for row in rows if row[0] < first.get(row[1], row[0] + 1)]
    db.execute(sql.DROP_INBOX, {"ids": dumps([row[0] for row in mine])})
    return [(feed, Found(_entry(entry), tuple(json.loads(keys)), bool(push))) for _, feed, entry, keys, push in mine]


def _entry(text: str) -> Entry:
    *fields, facts = json.loads(text)
    return replace(Entry(*fields), facts=tuple((name, value) for name, value in facts))
