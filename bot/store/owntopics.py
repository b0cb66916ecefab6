"""Names that people gave to queries (`bot.ports.OwnTopics`), stored as small texts by home and folded name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from bot.core.matching.owntopics import OwnTopic, read
from bot.ports.owntopics import Changes, Home, News
from bot.store import rows
from bot.store.db import Db, Row
from bot.store.ingest import rule_id
from bot.store.notices import queue
from bot.store.part import Part, reads, writes
from bot.store.sql import queries_feedback as feedback
from bot.store.sql import queries_outbox as outbox
from bot.store.sql import queries_owntopics as sql
from bot.store.sql import queries_read

_CHANGED, _NAMED, _QUERY = "changed:rules", "named:", "query:"
_REMEMBERED = 100  # changes; a program looks more often than every two seconds, or once a minute if it is alone


class OwnTopicRows(Part):
    """See `bot.ports.OwnTopics`."""

    @reads
    def own_topic(self, db: Db, home: Home, key: str) -> OwnTopic | None:
        row = db.execute(queries_read.RECALL, {"key": _prefix(home) + key}).fetchone()
        return read(row[0]) if row else None

    @reads
    def own_topics(self, db: Db, home: Home) -> list[OwnTopic]:
        return [own for _, own in _kept(db, _prefix(home))]

    @reads
    def all_own_topics(self, db: Db) -> dict[Home, list[OwnTopic]]:
        homes: dict[Home, list[OwnTopic]] = {}
        for key, own in _kept(db, _NAMED):
            homes.setdefault(_home(key), []).append(own)
        return homes

    @reads
    def named_so(self, db: Db, home: Home, name: str) -> int:
        return len(_by_name(db, home, name))

    @writes
    def name_topic(
        self, db: Db, home: Home, before: OwnTopic | None, own: OwnTopic, rule: str, news: News | None = None
    ) -> int | None:
        params = {"key": _prefix(home) + own.key, "text": own.text, "before": before.text if before else ""}
        if not db.execute(sql.RENAME if before else queries_read.KEEP_NEW, params).rowcount:
            return None
        found = _by_name(db, home, before.name) if before else []
        for _, channel, old, _ in found:
            db.execute(outbox.CARRY, {"channel": channel, "rule_id": rule_id(db, rule), "old": rule_id(db, old)})
        for row in found:
            _follow(db, row, rule, own.name)
        if news:
            _tell(db, dict.fromkeys(channel for _, channel, old, _ in found if old != rule), news)
        changed(db, rule, _prefix(home))
        return len(found)

    @writes
    def unname_topic(self, db: Db, home: Home, own: OwnTopic) -> int:
        found = _by_name(db, home, own.name)
        for _, channel, rule, text in found:
            db.execute(sql.RELABEL, {"channel": channel, "rule_id": rule_id(db, rule), "label": text})
        db.execute(queries_read.DROP, {"key": _prefix(home) + own.key})
        changed(db, _prefix(home))
        return len(found)

    @reads
    def changes(self, db: Db, since: int) -> Changes:
        row = db.execute(queries_read.RECALL, {"key": _CHANGED}).fetchone()
        number, log = json.loads(row[0]) if row else (0, [])
        if number <= since:
            return Changes(number, (), ())
        told = dict.fromkeys(log[-(number - since) :])
        ids = [int(one.removeprefix(_QUERY)) for one in told if one.startswith(_QUERY)]
        queries = db.execute(sql.USED, {"queries": rows.dumps(ids)}).fetchall() if ids else []
        homes = tuple(_home(one) for one in told if not one.startswith(_QUERY))
        missed = since >= 0 and number - since > len(log)
        return Changes(number, tuple((row[0], row[1]) for row in queries), homes, missed)


def changed(db: Db, *what: str) -> None:
    """Tell all programs that a subscription is now about a query, or that names changed; topics are known to all."""
    db.execute(queries_read.KEEP_NEW, {"key": _CHANGED, "text": "[0, []]"})
    number, log = json.loads(db.execute(sql.LOG, {"key": _CHANGED}).fetchone()[0])
    more = [one for one in what if one.startswith((_QUERY, _NAMED))]
    if more:
        text = json.dumps([number + len(more), [*log, *more][-_REMEMBERED:]])
        db.execute(queries_read.KEEP, {"key": _CHANGED, "text": text})


def forget_names(db: Db, home: Home) -> None:
    """Drop all names of a home."""
    if db.execute(queries_read.DROP_ALL, rows.within(_prefix(home))).rowcount:
        changed(db, _prefix(home))


def _follow(db: Db, row: Row, rule: str, name: str) -> None:
    """Move a subscription to another rule, with its feedback and thread; if the channel has that rule, end this one."""
    number, channel, old, _ = row
    params: dict[str, Any] = {"id": number, "channel": channel, "label": name}
    params |= {"rule_id": rule_id(db, rule), "old": rule_id(db, old)}
    if old != rule and db.execute(outbox.REPLACE_RULE, params).rowcount:
        db.execute(feedback.MOVE_TASTES, params)
        db.execute(sql.MOVE_THREAD, params)
    elif old != rule:
        db.execute(outbox.UNSUBSCRIBE, params)
    db.execute(sql.RELABEL, params)


def _tell(db: Db, channels: Iterable[int], news: News) -> None:
    for number in channels:
        row = db.execute(outbox.CHANNEL_BY_ID, {"channel": number}).fetchone()
        if notice := news.notice(rows.channel(row)):
            queue(db, notice, news.now)


def _by_name(db: Db, home: Home, name: str) -> list[Row]:
    """Number, channel, rule and query of each subscription by a name."""
    hooks = home.scope if home.platform == "console" else f"{home.platform}:{home.scope}"
    return db.execute(sql.SUBSCRIBED_BY_NAME, {**home._asdict(), "hooks": hooks, "name": name}).fetchall()


def _kept(db: Db, prefix: str) -> list[tuple[str, OwnTopic]]:
    return [(key, own) for key, text in db.execute(queries_read.RECALL_ALL, rows.within(prefix)) if (own := read(text))]


def _prefix(home: Home) -> str:
    return f"{_NAMED}{home.platform}:{home.scope}:"


def _home(key: str) -> Home:
    platform, scope = key.split(":", 3)[1:3]
    return Home(platform, scope)
