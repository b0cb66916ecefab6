"""The SQL text of look-ups and upkeep (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.alerts.telling import TOLD
from bot.store.sql.queries import EACH, EACH_TEXT, ENOUGH_DOCS
from bot.store.sql.queries_outbox import SUBSCRIPTION

# ruff: noqa: S608 - these are constants made of constants; values are always bound

STORY = "s.id, s.title, s.url, s.summary, s.lang, s.first_at, s.last_at, s.entries, s.rank"
STORY_BY_ID = f"""
    select {STORY} from story as s
    where s.id = coalesce((select a.story_id from story_alias as a where a.id = :story), :story)"""
STORIES = f"select {STORY} from story as s where s.id in {EACH.format('stories')}"
_IN_LANGUAGE = """
    select * from ({}) as found where :lang = '' or found.lang = :lang
    order by found.place desc, found.id desc limit :n offset :skip"""
LATEST = _IN_LANGUAGE.format(f"""
    select {STORY}, s.last_at as place from story as s where s.last_at < :before
    order by s.last_at desc, s.id desc limit :most""")
LATEST_OF_RULE = _IN_LANGUAGE.format(f"""
    select {STORY}, q.last_at as place from story_rule as q join story as s on s.id = q.story_id
    where q.rule_id = (select id from rule where name = :rule) and q.last_at < :before
    order by q.last_at desc, q.story_id desc limit :most""")
OUTLETS_OF = f"""
    select story_id, name from story_outlet where story_id in {EACH.format("stories")} order by story_id, entry_id"""
RULES_OF = f"""
    select q.story_id, r.name from story_rule as q join rule as r on r.id = q.rule_id
    where q.story_id in {EACH.format("stories")} order by q.story_id, q.rule_id"""

ENTRY = """e.id, e.story_id, e.guid, e.url, e.title, e.summary, e.content, e.source, e.lang, e.form, e.tier,
    e.published, e.first_seen, e.facts"""
TIMELINE = f"""
    select {ENTRY} from entry as e
    where e.story_id = coalesce((select a.story_id from story_alias as a where a.id = :story), :story)
    order by case when e.published < e.first_seen then e.published else e.first_seen end, e.id limit :n"""
PLACEMENTS = TIMELINE.replace("e.facts", "e.facts, e.kind, e.duplicate_of, e.news, e.placed")
HITS = f"""
    select h.entry_id, r.name, h.why from hit as h join rule as r on r.id = h.rule_id
    where h.entry_id in {EACH.format("entries")} order by h.entry_id, r.id"""
FIND = f"select e.story_id from fold_key as k join entry as e on e.id = k.item where k.key in {EACH.format('keys')}"
ENTRIES = f"select {ENTRY} from entry as e where e.id in {EACH.format('entries')}"
NEWEST = f"select {ENTRY} from entry as e order by e.first_seen desc, e.id desc limit :n"

NEWEST_MATCHES = """
    select e.story_id, e.first_seen, m.title, m.body from (
        select rowid as id, title, body from entry_fts where entry_fts match :expression
        order by rowid desc limit :n) as m
    join entry as e on e.id = m.id"""
SCAN_MATCHES = f"""
    select {ENTRY} from (
        select rowid as id from entry_fts where entry_fts match :expression order by rowid desc limit :n) as m
    join entry as e on e.id = m.id where e.first_seen >= :since order by e.id desc"""
FILED = f"""
    select {ENTRY} from entry as e where e.first_seen >= :since and e.id in (
        select id from (
            select id from entry where form <> '' and lower(form) in {EACH_TEXT.format("forms")}
            order by id desc limit :n) as f
        union select id from (
            select id from entry where source in (
                select name from outlet where folded in {EACH_TEXT.format("outlets")})
            order by id desc limit :n) as m)
    order by e.id desc limit :n"""
SPELLINGS = """
    select term, docs from term where term >= :low and term < :high order by docs desc, term limit :n"""
COMPLETE_OUTLETS = """
    select name from outlet where folded >= :low and folded < :high order by entries desc, folded limit :n"""

TREND = """
    select hour, entries from count where rule_id = (select id from rule where name = :rule) and hour >= :since
    order by hour"""

STATS = """
    select 'feeds' as name, count(*) as n from feed
    union all select 'feeds_failing', count(*) from feed where errors > 0
    union all select 'channels', count(*) from channel
    union all select 'channels_paused', count(*) from channel where paused <> ''
    union all select 'subscriptions', count(*) from subscription
    union all select name, n from tally where name not in ('entry', 'story', 'subscription')
    union all select 'deliveries_' || state, count(*) from delivery where state <> 'sent' group by state"""

# ── upkeep ─────────────────────────────────────────────────────────────────────────────────────────────────────

OLD_ENTRIES = "select id from entry where first_seen < :before order by first_seen limit :n"
FORGET = (
    f"delete from entry_fts where rowid in {EACH.format('entries')}",
    f"delete from entry where id in {EACH.format('entries')}",
    f"delete from fold_item where item in {EACH.format('entries')}",
)
EMPTY_STORIES = f"""
    select s.id from story as s where s.id in {EACH.format("stories")}
        and not exists (select 1 from entry as e where e.story_id = s.id)"""
STORIES_OF = f"select distinct story_id from entry where id in {EACH.format('entries')}"
_MERGED_INTO = f"from story_alias as a where a.story_id in {EACH.format('stories')}"
_MERGED = f"(select a.id {_MERGED_INTO})"
FORGET_STORIES = (
    f"delete from delivery where story_id in {_MERGED} and state <> 'sending'",
    f"delete from mute where story_id in {_MERGED}",
    f"delete from memory where key in (select '{TOLD}' || a.id {_MERGED_INTO})",
    f"delete from delivery where story_id in {EACH.format('stories')} and state <> 'sending'",
    f"delete from memory where key in (select '{TOLD}' || story.value from {EACH.format('stories')} as story)",
    f"delete from mute where story_id in {EACH.format('stories')}",
    f"delete from follow where story_id in {EACH.format('stories')}",
    f"delete from story where id in {EACH.format('stories')}",
    f"delete from fold_story where story in {EACH.format('stories')}",
    f"delete from fold_process where story in {EACH.format('stories')}",
    f"delete from fold_alias where new in {EACH.format('stories')}",
)
FIRST_ENTRY = "select coalesce(min(id), (select n + 1 from tally where name = 'entry'), 0) from entry"


class Sweep(NamedTuple):
    """A table that is walked in the order of its key: a query for a stretch's end, a delete within it, both ends."""

    look: str
    forget: str
    low: str | int
    high: str | int


