"""Loads a PostgreSQL store with millions of rows, by statements of its own: what a program would have stored by now."""

from __future__ import annotations

from typing import Any

import psycopg

from benchmarks.storyrows import MINUTE, WINDOW, item
from bot.core.stories.cluster import document
from bot.core.stories.commonness import Commonness
from bot.core.stories.side import member
from bot.core.stories.sketch import anchors
from bot.store.similar.look import POSTED
from bot.store.similar.rows import heaviest, member_text, sketch_bytes

EACH = 100
"""Channels that subscribe to one rule, reports a rule has found for every hundred channels' rules."""
_SHAPES = 2_000
_CHANNELS = """
insert into rule (id, name) select n, 'topic:r' || n from generate_series(1, {rules}) as n;
insert into channel (id, platform, scope, ref, due_at)
    select n, 'sink', '', 'c' || n, case when n % 10 = 0 then {now} end from generate_series(1, {channels}) as n;
insert into delivery (channel_id, story_id, kind, created_at)
    select n, 1 + n / 10 % {entries}, 'new', {now} from generate_series(10, {channels}, 10) as n;
insert into subscription (channel_id, rule_id, label, created_at)
    select n, 1 + n % {rules}, 'x', {now} from generate_series(1, {channels}) as n;
"""
_ENTRIES = """
insert into story (id, title, url, summary, lang, first_at, last_at, entries, rank, headline)
    select n, 'Some nine words of a title number ' || n, 'https://x.example/' || n, 'What it says in a sentence.',
        'en', {start} + n * {step}, {start} + n * {step}, 1, 0, 1 from generate_series(1::bigint, {entries}) as n;
insert into entry (id, feed_id, story_id, guid, url, title, summary, content, source, lang, form, tier, facts,
        published, first_seen, kind, duplicate_of, news, placed)
    select n, 1 + n % 1000, n, n::text, 'https://x.example/' || n, 'Some nine words of a title number ' || n,
        repeat('What it says in a sentence or two. ', 4), '', 'Outlet ' || n % 300, 'en', '', 'trade', '[]',
        {start} + n * {step}, {start} + n * {step}, 'new', null, '', '{{}}'
    from generate_series(1::bigint, {entries}) as n;
insert into story_outlet (story_id, name, entry_id, url, at)
    select n, 'Outlet ' || n % 300, n, 'https://x.example/' || n, {start} + n * {step}
    from generate_series(1::bigint, {entries}) as n;
insert into seen (feed_id, key, at)
    select 1 + n % 1000, hashtextextended(n::text, 0), {start} from generate_series(1::bigint, {entries}) as n;
insert into hit (entry_id, rule_id, why, spans)
    select n, 1 + n % {rules}, '["word"]', '[]' from generate_series(1::bigint, {entries}) as n;
insert into story_rule (story_id, rule_id, last_at, why)
    select n, 1 + n % {rules}, {start} + n * {step}, '["word"]' from generate_series(1::bigint, {entries}) as n;
insert into entry_fts (id, title, body, terms)
    select n, '', '', ('''common' || n % 97 || ''':1A ''usual' || n % 4999 || ''':2A ''rare'
        || (n * 2654435761) % 999983 || ''':3B')::tsvector from generate_series(1::bigint, {entries}) as n;
insert into fold_item (item, story, stamp, at, body, level, hashes)
    select n, n, 0, {start} + n * {step}, s.body, s.level, s.hashes
    from generate_series(1::bigint, {pruned}) as each(n) join shape as s on s.shape = n % {shapes};
insert into tally (name, n) values ('entries', {entries}), ('stories', {entries})
    on conflict (name) do update set n = excluded.n;
"""
_LAST = """
insert into fold_story (story, size, tip, stamp, first_at, last_at, state)
    select item, 1, item, 0, at, at, '{{}}' from fold_item;
insert into fold_mark (name, value) values ('upto', {entries}), ('pruned', {pruned});
insert into fold_common (term, n) values ('', {entries});
select setval('entry_ids', {entries}), setval('story_ids', {entries}),
    setval('channel_id_seq', {channels}), setval('rule_id_seq', {rules});
"""


