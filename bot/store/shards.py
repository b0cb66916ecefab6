"""Leases of shard blocks (`bot.ports.Shards`): who may hear what, decided by one program at a time."""

from __future__ import annotations

from typing import NamedTuple

from bot.ports.shards import ShardAsk, Share
from bot.store.db import Db
from bot.store.pace import locked
from bot.store.part import Part, writes
from bot.store.sql import queries_shards as sql

Params = dict[str, object]


class Block(NamedTuple):
    """A row; `until` is 0 when nobody has the block."""

    number: int
    width: int
    shards: int
    lease_no: int
    until: int
    owner: str


class ShardRows(Part):
    """See `bot.ports.Shards`."""

    @writes
    def lease_shards(self, db: Db, ask: ShardAsk, now: int) -> Share:
        """See `Shards`. A lease longer than any can be was made by a wrong clock, and is ignored."""
        params: Params = {
            "bot": ask.bot,
            "owner": ask.owner,
            "now": now,
            "until": now + ask.lease_ms,
            "far": now + 2 * ask.lease_ms,
        }
        locked(db, f"shards:{ask.bot}")
        db.execute(sql.LEAVE, params)
        new = db.execute(sql.JOINED, params).fetchall()[0][0] == 0
        db.execute(sql.JOIN, params)
        hearers = int(db.execute(sql.HEARERS, params).fetchall()[0][0])
        return _shared(db, ask, params, hearers, most=1 if new else ask.shards)

    @writes
    def release_shards(self, db: Db, bot: str, owner: str) -> None:
        for statement in (sql.GIVE_ALL, sql.QUIT):
            db.execute(statement, {"bot": bot, "owner": owner})


def _shared(db: Db, ask: ShardAsk, params: Params, hearers: int, most: int) -> Share:
    blocks = _blocks(db, ask, params)
    mine = [block for block in blocks if block.until and block.owner == ask.owner]
    fair = -(-len(blocks) // hearers)
    kept = mine[: max(fair, len(mine) - 1)]
    for block in mine[len(kept) :]:
        db.execute(sql.GIVE, params | {"block": block.number})
    for block in kept:
        db.execute(sql.RENEW, params | {"block": block.number})
    held = {block.number: block.lease_no for block in kept}
    free = [block for block in blocks if not block.until][: max(0, min(most, fair - len(kept)))]
    for block in free:
        held[block.number] = db.execute(sql.TAKE, params | {"block": block.number}).fetchall()[0][0]
    theirs = [block.until for block in blocks if block.until and block.owner != ask.owner]
    next_at = min(theirs, default=0)
    return Share(blocks[0].shards, blocks[0].width, held, int(str(params["until"])), next_at)


def _blocks(db: Db, ask: ShardAsk, params: Params) -> list[Block]:
    """The bot's blocks, divided anew as asked if nobody hears."""
    found = [Block(*row) for row in db.execute(sql.BLOCKS, params)]
    cut = (ask.width, ask.shards)
    if any(block.until for block in found) or (found and (found[0].width, found[0].shards) == cut):
        return found
    db.execute(sql.CLEAR, params)
    for number in range(-(-ask.shards // ask.width)):
        db.execute(sql.ADD, params | {"block": number, "width": ask.width, "shards": ask.shards})
    return [Block(*row) for row in db.execute(sql.BLOCKS, params)]
