"""Digests: when their time comes, held alerts become one delivery; the same transaction begins the next period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import get_args

from bot.core.commands.cadence import Phase, cadence_of, digest_kind, phase
from bot.core.language.zones import zone_of
from bot.core.message import SEVERITIES, Alert, DigestKind, DigestLine, Thread
from bot.core.units import DAY_MS
from bot.ports import Delivery
from bot.store import rows
from bot.store.db import Db
from bot.store.pace import locked
from bot.store.part import Part, reads
from bot.store.sql import queries_outbox as sql
from bot.store.threads import thread_of

_FAR_MS = 9 * DAY_MS  # nothing is held for longer than a week and a night


class Digests(Part):
    """See `bot.ports.Outbox`."""

    async def turn(self, now: int) -> int:
        params = {"now": now, "far": now + _FAR_MS}
        if not await self.read(lambda db: [*db.execute(sql.HELD, params), *db.execute(sql.TURNING, params)]):
            return 0

        def work(db: Db) -> int:
            locked(db, "turn")
            made = _gathered(db, params)
            for number, options, settings in db.execute(sql.TURNING, params).fetchall():
                db.execute(sql.TURN, phase_of(options, settings, now)._asdict() | {"id": number})
            return made

        return await self.write(work)

    @reads
    def next_turn(self, db: Db) -> int:
        return int(db.execute(sql.NEXT_TURN).fetchone()[0] or 0)


def phase_of(options: str, settings: str, now: int) -> Phase:
    """The phase of a subscription, from its options and its channel's settings as stored. An unknown zone is UTC."""
    zone = zone_of(rows.loads(settings).get("timezone", "")) or UTC
    return phase(cadence_of(rows.loads(options)), zone, now)


def _gathered(db: Db, params: dict[str, int]) -> int:
    """Make one digest for each channel of all that was held for it until now; returns how many digests."""
    made = db.execute(sql.ADD_DIGESTS, params).fetchall()
    if not made:
        return 0
    db.execute(sql.GATHER, params | {"channels": rows.dumps([channel for _, channel in made])})
    for digest, channel in made:
        one = {"digest": digest, "channel": channel}
        db.execute(sql.NAME_DIGEST, one | {"reason": _kind(db, one)})
        db.execute(sql.SET_DUE, one)
    return len(made)


def _kind(db: Db, params: dict[str, int]) -> DigestKind:
    """The kind of period that a digest ends. Call it before the next periods begin, while the ended ones are known."""
    modes = [(until, cadence_of(rows.loads(options)).mode) for until, options in db.execute(sql.HOLDING, params)]
    return digest_kind(db.execute(sql.HELD_FOR, params).fetchall(), modes)


def _thread(db: Db, delivery: Delivery, lines: Sequence[DigestLine]) -> Thread | None:
    """The thread of the one rule that all stories of a digest are of; a mixed digest goes to the channel itself."""
    wishes = [(rule, rows.loads(options)) for rule, options in db.execute(sql.WISHES, {"channel": delivery.channel_id})]
    rules = {line.rule for line in lines}
    thread = thread_of(db, delivery, [wish for wish in wishes if {wish[0]} == rules])
    return thread if thread and thread.mode == "topic" else None


def digest_of(db: Db, delivery: Delivery) -> Alert | None:
    """What a digest says: its stories, gravest and most reported first; None when none is left to tell."""
    params = {"id": delivery.id, "channel": delivery.channel_id}
    labels = {number: (rule, label) for number, rule, label in db.execute(sql.DIGEST_LABELS, params)}
    lines = tuple(
        DigestLine(*labels[by], story, title, url, outlets, SEVERITIES[rank], at)
        for story, title, url, rank, at, _, outlets, by in db.execute(sql.DIGEST_STORIES, params)
        if by in labels
    )
    if not lines:
        return None
    since, held = db.execute(sql.DIGEST_SINCE, params).fetchone()
    reason = db.execute(sql.DIGEST_REASON, params).fetchone()[0]
    return Alert(
        delivery_id=delivery.id,
        kind="digest",
        story_id=0,
        title=f"{len(lines)} {'stories' if len(lines) > 1 else 'story'}",
        url="",
        summary="",
        outlets=(),
        topics=(),
        published=delivery.created_at,
        severity=max((line.severity for line in lines), key=rows.rank_of),
        lines=lines,
        since=since,
        thread=_thread(db, delivery, lines),
        digest=reason if reason in get_args(DigestKind) else "digest",
        told=held,
    )
