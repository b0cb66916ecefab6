"""The SQL text of shard leases (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

LEAVE = "delete from hearer where bot = :bot and (until <= :now or until > :far)"
JOIN = """
    insert into hearer (bot, name, until) values (:bot, :owner, :until)
    on conflict (bot, name) do update set until = excluded.until"""
JOINED = "select count(*) from hearer where bot = :bot and name = :owner"
HEARERS = "select count(*) from hearer where bot = :bot"
QUIT = "delete from hearer where bot = :bot and name = :owner"

BLOCKS = """
    select block, width, shards, lease_no, case when lease_until > :now and lease_until <= :far then lease_until
        else 0 end, lease_by from shard where bot = :bot order by block"""
CLEAR = "delete from shard where bot = :bot"
ADD = "insert into shard (bot, block, width, shards) values (:bot, :block, :width, :shards)"
RENEW = "update shard set lease_until = :until where bot = :bot and lease_by = :owner and block = :block"
TAKE = """
    update shard set lease_until = :until, lease_by = :owner, lease_no = lease_no + 1
    where bot = :bot and block = :block returning lease_no"""
GIVE = "update shard set lease_until = 0 where bot = :bot and lease_by = :owner and block = :block"
GIVE_ALL = "update shard set lease_until = 0 where bot = :bot and lease_by = :owner"
