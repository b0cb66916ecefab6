"""Decides who is told of stories: writes deliveries for subscribed channels, for all stories of a transaction at once.

If nobody asked for any of them, this costs two queries in total. A story is told once, as it is at the end of its
transaction, however many reports it got there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.ports import FanOut
from bot.store.bulk import Params
from bot.store.db import Db
from bot.store.rows import dumps
from bot.store.sql import queries as sql

_Statement = tuple[str, Params]


class _Story(NamedTuple):
    """A story's present id, whether a rule with subscribers ever hit it, and whether any channel was told of it."""

    id: int
    heard: bool
    told: bool


def fan_out(db: Db, asked: Sequence[FanOut]) -> list[int]:
    """See `bot.ports.IngestTx.fan_out`. Everything that decides who is told must be written before."""
    stories = _stories(db, {one.story_id for one in asked})
    heard = _heard(db, {rule for one in asked for rule in one.rules})
    numbers: dict[_Story, list[int]] = {}
    for number, one in enumerate(asked):
        numbers.setdefault(stories[one.story_id], []).append(number)
    told = [0] * len(asked)
    waking: list[_Statement] = []
    for story, mine in numbers.items():
        if steps := list(_steps(story, mine, asked, heard)):
            waking = _queue(db, waking, steps, told)
    if waking:
        db.changes(waking)
    return told


class _Step(NamedTuple):
    """A statement that queues deliveries of a kind for a story, and the number of the `FanOut` that they count for."""

    statement: str
    params: Params
    kind: str
    number: int


def _steps(story: _Story, mine: Sequence[int], asked: Sequence[FanOut], heard: set[str]) -> Iterator[_Step]:
    """The steps for one story, for the asks with these numbers: first all that is `new` together, then its updates."""
    first = [number for number in mine if asked[number].kind == "new" and not asked[number].told]
    again = [number for number in mine if asked[number].kind != "new"]
    rules = sorted({rule for number in first for rule in asked[number].rules} & heard)
    if rules:
        yield _Step(sql.FAN_OUT_NEW, _new(story, asked[first[0]], rules), "new", first[0])
    for number in mine:
        ask = asked[number]
        if ask.told and (known := sorted(heard.intersection(ask.rules))):
            told: Params = {"stories": dumps(list(ask.told)), "told": len(ask.told)}
            yield _Step(sql.FAN_OUT_RETOLD, _new(story, ask, known) | told, "new", number)
    if again:
        yield from _again(story, asked[again[0]], again[0], anew=bool(rules))


def _new(story: _Story, ask: FanOut, rules: Sequence[str]) -> Params:
    return {"story": story.id, "now": ask.now, "cap": ask.burst, "rules": dumps(rules)}


def _again(story: _Story, ask: FanOut, number: int, *, anew: bool) -> Iterator[_Step]:
    """The steps for a story that grew: for channels whose filters held it until now, and for those that were told.

    `anew`: some channels may have been told just now. A story that waits for a digest is told at once if another of its
    rules asks for that.
    """
    params: Params = {"story": story.id, "now": ask.now, "cap": ask.burst}
    if story.heard:
        yield _Step(sql.FAN_OUT_HELD, params, "new", number)
    if story.told or anew:
        yield _Step(sql.FAN_OUT_RAISED, params, "new", number)
    if story.told:
        due = ask.now + ask.after_ms if ask.after_ms else 0
        yield _Step(sql.FAN_OUT_RISEN, params, "update", number)
        yield _Step(sql.FAN_OUT_UPDATE, params | {"due": due, "every": ask.every_ms}, "update", number)


def _queue(db: Db, waking: list[_Statement], steps: Sequence[_Step], told: list[int]) -> list[_Statement]:
    """Wake the lanes of the story before, whose alerts count in a channel's burst, then queue a story's deliveries.

    Returns the statements that wake the lanes of this story.
    """
    queued = db.changes([*waking, *((step.statement, step.params) for step in steps)])[len(waking) :]
    wakes: dict[tuple[str, int], _Statement] = {}
    for step, n in zip(steps, queued, strict=True):
        told[step.number] += n
        if n:
            given = {"story": step.params["story"], "kind": step.kind, "now": step.params["now"]}
            wakes[step.kind, step.params["now"]] = (sql.WAKE_LANES, given)
    return list(wakes.values())


def _stories(db: Db, stories: set[int]) -> dict[int, _Story]:
    if not stories:
        return {}
    found = db.execute(sql.STORIES_NOW, {"stories": dumps(sorted(stories))})
    return {row[0]: _Story(row[1], bool(row[2]), bool(row[3])) for row in found}


def _heard(db: Db, rules: set[str]) -> set[str]:
    """Those of `rules` that have subscribers."""
    return {row[0] for row in db.execute(sql.HEARD, {"rules": dumps(sorted(rules))})} if rules else set()
