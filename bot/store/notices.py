"""Notices about sources (`bot.ports.notices.Notices`): told once, through the outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.errors import StoreError
from bot.core.message import Alert
from bot.core.polling.silence import Told
from bot.ports import Delivery
from bot.ports.notices import Dependant, Notice, Unheard
from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part, reads, writes
from bot.store.sql import queries_notices as sql
from bot.store.sql import queries_outbox as outbox

_OFF = "off"


class Noticeboard(Part):
    """See `bot.ports.notices.Notices`."""

    @reads
    def told(self, db: Db) -> Mapping[int, Told]:
        return {row[0]: Told(*row[1:]) for row in db.execute(sql.TOLD)}

    @reads
    def dependants(self, db: Db, feeds: Sequence[int], since: int) -> list[Dependant]:
        return _dependants(db, sql.DEPENDANTS, {"feeds": rows.dumps(list(feeds)), "since": since})

    @reads
    def awaiting(self, db: Db, feeds: Sequence[int]) -> list[Dependant]:
        return _dependants(db, sql.AWAITING, {"feeds": rows.dumps(list(feeds))})

    @reads
    def unheard(self, db: Db) -> list[Unheard]:
        return [Unheard(rows.channel(row), row[6], _person(row[7])) for row in db.execute(sql.UNHEARD)]

    @writes
    def tell_owner(self, db: Db, one: Unheard, title: str, text: str, now: int) -> bool:
        platform, scope, ref = one.owner
        if not db.execute(sql.FORGET_OWNER, {"channel": one.channel.id}).rowcount:
            return False
        there = {"platform": platform, "scope": scope, "ref": ref, "name": ""}
        person = rows.channel(db.execute(outbox.ADD_CHANNEL, there).fetchall()[0])
        queue(db, Notice(person.id, (), title, text), now)
        return True

    async def notify(self, fell: Sequence[int], back: Sequence[int], notices: Sequence[Notice], now: int) -> bool:
        def work(db: Db) -> None:
            for feed, statement in [*((feed, sql.FALL) for feed in fell), *((feed, sql.RETURN) for feed in back)]:
                if not db.execute(statement, {"feed": feed, "now": now}).rowcount:
                    raise StoreError(f"feed {feed} was told of by another process", "lease")
            for notice in notices:
                queue(db, notice, now)
            for feed in back:
                db.execute(sql.AWAITED, {"feed": feed})

        try:
            await self.write(work)
        except StoreError as error:
            if error.kind != "lease":
                raise
            return False
        return True


def notice_of(db: Db, delivery: Delivery) -> Alert | None:
    """What a notice says."""
    row = db.execute(sql.NOTICE, {"id": delivery.id}).fetchone()
    return row and Alert(delivery.id, "notice", 0, row[0], "", row[1], (), (), delivery.created_at)


def _dependants(db: Db, statement: str, params: dict[str, object]) -> list[Dependant]:
    every = [Dependant(row[0], rows.channel(row[1:])) for row in db.execute(statement, params)]
    return [one for one in every if one.channel.settings.get("notices") != _OFF]


def _person(text: str) -> tuple[str, str, str]:
    platform, scope, ref = text.split(" ")
    return platform, scope, ref


def queue(db: Db, notice: Notice, now: int) -> None:
    """Queue a notice in its channel's lane."""
    params = {"channel": notice.channel, "now": now}
    for (number,) in db.execute(sql.ADD_NOTICE_DELIVERY, params).fetchall():
        db.execute(sql.ADD_NOTICE, {"id": number, "title": notice.title, "text": notice.text})
        db.execute(outbox.SET_DUE, params)
    for feed in () if notice.back else notice.feeds:
        db.execute(sql.AWAIT, params | {"feed": feed})
