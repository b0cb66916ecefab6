"""Channels and what they asked for (`bot.ports.Subscriptions`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.core.model import BY_HAND, Channel, Subscription
from bot.core.units import HOUR_MS
from bot.ports.owntopics import Home
from bot.store import rows
from bot.store.db import Db
from bot.store.digests import phase_of
from bot.store.ingest import rule_id, story_now
from bot.store.owntopics import changed, forget_names
from bot.store.part import Part, reads, writes
from bot.store.sql import queries_feedback as feedback
from bot.store.sql import queries_outbox as sql
from bot.store.sql import queries_read

_LATE = 100  # so many subscriptions may become visible after newer ones
_STALE_MS = 48 * HOUR_MS  # what waited longer in a paused channel, or muted, is not sent after it


class Channels(Part):
    """See `bot.ports.Subscriptions`."""

    async def channel(self, platform: str, scope: str, ref: str, name: str = "") -> Channel:
        """See `Subscriptions`. A new name replaces the old one; "" leaves it."""
        params = {"platform": platform, "scope": scope, "ref": ref, "name": name}
        known = await self.find_channel(platform, scope, ref)
        if known is not None and name in ("", known.name):
            return known
        return await self.write(lambda db: rows.channel(db.execute(sql.ADD_CHANNEL, params).fetchall()[0]))

    @reads
    def find_channel(self, db: Db, platform: str, scope: str, ref: str) -> Channel | None:
        row = db.execute(sql.FIND_CHANNEL, {"platform": platform, "scope": scope, "ref": ref}).fetchone()
        return rows.channel(row) if row else None

    @writes
    def configure(self, db: Db, channel: Channel, settings: Mapping[str, str]) -> Channel:
        held = rows.loads(db.execute(sql.SETTINGS, {"channel": channel.id}).fetchone()[0])
        kept = {key: value for key, value in (held | dict(settings)).items() if value}
        params = {"channel": channel.id, "settings": rows.dumps(kept), "cap": int(kept.get("burst", -1))}
        db.execute(sql.TURN_AGAIN, params)  # the time zone may have changed
        return rows.channel(db.execute(sql.CONFIGURE, params).fetchall()[0])

    @writes
    def subscribe(
        self, db: Db, channel: Channel, rule: str, label: str, options: Mapping[str, str], now: int
    ) -> Subscription:
        """See `Subscriptions`."""
        params = _params(channel, rule, label, options, now)
        before = _subscribed(db, params)
        db.execute(sql.SUBSCRIBE, params | {"rule_id": rule_id(db, rule)})
        by_hand = db.execute(sql.PAUSED, params).fetchone()[0] == BY_HAND
        _pause(db, channel, *((BY_HAND, "") if by_hand else ("", BY_HAND)), now)
        after = _subscribed(db, params)
        if after is None:
            raise AssertionError("what was just inserted is there")
        return after if before else replace(after, id=db.own_id("subscription", after.id))  # buttons name it for ever

    @writes
    def amend(
        self,
        db: Db,
        channel: Channel,
        subscription_id: int,
        rule: str,
        label: str,
        options: Mapping[str, str],
        now: int,
    ) -> Subscription | None:
        params = _params(channel, rule, label, options, now) | {"id": subscription_id}
        before = db.execute(sql.SUBSCRIPTION_BY_ID, params).fetchone()
        if before is None:
            return None
        numbered = params | {"rule_id": rule_id(db, rule), "old": rule_id(db, before[2])}
        if not db.execute(sql.REPLACE_RULE, numbered).rowcount:
            return None
        db.execute(sql.SUBSCRIBE, numbered)
        for statement in (feedback.MOVE_TASTES, sql.CARRY):
            db.execute(statement, numbered)
        if before[2] != rule:
            changed(db, rule)
        return _subscribed(db, params)

    @writes
    def relabel(self, db: Db, subscription: Subscription, label: str) -> None:
        db.execute(sql.RELABEL, {"id": subscription.id, "was": subscription.label, "label": label})

    @writes
    def unsubscribe(self, db: Db, subscription_id: int, channel: Channel) -> bool:
        """End a subscription of this channel; False when it has none with this id."""
        return db.execute(sql.UNSUBSCRIBE, {"id": subscription_id, "channel": channel.id}).rowcount > 0

    @reads
    def subscriptions(self, db: Db, channel: Channel | None = None) -> list[tuple[Channel, Subscription]]:
        """All subscriptions, or one channel's, oldest first."""
        return _pairs(db, sql.ALL_SUBSCRIPTIONS, {"channel": channel.id if channel else None})

    @reads
    def subscriptions_in(self, db: Db, platform: str, scope: str) -> list[tuple[Channel, Subscription]]:
        return _pairs(db, sql.SUBSCRIPTIONS_IN, {"platform": platform, "scope": scope})

    @reads
    def scopes(self, db: Db, platform: str) -> list[str]:
        return [row[0] for row in db.execute(sql.SCOPES, {"platform": platform})]

    async def forget_scope(self, platform: str, scope: str) -> int:
        """See `Subscriptions`. In steps so small that sends and polls can run in between."""
        whose, gone = f"{platform}:{scope}", 0
        params = {"platform": platform, "scope": scope, "judges": f"{whose}:"}

        def work(db: Db) -> None:
            for statement in (sql.FORGET_OWNERS, feedback.FORGET_JUDGES):
                db.execute(statement, params)
            db.execute(queries_read.DROP_ALL, rows.within(f"webhook.{whose}."))
            forget_names(db, Home(platform, scope))

        await self.write(work)
        while await self.write(lambda db: db.execute(sql.FORGET_LEFT, params).rowcount) > 0:
            gone += 1
        return gone

    @writes
    def rouse(self, db: Db, platform: str, because: str = "") -> int:
        return db.execute(sql.ROUSE, {"platform": platform, "because": because}).rowcount

    @writes
    def pause(self, db: Db, channel: Channel, reason: str, but: str = "") -> int:
        """See `Subscriptions`. What waited for more than two days is not sent when the channel goes on."""
        return _pause(db, channel, reason, but, self._clock())

    @writes
    def mute(self, db: Db, channel: Channel, story_id: int, on: bool, now: int) -> bool:
        """See `Subscriptions`. Waiting deliveries of this story are not sent, unless it is unmuted in time."""
        params = {"channel": channel.id, "story": story_now(db, story_id), "now": now}
        if not on:
            unmuted = db.execute(sql.UNMUTE, params).rowcount > 0
            for statement in (sql.TAKE_MUTED, sql.SET_DUE) if unmuted else ():
                db.execute(statement, params | {"before": now - _STALE_MS})
            return unmuted
        db.execute(sql.DROP_MUTED, params)
        return db.execute(sql.MUTE, params).rowcount > 0

    @writes
    def query(self, db: Db, text: str) -> int:
        return int(db.execute(sql.ADD_QUERY, {"text": text}).fetchall()[0][0])

    @reads
    def queries_since(self, db: Db, newest: int) -> tuple[int, list[tuple[int, str]]]:
        (last,) = db.execute(sql.NEWEST_SUBSCRIPTION).fetchone()
        return last, db.execute(sql.QUERIES_SINCE, {"since": min(newest, last) - _LATE}).fetchall()

    @reads
    def queries(self, db: Db) -> list[tuple[int, str]]:
        return [(row[0], row[1]) for row in db.execute(sql.QUERIES)]


