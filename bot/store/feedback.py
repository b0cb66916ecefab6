"""Tastes, followed stories and labelled pairs (`bot.ports.feedback.Feedback`)."""

from __future__ import annotations

from bot.core.model import Channel
from bot.ports.feedback import Labelled, Taste
from bot.store import rows
from bot.store.db import Db
from bot.store.ingest import rule_id, story_now
from bot.store.part import Part, reads, writes
from bot.store.sql import queries_feedback as sql
from bot.store.sql import queries_outbox as outbox
from bot.store.sql import queries_read as read

_TIMELINE = 1_000


class Feedbacks(Part):
    """See `bot.ports.feedback.Feedback`."""

    @writes
    def taste(self, db: Db, channel: Channel, rule: str, outlet: str, delta: int, now: int) -> None:
        params = {"channel": channel.id, "outlet": outlet, "delta": delta, "now": now}
        statement = sql.SET_TASTE if delta else sql.DROP_TASTE
        db.execute(statement, params | {"rule": rule_id(db, rule)})

    @reads
    def tastes(self, db: Db, channel: Channel) -> list[Taste]:
        """A channel's tastes, by rule and outlet."""
        return [Taste(*row) for row in db.execute(sql.TASTES, {"channel": channel.id})]

    @writes
    def follow(self, db: Db, channel: Channel, story_id: int, on: bool, now: int) -> bool:
        params = {"channel": channel.id, "story": story_now(db, story_id), "now": now}
        if not on:
            return db.execute(sql.UNFOLLOW, params).rowcount > 0
        if not db.execute(sql.FOLLOW, params).rowcount:
            return False
        db.execute(sql.RAISE_FOLLOWED, params)
        db.execute(outbox.ENQUEUE, params)
        db.execute(outbox.SET_DUE, params)
        return True

    @writes
    def label_pair(self, db: Db, a: int, b: int, same: bool, by: str, at: int) -> None:
        db.execute(sql.ADD_PAIR, {"a": min(a, b), "b": max(a, b), "same": int(same), "by": by, "at": at})

    @reads
    def labelled(self, db: Db) -> list[Labelled]:
        pairs = list(db.execute(sql.PAIRS))
        ids = rows.dumps(sorted({entry for pair in pairs for entry in pair[:2]}))
        found = map(rows.entry, db.execute(read.ENTRIES, {"entries": ids}))
        known = {number: entry for number, _, entry in found}
        both = (pair for pair in pairs if pair[0] in known and pair[1] in known)
        return [Labelled(known[a], known[b], bool(same), by, at) for a, b, same, by, at in both]

    @reads
    def entry_ids(self, db: Db, story_id: int) -> list[int]:
        """See `Feedback`. At most 1,000."""
        return [row[0] for row in db.execute(sql.ENTRY_IDS, {"story": story_id, "n": _TIMELINE})]
