"""Brings one poll's entries into the tables: rows are gathered and written in batches, ids are given at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from bot.core.language.text import bigrams, filed_name
from bot.core.model import Entry, Hit, Placement
from bot.core.stories.cluster import Candidates, Document
from bot.core.stories.headline import headline_rank
from bot.core.units import DAY_MS, HOUR_MS
from bot.ports import Edited, FanOut, Found, Outcome, Saved
from bot.store import inbox
from bot.store.bulk import TOLD_OF, Params, Rows, bulk
from bot.store.db import Db, Text
from bot.store.edits import edits, others
from bot.store.fanout import fan_out
from bot.store.rows import dumps, rank_of, signed
from bot.store.search import characters
from bot.store.similar.index import StoryIndex
from bot.store.sql import queries as sql
from bot.store.sql.queries_edits import RAISE
from bot.store.vocabulary import Vocabulary

_MARK_SEEN = bulk(sql.MARK_SEEN).text


class Ingest:
    """An open write transaction (`bot.ports.IngestTx`). `rules` caches rule ids, by name."""

    def __init__(self, db: Db, index: StoryIndex, rules: dict[str, int], vocabulary: Vocabulary) -> None:
        self._db = db
        self._index = index
        self._rules = rules
        self._vocabulary = vocabulary
        self._rows = Rows()
        self._counts: dict[tuple[int, int], int] = {}
        self._outlets: dict[str, int] = {}
        self._totals: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._merged: dict[int, tuple[int, ...]] = {}
        self._terms: dict[str, int] = {}
        self._texts: dict[int, tuple[Entry, Text]] = {}  # of entries that are still to be saved, by `id(entry)`
        self._aliases: dict[int, int] = {}
        self._flow = ExitStack()  # within it, statements don't wait for the ones before them
        self._coming = 0  # entries that are still to be saved, as far as known
        self._opened: set[int] = set()  # stories that this transaction opens
        self._day = 0
        index.begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the answers of all statements."""
        self._flow.__exit__(kind, error, trace)

    def put(self, feed_id: int, found: Sequence[Found]) -> None:
        inbox.put(self._db, feed_id, found)

    def take(self, n: int) -> list[tuple[int, Found]]:
        return inbox.taken(self._db, n)

    def guard(self, docs: Iterable[Document], rules: Iterable[str] = ()) -> None:
        given = list(docs)
        self._coming = len(given)
        self._texts = {id(doc.entry): (doc.entry, self._text(doc.entry)) for doc in given}
        if unknown := [name for name in rules if name not in self._rules]:
            self._rules.update(self._db.execute(sql.RULES, {"rules": dumps(unknown)}).fetchall())
        alone = self._db.lock(self._index.signs(given))
        self._know(self._index.look_up(given, alone=alone))
        self._flow.enter_context(self._db.at_once())

    def candidates(self, doc: Document) -> Candidates:
        return self._index.candidates(doc)

    def remember(self, doc: Document, entry_id: int, story_id: int) -> None:
        merges = self._merged.pop(entry_id, ())
        self._index.add(doc, entry_id, story_id, merges, opens=story_id in self._opened)
        self._opened.discard(story_id)
        if len(self._rows.entries) >= self._db.portion:
            self.flush()
            self._index.flush()

    def new_keys(self, feed_id: int, keys: Sequence[Sequence[int]]) -> list[bool]:
        asked = dumps([signed(key) for some in keys for key in some])
        seen = {row[0] for row in self._db.execute(sql.SEEN, {"feed": feed_id, "keys": asked})}
        return [not any(signed(key) in seen for key in some) for some in keys]

    def mark_seen(self, feed_id: int, keys: Sequence[Sequence[int]], now: int) -> None:
        """See `IngestTx`. Times are cut to the day, so that an unchanged feed writes its keys once a day."""
        day = now - now % DAY_MS
        rows = [(feed_id, signed(key), day) for some in keys for key in some]
        self._db.conn.executemany(_MARK_SEEN, rows)

    def save(self, feed_id: int, outcome: Outcome) -> Saved:
        entry, placement = outcome.entry, outcome.placement
        self._coming = max(0, self._coming - 1)
        entry_id = self._take("entry")
        opens = placement.story is None
        story_id = self._take("story") if opens else self._alias(placement.story or 0)
        self._add_story(story_id, outcome, opens=opens)
        self._rows.entries.append(_entry_row(entry_id, story_id, feed_id, outcome))
        self.index_text(entry_id, entry)
        self._add_outlet(entry_id, story_id, entry)
        self._count(self._rule(""), entry.at - entry.at % HOUR_MS)
        self._add_hits(entry_id, story_id, outcome.hits, entry.at)
        self._total("entries")
        if placement.kind == "duplicate":
            self._total("duplicates")
        if placement.merges:
            self._merged[entry_id] = placement.merges
            for old in placement.merges:
                self._merge(old, story_id, entry.first_seen)
        return Saved(entry_id, story_id)

    def index_text(self, entry_id: int, entry: Entry) -> None:
        """Make an entry findable: by far the most expensive part of storing it."""
        _, text = self._texts.pop(id(entry), (entry, None))
        self._rows.texts.append((entry_id, text or self._text(entry)))
        self._day = entry.first_seen - entry.first_seen % DAY_MS

    def _text(self, entry: Entry) -> Text:
        body = f"{entry.summary} {entry.content}" if entry.content else entry.summary
        title, text = bigrams(entry.title), bigrams(body)
        for word, n in self._vocabulary.fresh(self._db, title):
            self._terms[word] = self._terms.get(word, 0) + n
        return self._db.text(title, text, characters(title, text))

    def retitle(self, feed_id: int, reworded: Sequence[Entry], now: int) -> list[Edited]:
        self.flush()
        edited = edits(self._db, feed_id, reworded, now)
        for one in edited:
            self.index_text(one.entry_id, one.entry)
        return edited

    def others(self, feed_id: int, entries: Sequence[Entry]) -> list[bool]:
        self._rows.flush(self._db)
        return others(self._db, feed_id, entries)

    def set_off(self, edited: Edited, hits: Sequence[Hit], severity: str, now: int) -> None:
        self._db.execute(RAISE, {"story": edited.story_id, "rank": rank_of(severity)})
        self._add_hits(edited.entry_id, edited.story_id, hits, now)

    def outlets_within(self, story_id: int, after: int, until: int) -> set[str]:
        self._rows.flush(self._db, TOLD_OF)
        params = {"story": self._alias(story_id), "after": after, "until": until}
        return {name for (name,) in self._db.execute(sql.OUTLETS_WITHIN, params)}

    def fan_out(self, asked: Sequence[FanOut]) -> list[int]:
        self._rows.flush(self._db, TOLD_OF)
        self._flow.close()
        return fan_out(self._db, asked)

    def flush(self) -> None:
        """Write the waiting rows."""
        self._rows.flush(self._db)

    def finish(self) -> None:
        """Write the waiting rows and the counts, in a fixed order, so that no two transactions wait for each other."""
        self._flow.enter_context(self._db.at_once())
        self.flush()
        self._index.flush()
        many = self._db.conn.executemany
        many(sql.ADD_COUNT, [{"rule": rule, "hour": hour, "n": n} for (rule, hour), n in sorted(self._counts.items())])
        outlets = sorted(self._outlets.items())
        many(sql.ADD_OUTLET, [{"folded": filed_name(name), "name": name, "n": n} for name, n in outlets])
        many(sql.ADD_TERM, [{"term": term, "n": n, "day": self._day} for term, n in sorted(self._terms.items())])
        self._db.keep_ids(self._last)
        many(sql.ADD_TALLY, [{"name": name, "n": n} for name, n in sorted(self._totals.items())])
        self._flow.close()

    def _take(self, name: str) -> int:
        """The next id; never one that was used before."""
        self._last[name] = self._db.take_id(name, self._last.get(name), self._coming)
        return self._last[name]

    def _total(self, name: str, n: int = 1) -> None:
        self._totals[name] = self._totals.get(name, 0) + n

    def _know(self, stories: Sequence[int]) -> None:
        if stories:
            found = dict(self._db.execute(sql.ALIASES, {"stories": dumps(stories)}).fetchall())
            self._aliases |= {story: found.get(story, story) for story in stories}

    def _alias(self, story_id: int) -> int:
        if story_id not in self._aliases:
            self._know([story_id])
        return self._aliases[story_id]

    def _add_story(self, story_id: int, outcome: Outcome, *, opens: bool) -> None:
        entry = outcome.entry
        echo = outcome.placement.kind == "duplicate"  # says nothing new, so its title and its time don't count
        row: Params = {
            "story": story_id,
            "title": entry.title,
            "url": entry.url,
            "summary": outcome.summary,
            "lang": entry.lang,
            "at": entry.at if opens or not echo else None,
            "rank": rank_of(outcome.severity),
            "headline": headline_rank(entry) if opens or not echo else -1,
        }
        (self._rows.stories if opens else self._rows.joins).append(row)
        if opens:
            self._total("stories")
            self._opened.add(story_id)
            self._aliases[story_id] = story_id

    def _add_outlet(self, entry_id: int, story_id: int, entry: Entry) -> None:
        if entry.source:
            row = {"story": story_id, "source": entry.source, "id": entry_id, "url": entry.url, "at": entry.at}
            self._rows.story_outlets.append(row)
            self._outlets[entry.source] = self._outlets.get(entry.source, 0) + 1

    def _add_hits(self, entry_id: int, story_id: int, hits: Sequence[Hit], at: int) -> None:
        hour = at - at % HOUR_MS
        for hit in hits:
            rule, why = self._rule(hit.rule), dumps(hit.why)
            self._rows.hits.append({"id": entry_id, "rule": rule, "why": why})
            self._rows.story_rules.append({"story": story_id, "rule": rule, "at": at, "why": why})
            self._count(rule, hour)

    def _count(self, rule: int, hour: int) -> None:
        self._counts[rule, hour] = self._counts.get((rule, hour), 0) + 1

    def _rule(self, name: str) -> int:
        if name not in self._rules:
            self._rules[name] = rule_id(self._db, name)
        return self._rules[name]

    def _merge(self, old: int, story_id: int, now: int) -> None:
        old = self._alias(old)
        if old == story_id:
            return
        self.flush()
        self._aliases.clear()
        for statement in sql.MERGE:
            self._db.execute(statement, {"old": old, "story": story_id, "now": now})
        self._total("stories", -1)