def _pause(db: Db, channel: Channel, reason: str, but: str, now: int) -> int:
    """See `Subscriptions.pause`."""
    params = {"channel": channel.id, "paused": reason, "but": but}
    if not reason:
        _expire(db, channel, now)
    db.execute(sql.PAUSE_CHANNEL, params)
    return db.execute(sql.PAUSE, params).rowcount


def _expire(db: Db, channel: Channel, now: int) -> None:
    """Before a channel's pause ends: drop the deliveries that waited for too long to be news."""
    params = {"channel": channel.id, "now": now, "before": now - _STALE_MS}
    for statement in (sql.EXPIRE, sql.EXPIRE_HELD, sql.SET_DUE):
        db.execute(statement, params)


def _params(channel: Channel, rule: str, label: str, options: Mapping[str, str], now: int) -> dict[str, object]:
    """The parameters of `SUBSCRIBE`, without the rule's number."""
    params = {"channel": channel.id, "rule": rule, "label": label, "now": now} | rows.option_params(options)
    return params | phase_of(rows.dumps(dict(options)), rows.dumps(dict(channel.settings)), now)._asdict()


def _pairs(db: Db, statement: str, params: Mapping[str, object]) -> list[tuple[Channel, Subscription]]:
    return [(rows.channel(row[:6]), rows.subscription(row[6:])) for row in db.execute(statement, params)]


def _subscribed(db: Db, params: dict[str, object]) -> Subscription | None:
    row = db.execute(sql.SUBSCRIBED, params).fetchone()
    return rows.subscription(row) if row else None
