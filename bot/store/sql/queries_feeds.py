"""The SQL text of feeds and their polls (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

# ruff: noqa: S608 - these are constants made of constants; values are always bound

ADD_FEED = """
    insert into feed (url, kind, title, source, lang, tier, options, created_at)
    values (:url, :kind, :title, :source, :lang, :tier, :options, :now) on conflict (url) do nothing"""
HEED_FEED = """
    update feed set kind = :kind, title = case when :title = '' then title else :title end, source = :source,
        lang = :lang, tier = :tier, options = :options, etag = '', modified = '', body_hash = 0
    where url = :url and (kind <> :kind or (:title <> '' and title <> :title) or source <> :source or lang <> :lang
        or tier <> :tier or options <> :options)"""
"""A feed that is now read differently is read in full next time. If the list has no title, the feed's own stays."""
REMOVE_FEED = "delete from feed where url = :url"
ADDRESSES = "select id, url from feed where url like 'http%@%' or url like 'http%=%'"
SEAL_FEED = """
    update feed set url = :url where id = :feed and not exists (select 1 from feed as other where other.url = :url)"""
PAUSE_FEED = "update feed set state = 'paused' where id = :feed and state = 'active'"
RESUME_FEED = "update feed set state = 'active', next_poll = :now where id = :feed and state in ('paused', 'gone')"
FEED = """
    id, url, kind, title, source, lang, tier, state, options, etag, modified, body_hash, baselined, rhythm, errors,
    last_error, last_ok, last_new, next_poll, lease_no, memo"""
FEEDS = f"select {FEED} from feed order by id"
LEASE_FEEDS = f"""
    update feed set lease_until = :until, lease_by = :owner, lease_no = lease_no + 1
    where id in (
        select id from feed where state = 'active' and (next_poll <= :now or next_poll > :far)
            and (lease_until <= :now or lease_until > :late) order by next_poll, id limit :n
            /* skip locked */)
    returning {FEED}"""
REWIND_FEEDS = """
    update feed set next_poll = :now + (id % :spread) * 1000 where next_poll > :now + :spread * 1000
        and exists (select 1 from feed as other where other.last_ok > :now + :doubt)"""
"""For feeds scheduled by a clock ahead of this one, which an answer dated in the future gives away."""
SETTLE_POLL = """
    update feed set lease_until = 0, next_poll = :next_poll, rhythm = :rhythm, etag = :etag, modified = :modified,
        body_hash = :body_hash, baselined = :baselined, errors = :errors, last_error = :last_error,
        state = case when state = 'paused' then state else :state end,
        url = case when :url = '' or exists (select 1 from feed as other where other.url = :url) then url else :url end,
        title = case when :title = '' then title else :title end,
        memo = case when :memo = '' then memo else :memo end,
        last_ok = coalesce(:last_ok, last_ok), last_new = coalesce(:last_new, last_new)
    where id = :feed_id and lease_no = :lease_no and lease_until > 0"""
_TWIN = "(select id from feed as twin where twin.url = :url and twin.id <> :feed and twin.state <> 'paused')"
MERGE_FEED = (
    f"""insert into seen (feed_id, key, at) select {_TWIN}, key, at from seen
        where feed_id = :feed and {_TWIN} is not null on conflict do nothing""",
    f"update feed set state = 'merged', last_error = 'moved to ' || :shown where id = :feed and {_TWIN} is not null",
    f"""update feed set state = 'active', errors = 0, last_error = '', next_poll = :next_poll
        where id = {_TWIN} and state in ('merged', 'gone')""",
)
"""A feed that moved for good to another one's address: what it has shown counts as shown there, and it rests. The other
one is resumed if it had moved here itself, or was gone. If a person paused the other one, both would rest; the feed is
then still polled at its old address."""