def story_now(db: Db, story_id: int) -> int:
    """The story that one became part of; itself when it was not merged."""
    row = db.execute(sql.ALIAS, {"story": story_id}).fetchone()
    return row[0] if row else story_id


def rule_id(db: Db, name: str) -> int:
    """The id of a rule by its name, made on first use."""
    row = db.execute(sql.RULE, {"name": name}).fetchone()
    row = row or db.execute(sql.ADD_RULE, {"name": name}).fetchone()
    found: int = (row or db.execute(sql.RULE, {"name": name}).fetchone())[0]  # another program may have been quicker
    return found


def _entry_row(entry_id: int, story_id: int, feed_id: int, outcome: Outcome) -> Params:
    entry, placement = outcome.entry, outcome.placement
    return {
        "id": entry_id,
        "feed": feed_id,
        "story": story_id,
        "guid": entry.id,
        "url": entry.url,
        "title": entry.title,
        "text": entry.summary,
        "content": entry.content,
        "source": entry.source,
        "lang": entry.lang,
        "form": entry.form,
        "tier": entry.tier,
        "facts": dumps(entry.facts) if entry.facts else "",
        "published": entry.published,
        "first_seen": entry.first_seen,
        "kind": placement.kind,
        "duplicate_of": placement.duplicate_of,
        "news": placement.news if placement.kind == "grown" else "",
        "placed": _placed(placement),
    }


def _placed(placement: Placement) -> str:
    """Why an entry was placed there, for `story --why`; "" if it opened a story and nothing was near."""
    told = {"score": placement.score, "threshold": placement.threshold, "why": placement.why}
    told |= {"maybe": placement.maybe_same_as} if placement.maybe_same_as is not None else {}
    return dumps(told) if any(told.values()) else ""