def _sweep(table: str, key: str, low: str | int, high: str | int, old: str = "item < :first") -> Sweep:
    return Sweep(
        f"select {key} from {table} where {key} > :start order by {key} limit 1 offset :n",
        f"delete from {table} where {key} > :start and {key} <= :end and {old}",
        low,
        high,
    )


_LOW, _HIGH = -(1 << 63), (1 << 63) - 1
_FIRST, _LAST = "", "\U0010ffff"
SWEEPS = (
    _sweep("fold_post", "term", _FIRST, _LAST),
    _sweep("fold_shingle", "hash", _LOW, _HIGH),
    _sweep("fold_key", "key", _LOW, _HIGH),
)
"""Indexes whose keys are terms or hashes, not entries."""
SWEEP_TERMS = _sweep("term", "term", _FIRST, _LAST, f"day < :before and docs < {ENOUGH_DOCS}")

FORGET_SEEN = """
    delete from seen where (feed_id, key) in (
        select s.feed_id, s.key from seen as s join feed as f on f.id = s.feed_id
        where s.at < :before and s.at < f.last_new - 345600000 limit :n)"""
"""Keeps what a feed listed, within four days, when it last brought something new. While a feed changes, all that it
lists is noted once a day (the last full look may be two days back, from midnight: `bot.ingest.lookback`,
`bot.sources.kit.shown`). A feed that has answered the same for half a year still lists those items; without their keys,
its next item would make all of them new."""
FORGET_SAID = """
    delete from delivery where id in (select id from delivery where story_id = 0 and settled_at < :before
        and state in ('sent', 'dead', 'ambiguous', 'stale', 'folded') limit :n)"""
"""Samples, digests and notices. A story's deliveries are forgotten with the story."""
FORGET_COUNTS = "delete from count where hour < :before"

RECALL = "select text from memory where key = :key"
RECALL_ALL = "select key, text from memory where key >= :low and key < :high order by key"
KEEP_NEW = "insert into memory (key, text) values (:key, :text) on conflict (key) do nothing"
KEEP = "insert into memory (key, text) values (:key, :text) on conflict (key) do update set text = excluded.text"
ADD_TO = """
    insert into memory (key, text) values (:key, cast(cast(:n as integer) as text))
    on conflict (key) do update set text = cast(cast(memory.text as integer) + cast(:n as integer) as text)"""
DROP = "delete from memory where key = :key"
DROP_ALL = "delete from memory where key >= :low and key < :high"

# ── the page ───────────────────────────────────────────────────────────────────────────────────────────────────

LAST_DELIVERIES = """
    select d.id, d.kind, d.state, d.story_id, d.tries, d.reason, d.created_at, coalesce(d.settled_at, 0),
        c.platform, c.name, c.ref, coalesce(s.title, '')
    from delivery as d join channel as c on c.id = d.channel_id left join story as s on s.id = d.story_id
    order by d.id desc limit :n"""
_WAITS = "d.state in ('queued', 'sending')"
CHANNEL_ROWS = f"""
    select c.id, c.platform, c.scope, c.ref, c.name, c.paused, c.failures, c.served_at, c.wait_until, c.lease_until,
        (select count(*) from delivery as d where d.channel_id = c.id and {_WAITS}),
        coalesce((select min(d.created_at) from delivery as d where d.channel_id = c.id and {_WAITS}), 0),
        coalesce((select min(d.not_before) from delivery as d where d.channel_id = c.id and {_WAITS}), 0)
    from channel as c where c.id > :after order by c.id limit :n"""
HELD = "select channel_id, count(*) from delivery where state = 'held' group by channel_id"
SUBSCRIPTIONS_OF = f"""
    select s.channel_id, {SUBSCRIPTION} from subscription as s join rule as r on r.id = s.rule_id
    where s.channel_id in {EACH.format("channels")} order by s.channel_id, s.id"""
BACKLOG = f"""
    select count(*), count(distinct d.channel_id), coalesce(min(d.created_at), 0),
        (select count(*) from delivery where state = 'held')
    from delivery as d where {_WAITS}"""
POLLED = """
    select count(case when state = 'active' then 1 end), coalesce(max(last_ok), 0),
        coalesce(min(case when state <> 'active' then null
            when next_poll > created_at then next_poll else created_at end), 0)
    from feed"""
SPREAD = f"""
    select story_id, at from story_outlet where story_id in {EACH.format("stories")} order by story_id, at"""
