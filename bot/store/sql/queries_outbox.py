"""The SQL text of channels, subscriptions, lanes and deliveries (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

# ruff: noqa: S608 - these are constants made of constants; values are always bound
from bot.store.sql.queries import EACH

# ── channels and subscriptions ─────────────────────────────────────────────────────────────────────────────────

CHANNEL = "id, platform, scope, ref, name, settings"
FIND_CHANNEL = f"select {CHANNEL} from channel where platform = :platform and scope = :scope and ref = :ref"
CHANNEL_BY_ID = f"select {CHANNEL} from channel where id = :channel"
ADD_CHANNEL = f"""
    insert into channel (platform, scope, ref, name) values (:platform, :scope, :ref, :name)
    on conflict (platform, scope, ref) do update set
        name = case when excluded.name = '' then channel.name else excluded.name end
    returning {CHANNEL}"""
CONFIGURE = f"update channel set settings = :settings, burst_cap = :cap where id = :channel returning {CHANNEL}"
TURN_AGAIN = "update subscription set turn_at = 1 where channel_id = :channel and turn_at > 0"
SETTINGS = "select settings from channel where id = :channel"

SUBSCRIPTION = "s.id, s.channel_id, r.name, s.label, s.created_at, s.options, s.paused"
SUBSCRIBED = f"""
    select {SUBSCRIPTION} from subscription as s join rule as r on r.id = s.rule_id
    where s.channel_id = :channel and r.name = :rule"""
SUBSCRIPTION_BY_ID = f"""
    select {SUBSCRIPTION} from subscription as s join rule as r on r.id = s.rule_id
    where s.channel_id = :channel and s.id = :id"""
SUBSCRIBE = """
    insert into subscription (channel_id, rule_id, label, min_rank, langs, confirm, options, created_at,
        wakes, outlets, not_outlets, updates, hold_until, turn_at)
    values (:channel, :rule_id, :label, :min_rank, :langs, :confirm, :options, :now,
        :wakes, :outlets, :not_outlets, :updates, :hold_until, :turn_at)
    on conflict (channel_id, rule_id) do update set label = excluded.label, min_rank = excluded.min_rank,
        langs = excluded.langs, confirm = excluded.confirm, options = excluded.options,
        wakes = excluded.wakes, outlets = excluded.outlets, not_outlets = excluded.not_outlets,
        updates = excluded.updates, hold_until = excluded.hold_until, turn_at = excluded.turn_at"""
REPLACE_RULE = """
    update subscription set rule_id = :rule_id where id = :id and channel_id = :channel and not exists (
        select 1 from subscription as o where o.channel_id = :channel and o.rule_id = :rule_id and o.id <> :id)"""
CARRY = """
    insert into story_rule (story_id, rule_id, last_at, why)
    select q.story_id, n.id, q.last_at, q.why from story_rule as q join rule as o on o.id = q.rule_id, rule as n
    where q.rule_id = :old and o.name like 'query:%' and n.id = :rule_id and n.name like 'query:%'
        and exists (select 1 from delivery as d where d.story_id = q.story_id and d.kind = 'new'
            and d.channel_id = :channel and d.state in ('queued', 'sending', 'held'))
        and not exists (select 1 from subscription as s where s.rule_id = :rule_id and s.channel_id <> :channel)
    on conflict do nothing"""
"""What waits because of a query also waits because of the one that replaces it, or no digest would have it; but not if
other channels have that query, as they would be told too."""
RELABEL = "update subscription set label = :label where id = :id and label = :was"
UNSUBSCRIBE = "delete from subscription where id = :id and channel_id = :channel"
_SUBSCRIPTIONS = f"""
    select c.id, c.platform, c.scope, c.ref, c.name, c.settings, {SUBSCRIPTION}
    from channel as c join subscription as s on s.channel_id = c.id join rule as r on r.id = s.rule_id"""
ALL_SUBSCRIPTIONS = f"""{_SUBSCRIPTIONS}
    where cast(:channel as integer) is null or s.channel_id = :channel order by s.channel_id, s.id"""
SUBSCRIPTIONS_IN = f"""{_SUBSCRIPTIONS}
    where c.platform = :platform and c.scope = :scope order by s.channel_id, s.id"""
SCOPES = """
    select distinct c.scope from channel as c where c.platform = :platform
        and exists (select 1 from subscription as s where s.channel_id = c.id) order by c.scope"""
PAUSED = "select paused from channel where id = :channel"
PAUSE = """
    update subscription set paused = :paused where channel_id = :channel and paused <> :paused
        and (:but = '' or paused <> :but)"""
PAUSE_CHANNEL = """
    update channel set paused = :paused, failures = 0, failing_since = null, wait_until = 0
    where id = :channel and (:but = '' or paused <> :but)"""
ROUSE = """
    update channel set wait_until = 0 where platform = :platform and wait_until > 0 and failures = 0
        and (:because = '' or exists (select 1 from delivery as d where d.channel_id = channel.id
            and d.state in ('queued', 'sending') and d.reason = :because))"""
EXPIRE = """
    update delivery set state = 'stale', settled_at = :now, reason = 'waited too long while paused'
    where channel_id = :channel and state in ('queued', 'sending') and state <> 'sending' and created_at < :before
        and (select c.paused from channel as c where c.id = :channel) <> ''"""
EXPIRE_HELD = """
    update delivery set state = 'stale', settled_at = :now where state = 'held' and digest > 0 and digest in (
        select d.id from delivery as d where d.story_id = 0 and d.kind = 'digest' and d.channel_id = :channel
            and d.state = 'stale')"""
_LEFT = """
    ((platform = :platform and scope = :scope) or (platform = 'webhook' and scope = :platform || ':' || :scope))
    and not exists (select 1 from subscription as s where s.channel_id = channel.id and s.paused = '')"""
FORGET_OWNERS = f"delete from memory where key in (select 'owner:' || channel.id from channel where {_LEFT})"
FORGET_LEFT = f"delete from channel where id = (select id from channel where {_LEFT} limit 1)"
"""One at a time: its deliveries are deleted with it, and finding them reads all deliveries."""
MUTE = "insert into mute (channel_id, story_id, at) values (:channel, :story, :now) on conflict do nothing"
UNMUTE = "delete from mute where channel_id = :channel and story_id = :story"
DROP_MUTED = """
    update delivery set state = 'muted', settled_at = :now
    where channel_id = :channel and story_id = :story and state in ('queued', 'held')"""
TAKE_MUTED = """
    update delivery set settled_at = null,
        state = case when not_before > 0 and (kind = 'new' or reason <> '') then 'held' else 'queued' end,
        digest = coalesce((select d.id from delivery as d where d.id = delivery.digest
            and d.state = 'sending' and coalesce(d.begun_at, 0) <= delivery.settled_at), 0)
    where channel_id = :channel and story_id = :story and state = 'muted' and created_at >= :before
        and (kind = 'new' or (kind = 'update' and exists (select 1 from delivery as n where n.story_id = :story
            and n.kind = 'new' and n.channel_id = :channel and n.state in ('sent', 'sending', 'told'))))"""
"""Deliveries return to a digest that was begun before the mute; any other may have been made without them. An update
waits until it is due, one with a reason waits for a digest.
"""
ADD_QUERY = "insert into query (text) values (:text) on conflict (text) do update set text = excluded.text returning id"
NEWEST_SUBSCRIPTION = "select coalesce(max(id), 0) from subscription"
QUERIES_SINCE = """
    select distinct q.id, q.text from subscription as s join rule as r on r.id = s.rule_id join query as q
        on q.id = case when r.name like 'query:%' then cast(substr(r.name, 7) as integer) end
    where s.id > :since"""
QUERIES = """
    select q.id, q.text from query as q where exists (
        select 1 from rule as r join subscription as s on s.rule_id = r.id where r.name = 'query:' || q.id)
    order by q.id"""

# ── lanes ──────────────────────────────────────────────────────────────────────────────────────────────────────

READY = """
    select id, served_at from channel where platform = :platform and due_at is not null and due_at <= :now
        and paused = '' and (wait_until <= :now or wait_until > :far or served_at > :late)
        and (lease_until <= :now or lease_until > :late) order by served_at, id limit :n
    /* skip locked */"""
LEASE = f"""
    update channel set lease_until = :until, lease_by = :owner, lease_no = lease_no + 1, served_at = :now
    where id in {EACH.format("channels")} returning {CHANNEL}, lease_no"""
LEASED = f"select id, lease_no from channel where id in {EACH.format('channels')} /* skip locked */"
RELEASE = f"""
    update channel set lease_until = 0, due_at = (select min(d.not_before) from delivery as d
        where d.channel_id = channel.id and d.state in ('queued', 'sending')) where id in {EACH.format("channels")}"""
"""After `LEASED`, which locks the rows, so that what another transaction just queued for them is seen."""
TAKE = "select id, lease_no from channel where id = :channel /* locked */"
SET_DUE = """
    update channel set due_at = (select min(not_before) from delivery
        where channel_id = :channel and state in ('queued', 'sending')) where id = :channel"""
NEXT = """
    select d.id, d.channel_id, d.story_id, d.kind, d.tries, d.created_at,
        case when d.kind = 'update' then coalesce((select n.ref from delivery as n where n.story_id = d.story_id
            and n.kind = 'new' and n.channel_id = d.channel_id), '') else d.ref end, d.state,
        d.thread, coalesce(d.begun_at, 0), case when d.state = 'sending' then d.told else 0 end, d.rank
    from delivery as d join channel as c on c.id = d.channel_id
    where d.channel_id = :channel and c.lease_no = :lease_no and d.state in ('queued', 'sending')
        and d.not_before <= :now order by d.id limit :n"""
NEXT_THREAD = NEXT.replace("where d.channel_id", "where d.kind = 'thread' and d.channel_id")

_HELD = "exists (select 1 from channel as c where c.id = :channel and c.lease_no = :lease_no and c.lease_until > :now)"
BEGIN = f"""
    update delivery set state = 'sending', tries = tries + 1, looks = 0, begun_at = :now, thread = :thread,
        told = case when :anew = 1 then :told else told end,
        rank = case when :anew = 1 then :rank else rank end
    where id = :id and channel_id = :channel and state in ('queued', 'sending') and tries = :tries and {_HELD}
        and (:told = 0 or :anew = 0 or case when kind = 'digest'
            then :told = (select count(*) from delivery as h
                where h.digest = :id and h.digest > 0 and h.state = 'held')
            else not exists (select 1 from entry as e where e.story_id = delivery.story_id and e.id > :told) end)"""
"""Refuses an alert that no longer tells all of its story, or a digest of which a story was muted or merged: whatever
comes before a message is begun must be in the message. If an earlier send may have arrived (not `anew`), the row keeps
what that one told.
"""
PENDING = f"""
    select d.id, d.channel_id, c.lease_no, d.state, d.tries, d.looks, d.kind, d.story_id, c.failures, c.failing_since,
        d.thread, c.wait_until, c.paused
    from delivery as d join channel as c on c.id = d.channel_id
    where d.id in {EACH.format("ids")} and d.state in ('queued', 'sending') order by d.id /* locked of d */"""
SETTLE = """
    update delivery set state = :state, looks = :looks,
        begun_at = case when :state = 'sending' and :begun = 0 then begun_at end,
        ref = case when :ref = '' then ref else :ref end,
        reason = :reason, settled_at = case when :state in ('queued', 'sending') then settled_at else :now end
    where id = :id"""
SETTLE_CHANNEL = """
    update channel set wait_until = :wait_until, failures = :failures, failing_since = :failing_since,
        paused = case when paused = '' then :paused else paused end where id = :channel"""
FOLD_UPDATES = """
    update delivery set state = 'folded', settled_at = :now where story_id = :story and channel_id = :channel
        and kind = 'update' and state = 'queued'"""

# ── threads ────────────────────────────────────────────────────────────────────────────────────────────────────

THREAD = """
    select t.ref, d.state, d.settled_at from thread as t join rule as r on r.id = t.rule_id
        left join delivery as d on d.id = t.delivery_id
    where t.channel_id = :channel and r.name = :rule"""
THREAD_OF = """
    select r.name, s.label from thread as t join rule as r on r.id = t.rule_id
        join subscription as s on s.rule_id = t.rule_id and s.channel_id = t.channel_id
    where t.delivery_id = :id and s.paused = ''"""
ADD_OPENING = f"""
    insert into delivery (channel_id, story_id, kind, seq, created_at)
    select c.id, 0, 'thread', 1 + coalesce((select max(l.seq) from delivery as l where l.story_id = 0
        and l.kind = 'thread' and l.channel_id = :channel), 0), :now
    from channel as c where c.id = :channel and {_HELD} and not exists (select 1 from thread as t
        join rule as r on r.id = t.rule_id join delivery as d on d.id = t.delivery_id
        where t.channel_id = :channel and r.name = :rule and (t.ref <> '' or d.state in ('queued', 'sending')))
    returning id"""
SET_OPENING = """
    insert into thread (channel_id, rule_id, delivery_id) values (:channel, :rule_id, :id)
    on conflict (channel_id, rule_id) do update set delivery_id = excluded.delivery_id, ref = ''"""
SET_THREAD = "update thread set ref = :ref where delivery_id = :id"
LOSE_THREAD = "delete from thread where channel_id = :channel and ref = :thread"

# ── digests ────────────────────────────────────────────────────────────────────────────────────────────────────

_OVER = "state = 'held' and (not_before <= :now or not_before > :far) and digest = 0"
"""Held until now, or until a time that only a clock that was put back since can have set."""
HELD = f"select 1 from delivery where {_OVER} limit 1"
TURNING = """
    select s.id, s.options, c.settings from subscription as s join channel as c on c.id = s.channel_id
    where s.turn_at > 0 and (s.turn_at <= :now or s.turn_at > :far)"""
TURN = "update subscription set hold_until = :hold_until, turn_at = :turn_at where id = :id"
NEXT_TURN = """
    select min(t.at) from (select min(turn_at) as at from subscription where turn_at > 0
        union all select min(not_before) from delivery where state = 'held' and digest = 0) as t"""
ADD_DIGESTS = f"""
    insert into delivery (channel_id, story_id, kind, seq, not_before, reason, created_at)
    select h.channel_id, 0, 'digest', 1 + coalesce((select max(d.seq) from delivery as d where d.story_id = 0
        and d.kind = 'digest' and d.channel_id = h.channel_id), 0), 0, max(h.reason), :now
    from delivery as h where {_OVER} group by h.channel_id order by h.channel_id returning id, channel_id"""
"""One for each channel for which something was held; held deliveries are read once, however many channels there are."""
GATHER = f"""
    update delivery set digest = (select d.id from delivery as d where d.story_id = 0 and d.kind = 'digest'
        and d.channel_id = delivery.channel_id order by d.seq desc limit 1)
    where channel_id in {EACH.format("channels")} and {_OVER}"""
NAME_DIGEST = "update delivery set reason = :reason where id = :digest"
HELD_FOR = "select distinct reason, not_before from delivery where digest = :digest and digest > 0"
HOLDING = "select hold_until, options from subscription where channel_id = :channel and hold_until > 0"
RANK_HELD = """
    update delivery set rank = coalesce((select case when s.rank > :rank then :rank else s.rank end
        from story as s where s.id = delivery.story_id), rank)
    where digest = :id and digest > 0 and state = 'held'"""
"""Notes how grave each story is in a digest that begins."""
SETTLE_HELD = """
    update delivery set state = :state, settled_at = :now
    where digest = :id and digest > 0 and (state = 'held' or (state = 'muted'
        and settled_at >= (select coalesce(d.begun_at, :now + 1) from delivery as d where d.id = :id)))"""
"""Includes stories that were muted after the digest was begun: it told them."""
ROSE = """
    select s.id from delivery as d join story as s on s.id = d.story_id
    where d.digest = :id and d.digest > 0 and d.state = 'told' and d.rank < s.rank and s.rank = 2 order by s.id"""
"""Stories that became breaking news while their digest was being sent: nobody could be told of the rise yet."""
DIGEST_STORIES = """
    select s.id, s.title, s.url, s.rank, s.last_at, s.lang,
        (select count(*) from story_outlet as o where o.story_id = s.id),
        (select min(b.id) from story_rule as q join subscription as b on b.rule_id = q.rule_id
            where q.story_id = s.id and b.channel_id = :channel and b.paused = '')
    from delivery as d join story as s
        on s.id = coalesce((select a.story_id from story_alias as a where a.id = d.story_id), d.story_id)
    where d.digest = :id and d.digest > 0 and d.state = 'held'
        and not exists (select 1 from mute as m where m.channel_id = :channel and m.story_id = s.id)
    order by s.rank desc, 7 desc, s.last_at desc, s.id"""
DIGEST_SINCE = """
    select min(created_at), sum(case when state = 'held' then 1 else 0 end) from delivery
    where digest = :id and digest > 0"""
DIGEST_REASON = "select reason from delivery where id = :id"
WISHES = """
    select r.name, s.options from subscription as s join rule as r on r.id = s.rule_id
    where s.channel_id = :channel and s.paused = '' order by s.id"""
DIGEST_LABELS = """
    select s.id, r.name, s.label from subscription as s join rule as r on r.id = s.rule_id
    where s.channel_id = :channel order by s.id"""

ENQUEUE = """
    insert into delivery (channel_id, story_id, kind, created_at)
    select c.id, :story, 'new', :now from channel as c where c.id = :channel and not exists (
        select 1 from delivery as d where d.story_id = :story and d.kind = 'new' and d.channel_id = :channel)
    on conflict do nothing"""
"""It takes no id if there is such a row already; an insert that conflicts would use one up."""

ADD_TAT = "insert into pace (key, tat) values (:key, 0) on conflict do nothing"
TAT = "select tat from pace where key = :key /* locked */"
SET_TAT = "insert into pace (key, tat) values (:key, :tat) on conflict (key) do update set tat = excluded.tat"
