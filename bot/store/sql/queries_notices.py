"""The SQL text of notices (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

from bot.store.sql.queries import AMONG_NAMES, EACH
from bot.store.sql.queries_outbox import CHANNEL

# ruff: noqa: S608 - these are constants made of constants; values are always bound

_CHANNEL = ", ".join(f"c.{name.strip()}" for name in CHANNEL.split(","))
_LISTENS = "c.paused = '' and exists (select 1 from subscription as s where s.channel_id = c.id and s.paused = '')"

TOLD = "select feed_id, silent_at, back_at from silence"
AWAITING = f"""
    select a.feed_id, {_CHANNEL} from awaiting as a join channel as c on c.id = a.channel_id
    where a.feed_id in {EACH.format("feeds")} and {_LISTENS} order by c.id, a.feed_id"""
OPENED = f"""
    select t.feed_id, {_CHANNEL} from (
        select o.channel_id, o.feed_id, count(*) as n, sum(count(*)) over (partition by o.channel_id) as told from (
            select d.channel_id, (select e.feed_id from entry as e where e.story_id = d.story_id
                order by e.id limit 1) as feed_id
            from delivery as d where d.kind = 'new' and d.state in ('sent', 'told') and d.created_at > :since) as o
        group by o.channel_id, o.feed_id) as t
    join channel as c on c.id = t.channel_id
    where t.feed_id in {EACH.format("feeds")} and t.n >= 3 and t.n * 10 >= t.told and {_LISTENS}"""
"""What channels were told, in one pass: a separate count for each channel would read all deliveries each time."""
NAMED = f"""
    select f.id, {_CHANNEL} from feed as f join channel as c on c.paused = ''
    where f.id in {EACH.format("feeds")} and f.source <> ''
        and not exists (select 1 from feed as o where lower(o.source) = lower(f.source) and o.state = 'active'
            and o.id not in {EACH.format("feeds")})
        and exists (select 1 from subscription as s where s.channel_id = c.id and s.paused = ''
            and replace(s.outlets, {AMONG_NAMES.format("f.source")}, '') <> s.outlets)"""
DEPENDANTS = f"{OPENED} union {NAMED} order by 2, 1"

UNHEARD = f"""
    select {_CHANNEL}, c.paused, m.text from channel as c join memory as m on m.key = 'owner:' || c.id
    where c.paused <> '' and c.failures > 0 order by c.id"""
FORGET_OWNER = "delete from memory where key = 'owner:' || cast(:channel as integer)"
FALL = """
    insert into silence (feed_id, silent_at) values (:feed, :now)
    on conflict (feed_id) do update set silent_at = excluded.silent_at where silence.silent_at <= silence.back_at"""
RETURN = "update silence set back_at = :now where feed_id = :feed and silent_at > back_at"
AWAIT = "insert into awaiting (feed_id, channel_id) values (:feed, :channel) on conflict do nothing"
AWAITED = "delete from awaiting where feed_id = :feed"
ADD_NOTICE_DELIVERY = """
    insert into delivery (channel_id, story_id, kind, seq, not_before, created_at)
    select c.id, 0, 'notice', 1 + coalesce((select max(d.seq) from delivery as d where d.story_id = 0
        and d.kind = 'notice' and d.channel_id = c.id), 0),
        coalesce((select min(s.hold_until) from subscription as s where s.channel_id = c.id and s.paused = ''), 0), :now
    from channel as c where c.id = :channel returning id"""
"""A notice keeps quiet hours: it waits until the first of the channel's subscriptions may send again."""
ADD_NOTICE = "insert into notice (delivery_id, title, body) values (:id, :title, :text)"
NOTICE = "select title, body from notice where delivery_id = :id"
