"""The SQL text of stories that go on and of feedback (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

SET_TASTE = """
    insert into taste (channel_id, rule_id, outlet, delta, at) values (:channel, :rule, :outlet, :delta, :now)
    on conflict (channel_id, rule_id, outlet) do update set delta = excluded.delta, at = excluded.at"""
DROP_TASTE = "delete from taste where channel_id = :channel and rule_id = :rule and outlet = :outlet"
MOVE_TASTES = """
    update taste set rule_id = :rule_id where channel_id = :channel and rule_id = :old and not exists (
        select 1 from taste as t where t.channel_id = :channel and t.rule_id = :rule_id and t.outlet = taste.outlet)"""
TASTES = """
    select r.name, t.outlet, t.delta from taste as t join rule as r on r.id = t.rule_id
    where t.channel_id = :channel order by t.rule_id, t.outlet"""

FOLLOW = "insert into follow (channel_id, story_id, at) values (:channel, :story, :now) on conflict do nothing"
UNFOLLOW = "delete from follow where channel_id = :channel and story_id = :story"
FOLLOWED = "select 1 from follow where channel_id = :channel and story_id = :story"
RAISE_FOLLOWED = """
    update delivery set state = 'queued', not_before = 0, reason = '', digest = 0, created_at = :now
    where story_id = :story and kind = 'new' and channel_id = :channel and state in ('held', 'told')"""
"""A story that waits for a digest, or was a line in one, is posted on its own, as replies need a message."""

ADD_PAIR = """
    insert into label_pair (a, b, by, same, at) values (:a, :b, :by, :same, :at)
    on conflict (a, b, by) do update set same = excluded.same, at = excluded.at"""
FORGET_JUDGES = "update label_pair set by = '' where substr(by, 1, length(cast(:judges as text))) = :judges"
PAIRS = "select a, b, same, by, at from label_pair order by at, a, b"
ENTRY_IDS = """
    select e.id from entry as e
    where e.story_id = coalesce((select a.story_id from story_alias as a where a.id = :story), :story)
    order by case when e.published < e.first_seen then e.published else e.first_seen end, e.id limit :n"""

TOLD = """
    select told, rank, kind,
        settled_at > coalesce((select d.created_at from delivery as d where d.id = :id), 0) - 86400000 as recent
    from delivery
    where story_id = :story and channel_id = :channel and state = 'sent' and id <> :id order by id"""
NEWS_IDS = "select id from entry where story_id = :story and news <> '' order by id"
ALSO = """
    select o.name, coalesce(e.form, '') from story_outlet as o left join entry as e on e.id = o.entry_id
    where o.story_id = :story and o.entry_id > :since order by o.entry_id limit :n"""
REPORTED = """
    select e.source, e.title, e.url, case when e.published < e.first_seen then e.published else e.first_seen end
    from entry as e
    where e.story_id = :story and e.id > :since and e.id <= :upto and e.kind <> 'duplicate'
    order by e.id desc limit :n"""
