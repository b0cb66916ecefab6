"""The SQL text of splitting a story (see `bot.store.sql.queries` for what may differ)."""

from __future__ import annotations

from bot.store.sql.queries import EACH
from bot.store.sql.queries_read import ENTRY

# ruff: noqa: S608 - these are constants made of constants; values are always bound

REPORTS = f"""
    select {ENTRY}, i.body, e.duplicate_of from fold_item as i join entry as e on e.id = i.item
    where e.story_id = coalesce((select a.story_id from story_alias as a where a.id = :story), :story)
    order by i.item limit :n"""
TAKE = """select id from story
    where id = coalesce((select a.story_id from story_alias as a where a.id = :story), :story) /* locked */"""
WHOLE = f"select {ENTRY}, e.kind, e.placed from entry as e where e.story_id = :story order by e.id"
HITS = f"select entry_id, rule_id, why from hit where entry_id in {EACH.format('entries')} order by entry_id"
ALIASES = "select id from story_alias where story_id = :story order by id"

ADD_STORY = """
    insert into story (id, title, url, summary, lang, first_at, last_at, entries, rank, headline)
    select :new, title, url, summary, lang, first_at, last_at, entries, rank, headline from story where id = :story"""
PUT_STORY = """
    update story set title = :title, url = :url, summary = :summary, lang = :lang, first_at = :first_at,
        last_at = :last_at, entries = :entries, headline = :headline where id = :story"""
# A changed stamp tells every cache of a report that its row has changed.
MOVE = (
    f"update entry set story_id = :new where id in {EACH.format('entries')}",
    f"update fold_item set story = :new, stamp = stamp + 1 where item in {EACH.format('entries')}",
    "insert into mute (channel_id, story_id, at) select channel_id, :new, at from mute where story_id = :story",
    "insert into follow (channel_id, story_id, at) select channel_id, :new, at from follow where story_id = :story",
    "delete from story_outlet where story_id = :story",
    "delete from story_rule where story_id = :story",
)
MOVE_ALIASES = f"update story_alias set story_id = :new where id in {EACH.format('aliases')}"
MOVE_FOLD_ALIASES = f"update fold_alias set new = :new where old in {EACH.format('aliases')}"
WHY = "update entry set placed = :placed where id = :id"

FOLDED = """select count(*), max(item), min(at), max(at) from fold_item where story = :story"""
FOLD_STAMP = "select stamp from fold_item where item = :item"
MOVE_PROCESS = "update fold_process set story = :new where process = :process and story = :story"
