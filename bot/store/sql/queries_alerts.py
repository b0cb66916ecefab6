"""The SQL text of what an alert says (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

# ruff: noqa: S608 - these are constants made of constants; values are always bound
from bot.store.sql.queries import EACH

ALERT_STORY = """
    select s.id, s.title, s.url, s.summary, s.lang, s.first_at, s.rank,
        coalesce((select max(e.id) from entry as e where e.story_id = s.id), 0) from story as s
    where s.id = coalesce((select a.story_id from story_alias as a where a.id = :story), :story)"""
MUTED = "select 1 from mute where channel_id = :channel and story_id = :story"
ALERT_OUTLETS = "select name, url, at from story_outlet where story_id = :story order by entry_id limit :n"
ALERT_REPORTS = """
    select title, case when length(content) > length(summary) then content else summary end, source, url
    from entry where story_id = :story and kind <> 'duplicate' and form = '' order by id limit :reports"""
RETOLD = "select text from memory where key = :key"
ALERT_TOPICS = f"""
    select s.channel_id, r.name, s.label, q.why, s.options, c.settings
    from story_rule as q join rule as r on r.id = q.rule_id join subscription as s on s.rule_id = q.rule_id
        join channel as c on c.id = s.channel_id
    where q.story_id = :story and s.channel_id in {EACH.format("channels")} and s.paused = ''
        and not exists (select 1 from mute as m where m.channel_id = s.channel_id and m.story_id = q.story_id)
    order by s.id"""
"""Which subscriptions of some channels a story matches; none of channels that muted it."""
_NEWS = """
    select e.news, e.source, case when e.title = s.title then '' else e.title end, e.url,
        case when e.published < e.first_seen then e.published else e.first_seen end
    from entry as e join story as s on s.id = e.story_id"""
ALERT_NEWS = f"""
    {_NEWS}
    where e.story_id = :story and e.news <> '' and e.id <= :upto and e.id > coalesce((
        select max(d.told) from delivery as d where d.story_id = :story and d.channel_id = :channel
            and d.id <> :id and d.state = 'sent'), 0)
    order by e.id desc limit :n"""
ALERT_COME = f"""
    {_NEWS} join delivery as d on d.id = :id
    where e.story_id = :story and e.news <> '' and e.id <= :upto and e.first_seen > d.created_at - :while and (
        e.news like :corrected or e.news like :denied or exists (
            select 1 from entry as b where b.story_id = :story and b.first_seen <= d.created_at - :while))
    order by e.id desc limit :n"""
"""News since `while` before a delivery was made, if the story is older than that; in any case, corrections and denials
of the report whose title the alert has.
"""
