"""The work of the ingest loop: items of a poll become entries, hits, stories and deliveries, in one transaction.

Read from top to bottom, it is the program: adopt → new? → match → place → save → fan out. Nothing here fetches or
sends; `bot.lanes` serves the outbox rows that it writes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeVar

from bot import faultpoint
from bot.core.identity import GuidRule, guid_rule
from bot.core.language.entities import NOTHING, Lexicon
from bot.core.model import Entry, Hit, ParsedEntry, Placement
from bot.core.stories.cluster import place
from bot.core.stories.side import title_of
from bot.core.stories.weights import DEFAULT, Weights
from bot.core.units import DAY_MS, HOUR_MS, MINUTE_MS
from bot.core.urls import redacted
from bot.ingest.adopt import adopt
from bot.ingest.firstshown import first_shown
from bot.ingest.lookback import Lookback
from bot.ingest.readings import Read, read
from bot.ingest.roundups import retold
from bot.ports import Edited, FanOut, Feed, FeedStore, Found, IngestTx, Outcome, Polled, PollSettled
from bot.rules.rulebook import Rulebook
from bot.vitals import Vitals

log = logging.getLogger(__name__)
T = TypeVar("T")
_TAKEN = 100
"""How many entries that another program fetched are placed in one transaction."""
_FILING_AGE_MS = 8 * DAY_MS
"""Filings older than this are stored, not pushed. It is longer than for news: filings are often dated a week back."""


@dataclass(frozen=True, slots=True)
class PipelineOptions:
    """`max_age_ms`: older news is stored, not pushed.

    Reports that join a story within `update_after_ms` become one update; the updates of a story are at least
    `update_every_ms` apart. After `burst` alerts in ten minutes, further ones wait for a digest (0: no limit).
    `weights` are the numbers of folding. `leave`: this program only fetches, another one places the entries.
    """

    max_age_ms: int = 2 * DAY_MS
    update_after_ms: int = MINUTE_MS
    update_every_ms: int = MINUTE_MS
    burst: int = 6
    weights: Weights = DEFAULT
    leave: bool = False


@dataclass(slots=True)
class Counts:
    """What became of entries since the start."""

    entries: int = 0
    duplicates: int = 0
    stories: int = 0
    grown: int = 0
    alerts: int = 0

    def take(self, placed: Iterable[Placed]) -> None:
        """Count these too."""
        for one in placed:
            self.entries += 1
            self.alerts += one.alerts
            self.duplicates += one.placement.kind == "duplicate"
            self.stories += one.placement.kind == "new"
            self.grown += one.placement.kind == "grown"


@dataclass(frozen=True, slots=True)
class Placed:
    """One entry on its way through: what was decided, where it was stored, how many channels will hear of it.

    `retold` belongs to round-ups: rules whose news earlier stories have told already, each with those stories. An
    `echo` is a copy by an outlet that had reported the story before: it adds nothing.
    """

    entry: Entry
    placement: Placement
    hits: tuple[Hit, ...]
    entry_id: int
    story_id: int
    summary: str
    alerts: int = 0
    retold: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    echo: bool = False


class Batch(NamedTuple):
    """What became of the entries of one transaction. `edited`: stories that are told because a report was edited."""

    placed: Sequence[Placed]
    edited: Sequence[int] = ()

    @property
    def counts(self) -> Counts:
        """The placed entries in numbers."""
        counts = Counts()
        counts.take(self.placed)
        return counts


class Pipeline:
    """Takes in what sources bring. Calls `on_alerts` (from the event loop) when deliveries were written."""

    def __init__(
        self,
        store: FeedStore,
        rules: Rulebook,
        options: PipelineOptions | None = None,
        lexicon: Lexicon = NOTHING,
        on_alerts: Callable[[], None] = lambda: None,
        vitals: Vitals | None = None,
    ) -> None:
        self._store = store
        self._rules = rules
        self._options = options or PipelineOptions()
        self._lexicon = lexicon
        self._on_alerts = on_alerts
        self._lookback = Lookback()
        self._vitals = vitals or Vitals()
        self.counts = Counts()
        self.on_story: Callable[[int], None] = lambda story: None

    def know(self, names: Lexicon) -> None:
        """Fold reports by these names from now on. The embedder, which compares titles by meaning, stays."""
        self._lexicon = replace(names, embed=self._lexicon.embed)

    async def ingest(self, feed: Feed, polled: Polled, settled: PollSettled, now: int) -> Batch:
        """Store a poll's entries and the feed's new state, or nothing. Raises `StoreError` (lost lease, full disk)."""
        parsed, more = _parsed(polled)
        rule = guid_rule([Entry(item.id, item.link, item.title) for item in parsed])
        look = self._lookback.look(feed.id, parsed, rule, now)
        items = look.unknown if feed.baselined else parsed

        def work(tx: IngestTx) -> Batch:
            return self._poll(tx, feed, items, rule, now)

        batch = await self._store.commit_poll(settled, work)
        self._lookback.keep(feed.id, look, now, more)
        faultpoint.hit("stored")
        return self._done(batch)

    async def drain(self) -> int:
        """Place entries that other programs fetched and left; returns how many."""

        def work(tx: IngestTx) -> Batch:
            return self._all(tx, self._readable(tx.take(_TAKEN)))

        return len(self._done(await self._store.transact(work)).placed)

    async def replay(self, entries: Sequence[Entry]) -> Batch:
        """Place entries without a feed, each at its own time, in one transaction."""

        def work(tx: IngestTx) -> Batch:
            return self._all(tx, [self._read(0, Found(entry, (), push=True)) for entry in entries])

        return self._done(await self._store.transact(work))

    async def place(self, entries: Sequence[Read]) -> Batch:
        """As `replay`, for entries that were read before, perhaps by another process."""
        return self._done(await self._store.transact(lambda tx: self._all(tx, entries)))

    def _done(self, batch: Batch) -> Batch:
        self.counts.take(batch.placed)
        self._rules.lately.note((placed.story_id, placed.entry) for placed in batch.placed)
        told = [placed for placed in batch.placed if placed.alerts]
        for entry in (placed.entry for placed in told):
            if entry.published is not None:
                self._vitals.published_seen.observe((entry.first_seen - entry.published) / 1000)
        for story in (*(placed.story_id for placed in told), *batch.edited):
            self.on_story(story)
        if told or batch.edited:
            self._on_alerts()
        return batch

    def _poll(self, tx: IngestTx, feed: Feed, parsed: Sequence[ParsedEntry], rule: GuidRule, now: int) -> Batch:
        """Oldest first: a feed lists its newest item first, and a story's first report should open it."""
        faultpoint.hit("ingest")
        entries = [adopt(item, feed, now) for item in reversed(parsed)]
        new, reworded = first_shown(tx, feed, entries, rule, now)
        if self._options.leave:
            tx.put(feed.id, new)
            batch = Batch(())
        else:
            batch = self._all(tx, self._readable((feed.id, found) for found in new))
        asked = list(self._edits(tx, feed.id, tx.retitle(feed.id, reworded, now), now)) if reworded else []
        told = tx.fan_out(asked) if asked else []
        faultpoint.hit("gathered")
        return batch._replace(edited=[ask.story_id for ask, n in zip(asked, told, strict=True) if n])

    def _all(self, tx: IngestTx, new: Sequence[Read]) -> Batch:
        """Place entries, then fan out. `Read` holds what needs no other report: from `guard` on, programs may wait."""
        if self._lexicon.embed and new:
            self._lexicon.embed([title_of(one.doc.features) for one in new])  # fills its cache: a batch costs a third
        tx.guard((one.doc for one in new), {hit.rule for one in new for hit in one.hits})
        placed = [self._one(tx, one) for one in new]
        asked = [(number, ask) for number, one in enumerate(new) for ask in self._asks(one, placed[number])]
        for (number, _), told in zip(asked, tx.fan_out([ask for _, ask in asked]), strict=True):
            if told:
                placed[number] = replace(placed[number], alerts=placed[number].alerts + told)
        return Batch(placed)

    def _edits(self, tx: IngestTx, feed_id: int, edits: Sequence[Edited], now: int) -> Iterator[FanOut]:
        """What edits lead to: a new headline in messages, and alerts for rules that only the new words match."""
        for edit in edits:
            hits = [] if self._stale(edit.entry) else self._since(feed_id, edit)
            if hits:
                tx.set_off(edit, hits, self._rules.severity(edit.entry, hits), now)
                yield FanOut(edit.story_id, "new", [hit.rule for hit in hits], now, self._options.burst)
            if hits or edit.is_headline:  # with hits, the story may be graver now
                yield FanOut(edit.story_id, "update", (), now, *self._waits)

    def _since(self, feed_id: int, edit: Edited) -> list[Hit]:
        """The hits of rules that match a report now and did not match it before its edit."""
        was, now = (self._unless_it_chokes(feed_id, one, self._rules.match, one) for one in (edit.earlier, edit.entry))
        known = {hit.rule for hit in was or ()}
        return [hit for hit in now or () if hit.rule not in known]

    def _readable(self, entries: Iterable[tuple[int, Found]]) -> list[Read]:
        done = (self._unless_it_chokes(feed, found.entry, self._read, feed, found) for feed, found in entries)
        return [one for one in done if one]

    def _unless_it_chokes(self, feed_id: int, entry: Entry, read: Callable[..., T], *given: object) -> T | None:
        """What `read` returns; None when a defect of ours makes it raise: one entry must not block the others."""
        try:
            return read(*given)
        except Exception as error:
            self._vitals.errors[type(error).__name__] += 1
            log.exception("an entry is left out by a defect", extra={"feed": feed_id, "url": redacted(entry.url)})
            return None

    def _read(self, feed_id: int, found: Found) -> Read:
        return read(feed_id, found, self._rules, self._lexicon)

    def _one(self, tx: IngestTx, one: Read) -> Placed:
        entry = one.doc.entry
        placement = place(one.doc, tx.candidates(one.doc), self._options.weights)
        severity = self._rules.severity(entry, one.hits, lambda: _outlets(tx, entry, placement))
        outcome = Outcome(entry, one.found.keys, placement, one.hits, one.summary, severity)
        copy = placement.kind == "duplicate" and one.found.push
        known = tx.outlets_within(placement.story or 0, -1, entry.first_seen) if copy else ()
        saved = tx.save(one.feed_id, outcome)
        tx.remember(one.doc, saved.entry_id, saved.story_id)
        again = self._retold(tx, one)
        echo = copy and entry.source in ("", *known)
        return Placed(entry, placement, one.hits, saved.entry_id, saved.story_id, one.summary, retold=again, echo=echo)

    def _retold(self, tx: IngestTx, one: Read) -> dict[str, tuple[int, ...]]:
        """See `retold`; empty for an entry that is no round-up, or of which nobody is told anyway."""
        if not (one.doc.digest and one.hits and one.found.push):
            return {}
        return retold(tx, one.doc.entry, self._rules.match, self._lexicon, self._options.weights)

    def _asks(self, one: Read, placed: Placed) -> Iterator[FanOut]:
        """Channels that hear of this story for the first time get `new`; those that know it get an `update`.

        A copy by another outlet counts as one more report: filters may have waited for it.
        """
        entry, kind, options = placed.entry, placed.placement.kind, self._options
        if not one.found.push or placed.echo or self._stale(entry):
            return
        if rules := [hit.rule for hit in placed.hits if hit.rule not in placed.retold]:
            yield FanOut(placed.story_id, "new", rules, entry.first_seen, options.burst)
        for rule, told in placed.retold.items():
            yield FanOut(placed.story_id, "new", [rule], entry.first_seen, options.burst, told=told)
        if kind != "new":
            yield FanOut(placed.story_id, "update", (), entry.first_seen, *self._waits)

    @property
    def _waits(self) -> tuple[int, int, int]:
        """How updates are held back, in the order of `FanOut`: `burst`, `after_ms`, `every_ms`."""
        return self._options.burst, self._options.update_after_ms, self._options.update_every_ms

    def _stale(self, entry: Entry) -> bool:
        limit = _FILING_AGE_MS if entry.form else self._options.max_age_ms
        return entry.published is not None and entry.first_seen - entry.published > limit


def _parsed(polled: Polled) -> tuple[tuple[ParsedEntry, ...], int]:
    """A poll's entries, and how many items its body listed beside them."""
    feed = polled.parsed
    if feed is None:
        return (), 0
    return feed.entries, len(feed.listed.keys) - len(feed.entries) if feed.listed else 0


def _outlets(tx: IngestTx, entry: Entry, placement: Placement) -> int:
    """How many outlets reported an entry's story within the hour before it, including its own."""
    if placement.story is None or placement.kind == "duplicate":  # a copy makes no story graver
        return 1
    return len(tx.outlets_within(placement.story, entry.at - HOUR_MS, entry.at) | {entry.source})
