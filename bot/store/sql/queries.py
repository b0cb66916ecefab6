"""The SQL text of ingest. That of feeds, channels, outbox, look-ups and others is in `queries_…`.

It uses what SQLite and PostgreSQL share: named parameters, integer milliseconds, `returning`, `on conflict`, partial
indexes. They differ only in these points, which are written nowhere else:

- a list as one parameter: `EACH` of whole numbers, `EACH_TEXT` of texts (json_each; jsonb_array_elements_text)
- full text: the statements with `entry_fts` (in PostgreSQL a tsvector column)
- `without rowid` and `autoincrement` in schema.sql
- one writer: `begin immediate` in `bot.store.sqlite.writer`; where several write, `/* skip locked */` and
  `/* locked */` say which rows a transaction takes for itself

`bot.store.postgres.dialect` is the whole translation.
"""

from __future__ import annotations

# ruff: noqa: S608 - these are constants made of constants; values are always bound

EACH = "(select value from json_each(:{}))"
EACH_TEXT = "(select value || '' from json_each(:{}))"
AMONG_NAMES = "',' || replace(replace(lower({}), '，', ','), ', ', ',') || ','"
"""An outlet as a subscription's list of names has it (`bot.store.rows`); a comma in its name separates two parts."""

SEEN = f"select key from seen where feed_id = :feed and key in {EACH.format('keys')}"
LESSEES = " union ".join(f"select lease_by from {t} where lease_until > 0" for t in ("feed", "channel", "shard"))
EVICT = tuple(
    f"update {table} set lease_until = 0 where lease_until > 0 and lease_by in {EACH_TEXT.format('owners')}"
    for table in ("feed", "channel", "shard")
)

MARK_SEEN = """
    insert into seen (feed_id, key, at) values (:feed, :key, :day)
    on conflict (feed_id, key) do update set at = excluded.at where seen.at < excluded.at"""

PUT_INBOX = "insert into inbox (feed_id, entry, keys, push) values (:feed, :entry, :keys, :push)"
FIND_INBOX = "select id, feed_id, entry, keys, push from inbox order by id limit :n /* skip locked */"
BEFORE_INBOX = "select id, feed_id from inbox where id < :last"
DROP_INBOX = f"delete from inbox where id in {EACH.format('ids')}"

# ── ingest ─────────────────────────────────────────────────────────────────────────────────────────────────────

TALLY = "select n from tally where name = :name"
SET_TALLY = "insert into tally (name, n) values (:name, :n) on conflict (name) do update set n = excluded.n"
ADD_TALLY = "insert into tally (name, n) values (:name, :n) on conflict (name) do update set n = tally.n + excluded.n"
ALIAS = "select story_id from story_alias where id = :story"
ALIASES = f"select id, story_id from story_alias where id in {EACH.format('stories')}"
STORIES_NOW = f"""
    with asked(id) as {EACH.format("stories")}
    select h.id, h.story,
        exists (select 1 from story_rule as q join subscription as s on s.rule_id = q.rule_id
            where q.story_id = h.story),
        exists (select 1 from delivery as d where d.story_id = h.story and d.kind = 'new')
    from (select k.id, coalesce(a.story_id, k.id) as story from asked as k
        left join story_alias as a on a.id = k.id) as h"""
"""Stories with the story that each became part of, whether a rule with subscribers hit it, whether it was told."""
HEARD = f"""
    select r.name from rule as r where r.name in {EACH_TEXT.format("rules")}
        and exists (select 1 from subscription as s where s.rule_id = r.id)"""

ADD_STORY = """
    insert into story (id, title, url, summary, lang, first_at, last_at, entries, rank, headline)
    values (:story, :title, :url, :summary, :lang, :at, :at, 1, :rank, :headline)"""
JOIN_STORY = """
    update story set entries = entries + 1,
        first_at = case when :at < first_at then :at else first_at end,
        last_at = case when :at > last_at then :at else last_at end,
        rank = case when :rank > rank then :rank else rank end,
        title = case when :headline > headline and :lang = lang then :title else title end,
        url = case when :headline > headline and :lang = lang then :url else url end,
        summary = case when summary = '' or (:headline > headline and :lang = lang and :summary <> '')
            then :summary else summary end,
        headline = case when :headline > headline and :lang = lang then :headline else headline end
    where id = :story"""
ADD_ENTRY = """
    insert into entry (id, feed_id, story_id, guid, url, title, summary, content, source, lang, form, tier,
        facts, published, first_seen, kind, duplicate_of, news, placed)
    values (:id, :feed, :story, :guid, :url, :title, :text, :content, :source, :lang, :form, :tier,
        :facts, :published, :first_seen, :kind, :duplicate_of, :news, :placed)"""
