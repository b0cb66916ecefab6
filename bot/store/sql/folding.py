"""The tables and statements of the folding index: one SQL text, named parameters, integers for times and hashes.

`fold_item` is a log in order of entry ids: what each report was compared by. `fold_post` is the posting index that
finds candidates, stored in the order of its key. `fold_common` holds how common terms were when the log had reached
`upto`.
"""

from __future__ import annotations

DDL = """
create table if not exists fold_item(
    item    integer primary key,          -- the entry's id
    story   integer not null,             -- the story that it was placed in; fold_alias may lead on
    stamp   integer not null,             -- a hash of the row, by which a cached copy is recognised
    at      integer not null,             -- the report's time, ms
    body    text    not null,             -- JSON: bot.store.similar.rows
    level   integer not null,             -- sketch: its sampling level,
    hashes  bytea   not null              -- and its hashes, 32 bits each, little-endian
);
create index if not exists fold_item_story on fold_item(story, item);
create table if not exists fold_post(
    term    text    not null,
    item    integer not null,
    story   integer not null,
    primary key(term, item)
) without rowid;
create table if not exists fold_shingle(
    hash    integer not null,             -- bot.core.stories.sketch.anchors
    item    integer not null,
    primary key(hash, item)
) without rowid;
create table if not exists fold_key(
    key     integer primary key,          -- bot.core.identity
    item    integer not null
);
create table if not exists fold_story(
    story    integer primary key,
    size     integer not null,
    tip      integer not null,            -- its newest item
    stamp    integer not null,            -- that item's stamp
    first_at integer not null,
    last_at  integer not null,
    state    text    not null             -- JSON: what it has told
);
create table if not exists fold_process(
    process text primary key,
    story   integer not null
);
create table if not exists fold_alias(
    old     integer primary key,
    new     integer not null
);
create table if not exists fold_common(
    term    text primary key,             -- "" is the number of documents
    n       double precision not null
);
create table if not exists fold_mark(
    name    text primary key,             -- "upto": the item that fold_common counts to; "day": its day; "pruned"
    value   integer not null
);
"""

TIP = "select item, stamp from fold_item order by item desc limit 1"
VERSION = "pragma data_version"
TAIL = "select item, stamp, body from fold_item where item >= :item order by item limit :most"
STORY_FIRST = "select item, stamp, body from fold_item where story = :story order by item limit 1"
STORY_LAST = "select item, stamp, body from fold_item where story = :story order by item desc limit :most"
STORY = "select story, size, tip, stamp, first_at, last_at, state from fold_story where story = :story"
TAKE_STORY = "select size, tip, stamp from fold_story where story = :story /* locked */"
LATEST = "select item, stamp from fold_item where item > :after order by item"
REPORTS = "select item, stamp, body from fold_item where item in (select value from json_each(:items)) order by item"
NEWEST = "select item, stamp from fold_item order by item desc limit :most"
LOGGED = """select item, stamp, story, body from fold_item where item in (select value from json_each(:items))
order by item"""
PROCESS = "select story from fold_process where process = :process"
ALIAS = "select new from fold_alias where old = :old"

ADD_ITEM = """insert into fold_item(item, story, stamp, at, body, level, hashes)
values (?, ?, ?, ?, ?, ?, ?)"""
ADD_POST = "insert into fold_post(term, item, story) values (?, ?, ?) on conflict do nothing"
ADD_SHINGLE = "insert into fold_shingle(hash, item) values (?, ?) on conflict do nothing"
ADD_KEY = "insert into fold_key(key, item) values (?, ?) on conflict do nothing"
ADD_PROCESS = "insert into fold_process(process, story) values (:process, :story) on conflict do nothing"
PUT_STORY = """insert into fold_story(story, size, tip, stamp, first_at, last_at, state)
values (?, ?, ?, ?, ?, ?, ?)
on conflict(story) do update set size = excluded.size, tip = excluded.tip, stamp = excluded.stamp,
first_at = excluded.first_at, last_at = excluded.last_at, state = excluded.state"""

PUT_ALIAS = "insert into fold_alias(old, new) values (:old, :new) on conflict(old) do update set new = excluded.new"
MOVE_ITEMS = "update fold_item set story = :new where story = :old"
DROP_STORY = "delete from fold_story where story = :old"

COMMON = "select term, n from fold_common"
CLEAR_COMMON = "delete from fold_common"
ADD_COMMON = "insert into fold_common(term, n) values (?, ?)"
MARK = "select value from fold_mark where name = :name"
PUT_MARK = (
    "insert into fold_mark(name, value) values (:name, :value) on conflict(name) do update set value = excluded.value"
)

NEXT_ITEMS = "select item, at, body, level, hashes from fold_item where item > :after order by item limit :most"
WHOLE = "select item, body from fold_item where story = :story"
MOVE_POST = "update fold_post set story = ? where term = ? and item = ?"
DROP_POST = "delete from fold_post where term = ? and item = ?"
DROP_SHINGLE = "delete from fold_shingle where hash = ? and item = ?"
DROP_KEY = "delete from fold_key where key = ? and item = ?"

ITEMS = """select i.item, coalesce(a.new, i.story), i.level, i.hashes from fold_item as i
left join fold_alias as a on a.old = i.story where i.item in (select value from json_each(:items))"""
"""Reports by id, each with the story that its story became part of, and its sketch."""
STATES = """select story, size, tip, stamp, first_at, last_at, state from fold_story
where story in (select value from json_each(:stories))"""
MEMBERS = """select story, body from fold_item where story in (select value from json_each(:stories))
order by story, item"""

_FILED = """with asked(k) as {keys} select k, (select group_concat({value}) from (
select {value} from {table} where {key} = k order by item desc limit {each}) as f) from asked
where exists (select 1 from {table} where {key} = k)"""
_TEXTS, _NUMBERS = "(select value || '' from json_each(:keys))", "(select value from json_each(:keys))"
POSTS_EACH = 32  # newest reports with a term that are looked at
SHINGLES_EACH = 8  # newest reports with a shingle: a shingle that more of them have is boilerplate
POSTS = _FILED.format(keys=_TEXTS, value="story", table="fold_post", key="term", each=POSTS_EACH)
SHINGLES = _FILED.format(keys=_NUMBERS, value="item", table="fold_shingle", key="hash", each=SHINGLES_EACH)
KEYS = _FILED.format(keys=_NUMBERS, value="item", table="fold_key", key="key", each=1)
"""(key, the values of its newest reports joined by commas), for each key of a list that has any."""
