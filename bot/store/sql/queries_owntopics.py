"""The SQL text of names that people gave to queries (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

from bot.store.sql.queries import EACH

# ruff: noqa: S608 - these are constants made of constants; values are always bound

RENAME = "update memory set text = :text where key = :key and text = :before"
SUBSCRIBED_BY_NAME = """
    select s.id, s.channel_id, r.name, q.text
    from channel as c join subscription as s on s.channel_id = c.id join rule as r on r.id = s.rule_id join query as q
        on q.id = case when r.name like 'query:%' then cast(substr(r.name, 7) as integer) end
    where ((c.platform = :platform and c.scope = :scope) or (c.platform = 'webhook' and c.scope = :hooks))
        and s.label = :name and q.text <> s.label
    order by s.id"""
"""A subscription whose label is the query's own text has no name for it."""
RELABEL = "update subscription set label = :label where channel_id = :channel and rule_id = :rule_id"
MOVE_THREAD = """
    update thread set rule_id = :rule_id where channel_id = :channel and rule_id = :old and not exists (
        select 1 from thread as t where t.channel_id = :channel and t.rule_id = :rule_id)"""
LOG = "select text from memory where key = :key /* locked */"
USED = f"""
    select q.id, q.text from query as q where q.id in {EACH.format("queries")} and exists (
        select 1 from rule as r join subscription as s on s.rule_id = r.id where r.name = 'query:' || q.id)
    order by q.id"""