ADD_TEXT = "insert into entry_fts (rowid, title, body, chars) values (:id, :title_terms, :body_terms, :chars)"
ENOUGH_DOCS = 64
ADD_TERM = f"""
    insert into term (term, docs, day) values (:term, :n, :day)
    on conflict (term) do update set docs = term.docs + excluded.docs, day = excluded.day
        where term.docs < {ENOUGH_DOCS}"""
COMMON_TERMS = f"select term from term where docs >= {ENOUGH_DOCS}"
ADD_STORY_OUTLET = """
    insert into story_outlet (story_id, name, entry_id, url, at) values (:story, :source, :id, :url, :at)
    on conflict (story_id, name) do nothing"""
OUTLETS_WITHIN = "select name from story_outlet where story_id = :story and at > :after and at <= :until"
ADD_OUTLET = """
    insert into outlet (folded, name, entries) values (:folded, :name, :n)
    on conflict (folded) do update set entries = outlet.entries + excluded.entries"""
ADD_HIT = """
    insert into hit (entry_id, rule_id, why, spans) values (:id, :rule, :why, '[]') on conflict do nothing"""
ADD_STORY_RULE = """
    insert into story_rule (story_id, rule_id, last_at, why) values (:story, :rule, :at, :why)
    on conflict (story_id, rule_id) do update set last_at = excluded.last_at
        where story_rule.last_at < excluded.last_at"""
ADD_COUNT = """
    insert into count (rule_id, hour, entries) values (:rule, :hour, :n)
    on conflict (rule_id, hour) do update set entries = count.entries + excluded.entries"""
ADD_RULE = "insert into rule (name) values (:name) on conflict (name) do nothing returning id"
RULE = "select id from rule where name = :name"
RULES = f"select name, id from rule where name in {EACH_TEXT.format('rules')}"

MERGE_STORY = """
    update story set entries = story.entries + other.entries,
        first_at = case when other.first_at < story.first_at then other.first_at else story.first_at end,
        last_at = case when other.last_at > story.last_at then other.last_at else story.last_at end,
        rank = case when other.rank > story.rank then other.rank else story.rank end
    from (select * from story where id = :old) as other where story.id = :story"""
_DOUBTFUL = """
    ((kind = 'new' and state = 'sending') or (kind = 'update' and state = 'queued' and exists (
        select 1 from delivery as n where n.story_id = delivery.story_id and n.channel_id = delivery.channel_id
            and n.kind = 'new' and n.state = 'sending')))
    and exists (select 1 from delivery as d where {} and d.channel_id = delivery.channel_id and d.kind = 'new'
        and d.state in ('sent', 'told'))"""
"""An alert in doubt, and the update that waits for it, if the channel was told of the other story."""
_UNTOLD = "('dead', 'stale', 'muted', 'folded')"
MERGE = (
    MERGE_STORY,
    "update entry set story_id = :story where story_id = :old",
    """insert into story_outlet (story_id, name, entry_id, url, at)
       select :story, name, entry_id, url, at from story_outlet where story_id = :old
       on conflict (story_id, name) do update set entry_id = excluded.entry_id, url = excluded.url, at = excluded.at
           where excluded.at < story_outlet.at""",
    """insert into story_rule (story_id, rule_id, last_at, why)
       select :story, rule_id, last_at, why from story_rule where story_id = :old
       on conflict (story_id, rule_id) do update set last_at = excluded.last_at
           where story_rule.last_at < excluded.last_at""",
    """insert into mute (channel_id, story_id, at) select channel_id, :story, at from mute where story_id = :old
       on conflict do nothing""",
    """insert into follow (channel_id, story_id, at) select channel_id, :story, at from follow where story_id = :old
       on conflict do nothing""",
    "delete from follow where story_id = :old",
    """delete from delivery where story_id = :story and kind = 'new' and state in ('queued', 'held') and exists (
           select 1 from delivery as told where told.story_id = :old and told.channel_id = delivery.channel_id
               and told.kind = 'new' and (told.state in ('sent', 'told', 'sending')
                   or (told.state = 'queued' and delivery.state = 'held' and delivery.digest = 0)
                   or exists (select 1 from delivery as g where g.id = told.digest and g.state = 'sending')))""",
    f"""delete from delivery where story_id = :story and {_DOUBTFUL.format("d.story_id = :old")}""",
    f"""delete from delivery where story_id = :story and state in {_UNTOLD} and exists (
           select 1 from delivery as w where w.story_id = :old and w.channel_id = delivery.channel_id
               and w.state not in {_UNTOLD}) and not exists (
           select 1 from delivery as told where told.story_id = :story and told.channel_id = delivery.channel_id
               and told.state not in {_UNTOLD})""",
    """update delivery set story_id = :story where story_id = :old and not exists (
           select 1 from delivery as told where told.story_id = :story and told.channel_id = delivery.channel_id)""",
    f"""update delivery set state = 'folded', settled_at = :now
       where story_id = :old and (state in ('queued', 'held') or ({_DOUBTFUL.format("d.story_id = :story")}))""",
    """update delivery set state = 'muted', settled_at = :now
       where story_id = :story and state in ('queued', 'held') and exists (
           select 1 from mute as m where m.story_id = :story and m.channel_id = delivery.channel_id)""",
    "update story_alias set story_id = :story where story_id = :old",
    "insert into story_alias (id, story_id) values (:old, :story) on conflict do nothing",
    "delete from story where id = :old",
)
"""A story becomes an alias of another. A channel that was told of both keeps both messages. What waits is told once, at
once if one of the two was to be told at once; not in a channel that was told of one of them (if only by a digest on its
way) or muted it. A delivery of one that came to nothing does not hold back the other's; one in doubt is not sent again.
"""

