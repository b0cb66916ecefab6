"""Decides which thread an alert goes into. A thread for all alerts of a rule is a row, opened by its own delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.message import Alert, Thread, TopicLine
from bot.core.units import DAY_MS
from bot.ports import Delivery
from bot.store.db import Db
from bot.store.sql import queries_outbox as sql

_AGAIN_MS = DAY_MS
"""How long after a refusal the next try to open a thread may come."""


def thread_of(db: Db, delivery: Delivery, wishes: Sequence[tuple[str, Mapping[str, str]]]) -> Thread | None:
    """The thread of the first of these subscriptions (rule, options) that wants one; None for the channel itself."""
    for rule, options in wishes:
        if options.get("thread") == "story":
            return Thread("story")
        if options.get("thread") == "topic":
            return _shared(db, delivery, rule)
    return None


def _shared(db: Db, delivery: Delivery, rule: str) -> Thread:
    row = db.execute(sql.THREAD, {"channel": delivery.channel_id, "rule": rule}).fetchone()
    if row is None:
        return Thread("topic", rule, "", opens=True)
    ref, state, settled_at = row
    return Thread("topic", rule, ref, opens=not ref and _opens(state, settled_at, delivery.created_at))


def _opens(state: str | None, settled_at: int | None, now: int) -> bool:
    """Whether to open a thread: not within a day of a refusal, and never if it may be open already, unseen."""
    if state == "dead":
        return settled_at is None or settled_at < now - _AGAIN_MS
    return state not in ("ambiguous", "sent")


def opening_of(db: Db, delivery: Delivery) -> Alert | None:
    """The alert that opens a thread; None when the thread's subscription no longer exists."""
    row = db.execute(sql.THREAD_OF, {"id": delivery.id}).fetchone()
    if row is None:
        return None
    rule, label = row
    return Alert(
        delivery_id=delivery.id,
        kind="thread",
        story_id=0,
        title=label,
        url="",
        summary="",
        outlets=(),
        topics=(TopicLine(rule, label, ()),),
        published=delivery.created_at,
    )