def load(address: str, channels: int, entries: int, now: int) -> None:
    """Fill an empty schema of ours: channels that each subscribe to a rule, and reports a minute apart, the last now.

    A delivery waits for every tenth channel. Each report is a story of its own with a hit. Indexes other than keys are
    made afterwards.
    """
    start, rules = now - entries * MINUTE, max(1, channels // EACH)
    pruned = max(0, entries - WINDOW // MINUTE)
    given: dict[str, Any] = {"channels": channels, "entries": entries, "rules": rules, "now": now, "start": start}
    given |= {"step": MINUTE, "pruned": pruned, "shapes": _SHAPES}
    with psycopg.connect(address, autocommit=True) as conn:
        conn.execute("set session_replication_role = replica; set synchronous_commit = off")
        conn.execute(
            "set maintenance_work_mem = '512MB'; set work_mem = '64MB'; set max_parallel_workers_per_gather = 0"
        )
        indexes = _without_indexes(conn)
        _shapes(conn, start)
        for statement in (_CHANNELS + _ENTRIES).format(**given).split(";\n"):
            if statement.strip():
                conn.execute(statement.encode())
        _window(conn, range(pruned + 1, entries + 1), start)
        conn.execute(_LAST.format(**given).encode())
        conn.execute("drop table shape")
        for index in indexes:
            conn.execute(index.encode())
        tables = conn.execute("select tablename from pg_tables where schemaname = current_schema()").fetchall()
        conn.execute(f"vacuum analyze {', '.join(name for (name,) in tables)}".encode())


def _without_indexes(conn: psycopg.Connection[Any]) -> list[str]:
    """Drop the indexes that are no keys; how to make them again."""
    found = conn.execute(
        "select i.indexname, i.indexdef from pg_indexes as i where i.schemaname = current_schema() and not exists "
        "(select 1 from pg_constraint as c where c.conname = i.indexname)"
    ).fetchall()
    for name, _ in found:
        conn.execute(f"drop index {name}".encode())
    return [made for _, made in found]


def _shapes(conn: psycopg.Connection[Any], start: int) -> None:
    conn.execute("create table shape (shape bigint primary key, body text, level bigint, hashes bytea)")
    with conn.cursor().copy("copy shape (shape, body, level, hashes) from stdin") as copy:
        for number in range(_SHAPES):
            copy.write_row((number, *_made(number, start)[0]))


def _window(conn: psycopg.Connection[Any], numbers: range, start: int) -> None:
    """The reports that may still belong to an open story, with all by which they are found."""
    posts: list[tuple[str, int, int]] = []
    shingles: list[tuple[int, int]] = []
    with conn.cursor().copy("copy fold_item (item, story, stamp, at, body, level, hashes) from stdin") as copy:
        for number in numbers:
            (body, level, hashes), terms, shown = _made(number, start + number * MINUTE)
            copy.write_row((number, number, 0, start + number * MINUTE, body, level, hashes))
            posts += [(term, number, number) for term in terms]
            shingles += [(value, number) for value in shown]
    for table, rows in (("fold_post (term, item, story)", set(posts)), ("fold_shingle (hash, item)", set(shingles))):
        with conn.cursor().copy(f"copy {table} from stdin".encode()) as copy:
            for row in sorted(rows):
                copy.write_row(row)


def _made(number: int, at: int) -> tuple[tuple[str, int, bytes], list[str], list[int]]:
    doc = document(item(number, at))
    one = member(doc.features, Commonness())
    row = (member_text(one, one.names), doc.sketch.level, sketch_bytes(doc.sketch))
    return row, [term for _, term in heaviest(one, POSTED)], list(anchors(doc.sketch))