BURST_MS = 600_000
"""Within ten minutes a channel gets up to its cap of single alerts; further ones wait until these are over."""

_OPEN = "s.paused <= '' and c.paused <= ''"
"""Neither is paused. Without statistics a server takes `= ''` for rare, and would begin by reading all channels."""
_REPORTED = "select 1 from story_outlet as o where o.story_id = st.id and"
_TASTE = "select 1 from taste as t where t.channel_id = s.channel_id and t.rule_id = s.rule_id"
_DISLIKED = f"{_TASTE} and t.outlet = o.name and t.delta < 0"
_TASTES = f"""
    (st.rank > s.min_rank or not exists ({_REPORTED} exists ({_DISLIKED}))
        or s.confirm <= (select count(distinct lower(o.name)) from story_outlet as o
            where o.story_id = st.id and not exists ({_DISLIKED})))"""
"""An outlet of which a channel wants less does not count, except in stories graver than the channel asks for."""
_LIKED = f"exists ({_REPORTED} exists ({_TASTE} and t.outlet = o.name and t.delta > 0))"
_PASSES = f"""
    {_OPEN} and s.min_rank <= st.rank
    and (s.langs = '' or st.lang = '' or replace(s.langs, ',' || st.lang || ',', '') <> s.langs)
    and (s.confirm <= 1
        or s.confirm <= (select count(distinct lower(o.name)) from story_outlet as o where o.story_id = st.id))
    and (s.outlets = ''
        or exists ({_REPORTED} replace(s.outlets, {AMONG_NAMES.format("o.name")}, '') <> s.outlets))
    and (s.not_outlets = ''
        or exists ({_REPORTED} replace(s.not_outlets, {AMONG_NAMES.format("o.name")}, '') = s.not_outlets))
    and {_TASTES}
    and not exists (select 1 from mute as m where m.channel_id = s.channel_id and m.story_id = st.id)
    and not exists (select 1 from delivery as d where d.story_id = st.id and d.channel_id = s.channel_id
        and d.kind in ('new', 'update'))"""
_CAP = "case when c.burst_cap < 0 then :cap else c.burst_cap end"
_IN_BURST = f"abs(burst_at - :now) < {BURST_MS}"
"""A burst that began further ahead of now was dated by a clock that was put back since."""
_BURST = f"st.rank < 2 and {_CAP} > 0 and c.burst_n >= {_CAP} and {_IN_BURST} and not {_LIKED}"
_HOLD = f"""
    min(case when st.rank >= s.wakes then 0 when s.hold_until > 0 then s.hold_until
        when {_BURST} then c.burst_at + {BURST_MS} else 0 end)"""
_QUEUE_NEW = """
    insert into delivery (channel_id, story_id, kind, state, not_before, reason, created_at)
    select f.channel_id, f.story_id, 'new', case when f.hold = 0 then 'queued' else 'held' end, f.hold,
        case when f.hold = 0 then '' when f.burst = 1 then 'burst' else 'digest' end, :now from ("""
_QUEUED = f"""
    select s.channel_id, st.id as story_id, {_HOLD} as hold,
        min(case when s.hold_until > 0 then 0 else 1 end) as burst"""
_BY_RULES = f"""{_QUEUE_NEW}{_QUEUED}
    from story as st, rule as r join subscription as s on s.rule_id = r.id join channel as c on c.id = s.channel_id
    where st.id = :story and r.name in {EACH_TEXT.format("rules")} and {_PASSES}"""
