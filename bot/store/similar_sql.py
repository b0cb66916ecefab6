"""The tables and statements of the folding index: one SQL text, named parameters, integers for times and hashes.

`fold_item` is a log in order of entry ids: what a report was compared by. `fold_post` is the posting index that finds
candidates: its key is the table. `fold_common` holds how common terms were when the log had reached `upto`.
"""

from __future__ import annotations

DDL = """
create table if not exists fold_item(
    item    integer primary key,          -- the entry's id
    story   integer not null,             -- the story that it was placed in; fold_alias may lead on
    stamp   integer not null,             -- a hash of the row, by which a cached copy is recognised
    at      integer not null,             -- the report's time, ms
    body    text    not null,             -- JSON: bot.store.similar_rows
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
    hash    integer not null,             -- bot.core.sketch.anchors
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
STORY = "select size, tip, stamp, first_at, last_at, state from fold_story where story = :story"
TAKE_STORY = "select size, tip, stamp from fold_story where story = :story /* locked */"
LATEST = "select item, stamp from fold_item where item > :after order by item"
REPORTS = "select item, stamp, body from fold_item where item in (select value from json_each(:items)) order by item"
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
DROP_POST = "delete from fold_post where term = ? and item = ?"
DROP_SHINGLE = "delete from fold_shingle where hash = ? and item = ?"

_ITEMS = """select i.item, coalesce(a.new, i.story), i.level, i.hashes from fold_item as i
left join fold_alias as a on a.old = i.story where i.item in"""
_STAMPS = "select story, size, tip, stamp from fold_story where story in"
_KEYS = "select key, item from fold_key where key in"


def items(n: int) -> str:
    """Reports by id, n parameters by position: item, the story that theirs became part of, sketch."""
    return f"{_ITEMS} ({_marks(n)})"


def _marks(n: int) -> str:
    return ", ".join("?" * n)


def posts(terms: int, each: int) -> str:
    """The newest `each` postings of so many terms, given by position: the term's number, the report's story."""
    part = "select * from (select {0} as n, story from fold_post where term = ? order by item desc limit {1}) as p{0}"
    return " union all ".join(part.format(number, each) for number in range(terms))


def shingles(hashes: int, most: int) -> str:
    """The newest reports with each of so many hashes, given by position, each at most `most`."""
    part = "select * from (select item from fold_shingle where hash = ? order by item desc limit {0}) as s{1}"
    return " union all ".join(part.format(most, number) for number in range(hashes))


def stamps(n: int) -> str:
    """What tells whether a kept copy of a story is current, of n stories by position."""
    return f"{_STAMPS} ({_marks(n)})"


def keys(n: int) -> str:
    """The reports that carry one of n keys, given by position: key, item."""
    return f"{_KEYS} ({_marks(n)})"
