"""The SQL text of edited reports (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

# ruff: noqa: S608 - these are constants made of constants; values are always bound
from bot.store.sql.queries import EACH, EACH_TEXT

REWORDED = f"""
    select k.key, e.id, e.story_id, e.title, e.summary, e.content, e.url
    from fold_key as k join entry as e on e.id = k.item
    where k.key in {EACH.format("keys")} and e.feed_id = :feed and e.first_seen > :after order by e.story_id, e.id"""
SHOWN_AS = f"""
    select e.guid, e.title, coalesce(e.published, e.first_seen) from entry as e
    where e.source in {EACH_TEXT.format("outlets")} and e.guid in {EACH_TEXT.format("guids")} and e.feed_id = :feed
    order by e.id"""
REWORD = "update entry set title = :title, summary = :text, content = :content where id = :id"
RETITLE = """
    update story set title = :title, summary = case when :summary = '' then summary else :summary end, lang = :lang
    where id = :story and title = :earlier and url = :url"""
RAISE = "update story set rank = :rank where id = :story and rank < :rank"
DROP_TEXT = f"delete from entry_fts where rowid in {EACH.format('entries')}"
