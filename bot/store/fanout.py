"""Who is told of stories: deliveries for channels that subscribe, of all stories of a transaction at once.

What nobody asked for costs two looks for all of them together. A story is told of as it is at the end of its
transaction, once, however many reports it got there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.ports import FanOut
from bot.store import queries as sql
from bot.store.bulk import Params
from bot.store.db import Db
from bot.store.rows import dumps


class _Story(NamedTuple):
    """A story's present id, and whether a rule with subscribers ever hit it, any channel was told of it."""

    id: int
    heard: bool
    told: bool


def fan_out(db: Db, asked: Sequence[FanOut]) -> list[int]:
    """See `bot.ports.IngestTx.fan_out_all`. All that decides who is told was written."""
    stories = _stories(db, {one.story_id for one in asked})
    heard = _heard(db, {rule for one in asked for rule in one.rules})
    numbers: dict[_Story, list[int]] = {}
    for number, one in enumerate(asked):
        numbers.setdefault(stories[one.story_id], []).append(number)
    told = [0] * len(asked)
    for story, mine in numbers.items():
        first = [number for number in mine if asked[number].kind == "new"]
        again = [number for number in mine if asked[number].kind != "new"]
        rules = sorted({rule for number in first for rule in asked[number].rules} & heard)
        if rules:
            told[first[0]] = _told_first(db, sql.FAN_OUT_NEW, story, asked[first[0]], {"rules": dumps(rules)})
        if again:
            known = story._replace(told=story.told or any(told[number] for number in first))
            told[again[0]] = _told_again(db, known, asked[again[0]])
    return told


def _stories(db: Db, stories: set[int]) -> dict[int, _Story]:
    if not stories:
        return {}
    found = db.execute(sql.STORIES_NOW, {"stories": dumps(sorted(stories))})
    return {row[0]: _Story(row[1], bool(row[2]), bool(row[3])) for row in found}


def _heard(db: Db, rules: set[str]) -> set[str]:
    """Those rules, of some, that have subscribers."""
    return {row[0] for row in db.execute(sql.HEARD, {"rules": dumps(sorted(rules))})} if rules else set()


def _told_first(db: Db, statement: str, story: _Story, ask: FanOut, more: Params) -> int:
    """Deliveries for channels that were told nothing of a story."""
    params = {"story": story.id, "now": ask.now, "cap": ask.burst}
    return _queue(db, statement, params | more, "new")


def _told_again(db: Db, story: _Story, ask: FanOut) -> int:
    """Deliveries of a story that grew: for channels whose filters held it until now, and for those that were told."""
    told = _told_first(db, sql.FAN_OUT_HELD, story, ask, {}) if story.heard else 0
    if not (told or story.told):
        return 0
    params: Params = {"story": story.id, "now": ask.now, "cap": ask.burst}
    told += _queue(db, sql.FAN_OUT_RAISED, params, "new") + _queue(db, sql.FAN_OUT_RISEN, params, "update")
    due = ask.now + ask.after_ms if ask.after_ms else 0
    return told + _queue(db, sql.FAN_OUT_UPDATE, params | {"due": due}, "update")


def _queue(db: Db, statement: str, params: Params, kind: str) -> int:
    queued = db.execute(statement, params).rowcount
    if queued:
        db.execute(sql.WAKE_LANES, {"story": params["story"], "kind": kind, "now": params["now"]})
    return queued
