"""Reads (`bot.ports.Lookups`), each on one snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.identity import story_keys
from bot.core.language.text import fold
from bot.core.matching.ranking import Match, best
from bot.core.model import Entry, Hit, Placement, Story
from bot.core.units import HOUR_MS
from bot.store import rows
from bot.store.db import Db
from bot.store.part import Part, reads
from bot.store.sql import queries_read as sql

_END = 1 << 62  # later than any time
_TIMELINE = 1_000
_LOOKED_AT = 5_000  # stories among which those in a language are looked for


class LookupRows(Part):
    """See `bot.ports.Lookups`."""

    @reads
    def latest(
        self, db: Db, rule: str | None, n: int, before: int | None = None, lang: str = "", skip: int = 0
    ) -> list[Story]:
        most = max(n + skip, _LOOKED_AT if lang else 0)
        until = _END if before is None else before
        params = {"rule": rule, "n": n, "skip": skip, "before": until, "lang": lang, "most": most}
        statement = sql.LATEST if rule is None else sql.LATEST_OF_RULE
        return stories(db, db.execute(statement, params))

    @reads
    def search(self, db: Db, expression: str, n: int) -> list[Story]:
        now = self._clock()
        found = db.matching(sql.NEWEST_MATCHES, {"expression": expression, "n": 500})
        order = best(expression, [Match(*row) for row in found], now)[:n]
        by_id = {row[0]: row for row in db.execute(sql.STORIES, {"stories": rows.dumps(order)})}
        return stories(db, (by_id[story] for story in order))

    @reads
    def story(self, db: Db, story_id: int) -> Story | None:
        return next(iter(stories(db, db.execute(sql.STORY_BY_ID, {"story": story_id}))), None)

    @reads
    def timeline(self, db: Db, story_id: int) -> list[tuple[Entry, tuple[Hit, ...]]]:
        """The entries of a story in order of time, at most 1,000, each with its hits."""
        found = [rows.entry(row) for row in db.execute(sql.TIMELINE, {"story": story_id, "n": _TIMELINE})]
        ids = rows.dumps([row[0] for row in found])
        hits = rows.hits(db.execute(sql.HITS, {"entries": ids}))
        return [(entry, hits.get(number, ())) for number, _, entry in found]

    @reads
    def placements(self, db: Db, story_id: int) -> list[tuple[Entry, Placement]]:
        """See `Lookups`. At most 1,000."""
        return [rows.placement(row) for row in db.execute(sql.PLACEMENTS, {"story": story_id, "n": _TIMELINE})]

    @reads
    def find(self, db: Db, url: str) -> int | None:
        keys = rows.dumps(story_keys(Entry("", url, "")))
        row = db.execute(sql.FIND, {"keys": keys}).fetchone()
        return row[0] if row else None

    @reads
    def newest(self, db: Db, n: int) -> list[Entry]:
        return [entry for _, entry in _entries(db.execute(sql.NEWEST, {"n": n}))]

    @reads
    def scan(self, db: Db, expression: str, since: int, n: int) -> list[tuple[int, Entry]]:
        return _entries(db.matching(sql.SCAN_MATCHES, {"expression": expression, "since": since, "n": n}))

    @reads
    def filed(
        self, db: Db, forms: Sequence[str], outlets: Sequence[str], since: int, n: int
    ) -> list[tuple[int, Entry]]:
        params = {"forms": rows.dumps(forms), "outlets": rows.dumps(outlets), "since": since, "n": n}
        return _entries(db.execute(sql.FILED, params))

    @reads
    def spellings(self, db: Db, prefix: str, n: int) -> list[tuple[str, int]]:
        return [(row[0], row[1]) for row in db.execute(sql.SPELLINGS, rows.within(fold(prefix)) | {"n": n})]

    @reads
    def outlets(self, db: Db, prefix: str = "", n: int = 25) -> list[str]:
        return [row[0] for row in db.execute(sql.COMPLETE_OUTLETS, rows.within(fold(prefix)) | {"n": n})]

    @reads
    def trend(self, db: Db, rule: str, since: int) -> list[tuple[int, int]]:
        params = {"rule": rule, "since": since - since % HOUR_MS}
        return [(row[0], row[1]) for row in db.execute(sql.TREND, params)]

    @reads
    def stats(self, db: Db) -> dict[str, int]:
        """Counts for status and metrics; deliveries by state."""
        return dict(db.execute(sql.STATS).fetchall())


def stories(db: Db, found: Iterable[rows.Row]) -> list[Story]:
    """Story rows with their outlets and topics, in the order given."""
    kept = list(found)
    params = {"stories": rows.dumps([row[0] for row in kept])}
    outlets = rows.grouped(db.execute(sql.OUTLETS_OF, params))
    topics = rows.grouped(db.execute(sql.RULES_OF, params))
    return [rows.story(row, outlets, topics) for row in kept]


def _entries(found: Iterable[rows.Row]) -> list[tuple[int, Entry]]:
    return [(story, entry) for _, story, entry in map(rows.entry, found)]