_IN_ORDER = "group by s.channel_id, st.id) as f order by f.channel_id on conflict do nothing"
FAN_OUT_NEW = f"{_BY_RULES} {_IN_ORDER}"
FAN_OUT_RETOLD = f"""{_BY_RULES}
        and :told > (select count(*) from delivery as t where t.channel_id = s.channel_id and t.kind = 'new'
            and t.state not in ('dead', 'stale') and t.story_id in {EACH.format("stories")})
    {_IN_ORDER}"""
"""A round-up of stories, for channels that were not told of all of them."""
FAN_OUT_HELD = f"""{_QUEUE_NEW}{_QUEUED}
    from story as st join story_rule as q on q.story_id = st.id join subscription as s on s.rule_id = q.rule_id
        join channel as c on c.id = s.channel_id
    where st.id = :story and (s.confirm > 1 or s.min_rank > 0 or s.outlets <> '' or s.not_outlets <> ''
            or exists ({_TASTE} and t.delta < 0))
        and {_PASSES} group by s.channel_id, st.id) as f
    order by f.channel_id on conflict do nothing"""
_ANOTHER_LOOK = f"""
    from story as st join delivery as n on n.story_id = st.id and n.kind = 'new'
        join channel as c on c.id = n.channel_id join subscription as s on s.channel_id = n.channel_id
        join story_rule as q on q.story_id = st.id and q.rule_id = s.rule_id
    where st.id = :story and {_OPEN}"""
FAN_OUT_RAISED = f"""
    update delivery set state = 'queued', not_before = 0, reason = '', created_at = :now
    where story_id = :story and kind = 'new' and state = 'held' and digest = 0 and channel_id in (
        select n.channel_id {_ANOTHER_LOOK} and n.state = 'held' and st.rank >= s.min_rank
            and (st.rank >= s.wakes or (s.hold_until = 0 and st.rank = 2)))"""
"""For a story that waits for a digest and has become grave enough to be told at once."""
FAN_OUT_RISEN = f"""
    insert into delivery (channel_id, story_id, kind, state, not_before, reason, created_at)
    select f.channel_id, f.story_id, 'update', case when f.hold = 0 then 'queued' else 'held' end, f.hold,
        case when f.hold = 0 then '' else 'digest' end, :now
    from (select n.channel_id, st.id as story_id, {_HOLD} as hold {_ANOTHER_LOOK}
        and n.state = 'told' and n.rank < st.rank and st.rank = 2 and s.updates = 1
        and not exists (select 1 from mute as m where m.channel_id = n.channel_id and m.story_id = st.id)
        group by n.channel_id, st.id) as f
    order by f.channel_id on conflict do nothing"""
"""For a story that a digest told and that has become breaking news since; only once."""
RISEN_HERE = FAN_OUT_RISEN.replace("where st.id = :story", "where n.channel_id = :channel and st.id = :story")
FAN_OUT_UPDATE = """
    insert into delivery (channel_id, story_id, kind, seq, not_before, created_at)
    select n.channel_id, n.story_id, 'update', 1 + coalesce(u.seq, 0),
        case when u.settled_at + :every > :due and u.settled_at < :now + :every then u.settled_at + :every
            else :due end, :now
    from delivery as n join channel as c on c.id = n.channel_id
        left join delivery as u on u.story_id = n.story_id and u.kind = 'update' and u.channel_id = n.channel_id
            and u.seq = (select max(l.seq) from delivery as l
                where l.story_id = n.story_id and l.kind = 'update' and l.channel_id = n.channel_id)
    where n.story_id = :story and n.kind = 'new' and n.state in ('sent', 'sending') and c.paused <= ''
        and (u.id is null or u.state <> 'queued')
        and (exists (select 1 from subscription as s join story_rule as q on q.rule_id = s.rule_id
                where q.story_id = n.story_id and s.channel_id = n.channel_id and s.paused = '' and s.updates = 1)
            or exists (select 1 from follow as w where w.channel_id = n.channel_id and w.story_id = n.story_id))
        and not exists (select 1 from mute as m where m.channel_id = n.channel_id and m.story_id = n.story_id)
    order by n.channel_id on conflict do nothing"""
WAKE_LANES = f"""
    update channel set due_at = case when channel.due_at <= w.at then channel.due_at else w.at end,
        burst_n = case when :kind <> 'new' then burst_n when {_IN_BURST} then burst_n + 1 else 1 end,
        burst_at = case when :kind <> 'new' or {_IN_BURST} then burst_at else :now end
    from (select channel_id, not_before as at from delivery
        where story_id = :story and kind = :kind and state = 'queued' and created_at = :now) as w
    where channel.id = w.channel_id"""
"""Lanes of deliveries queued just now, one row a lane, become due no later than these; `new` counts in their burst."""
