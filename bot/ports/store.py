"""What the program asks of its store. Each part is a protocol of its own; `Store` is all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from bot.core.cluster import Candidates, Document
from bot.core.model import Channel, Entry, Hit, Placement, Story, Subscription
from bot.ports.feedback import Feedback
from bot.ports.feeds import Feed, FeedSpec, PollSettled
from bot.ports.memory import Records
from bot.ports.notices import Notices
from bot.ports.outbox import Outbox
from bot.ports.overview import Overview

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about one entry, ready to be stored. `keys` are its identity keys (64-bit).

    `severity` is normal, notable or breaking; a story keeps the gravest of its entries' and never loses it.
    `summary` stands for the story while this entry's headline does.
    """

    entry: Entry
    keys: tuple[int, ...]
    placement: Placement
    hits: tuple[Hit, ...]
    summary: str = ""
    severity: str = "normal"


class Saved(NamedTuple):
    """Where an outcome was stored: the ids of its entry and of its story."""

    entry_id: int
    story_id: int


class Found(NamedTuple):
    """An entry that a feed shows for the first time, with its identity keys; `push`: may be told (no first poll)."""

    entry: Entry
    keys: tuple[int, ...]
    push: bool


class IngestTx(Protocol):
    """One open write transaction, used from the writer's thread only. Everything in it is stored, or nothing is."""

    def put(self, feed_id: int, found: Sequence[Found]) -> None:
        """Leave entries for whoever takes them, in order."""
        ...

    def take(self, n: int) -> list[tuple[int, Found]]:
        """At most `n` entries that were left, oldest first, each with its feed; no other transaction gets them."""
        ...

    def guard(self, docs: Iterable[Document]) -> None:
        """Keep others from placing reports of the same events until this transaction ends: before any is placed.

        All that a transaction will place are named at once, so that no two transactions wait for each other.
        """
        ...

    def candidates(self, doc: Document, now: int) -> Candidates:
        """What may be a copy of `doc` or tell of the same event: bounded in number, flat in the size of the store."""
        ...

    def remember(self, doc: Document, entry_id: int, story_id: int, now: int) -> None:
        """Put a saved entry into the indexes that `candidates` reads; merges named by its placement are carried out."""
        ...

    def new_keys(self, feed_id: int, keys: Sequence[Sequence[int]]) -> list[bool]:
        """For each entry's identity keys (64-bit): True when none was seen before by this feed."""
        ...

    def mark_seen(self, feed_id: int, keys: Sequence[Sequence[int]], now: int) -> None:
        """Remember keys; they outlive the bodies."""
        ...

    def save(self, feed_id: int, outcome: Outcome) -> Saved:
        """Store one placed entry with its story (opened when `placement.story` is None), hits, full text, counts.

        Stories named by `placement.merges` become aliases of its story; what they were told is not told again.
        """
        ...

    def outlets_within(self, story_id: int, after: int, until: int) -> set[str]:
        """The outlets whose first report of a story lies in this time (ms; `until` is in it, `after` is not)."""
        ...

    def fan_out(
        self, story_id: int, kind: str, rules: Sequence[str], now: int, after_ms: int = 60_000, burst: int = 6
    ) -> int:
        """Write deliveries of a story; returns how many were new. Pauses, mutes and the options' filters hold.

        `new`: for every channel that subscribes to one of `rules` and was told nothing of this story.
        `update`: for every channel that was told, due in `after_ms` and a minute after its last one at the earliest;
        one that waits takes further news along. Channels whose filters held the story back until now get `new`.

        What a subscription's cadence holds, and what comes within ten minutes after `burst` alerts (0: any number),
        waits for a digest (`Outbox.turn`); breaking news is told at once all the same in a burst.
        """
        ...


class FeedStore(Protocol):
    """Feeds and their polls."""

    async def add_feeds(self, specs: Sequence[FeedSpec], now: int) -> int:
        """Add feeds that are not there yet (by URL); returns how many were new."""
        ...

    async def remove_feed(self, url: str) -> bool: ...

    async def rest_feed(self, number: int, on: bool, now: int) -> bool:
        """Pause a feed by its id (a poll in flight is still stored), or let it be polled again, at once.

        A feed that was given up as gone comes back so too. False when nothing changed.
        """
        ...

    async def feeds(self) -> list[Feed]: ...

    async def due_feeds(self, now: int, n: int, lease_ms: int, owner: str) -> list[Feed]:
        """Lease up to `n` active feeds whose `next_poll` has come, oldest due first."""
        ...

    async def rewind(self, now: int) -> int:
        """For a start after the clock was put back: feeds planned by the clock of then are due within minutes.

        Returns how many were brought forward; none where no feed's last answer lies in the future.
        """
        ...

    async def settle_polls(self, polls: Sequence[PollSettled]) -> None:
        """Polls that brought no entries, in one hop and one transaction."""
        ...

    async def commit_poll(self, poll: PollSettled, work: Callable[[IngestTx], T]) -> T:
        """One write transaction: `work` (entries, stories, deliveries) and the feed's new state, or nothing.

        Raises `StoreError` when the lease was lost: nothing is stored then.
        """
        ...

    async def transact(self, work: Callable[[IngestTx], T]) -> T:
        """One write transaction with no feed behind it (replay, tests)."""
        ...


class Subscriptions(Protocol):
    """Channels and what they asked for."""

    async def channel(self, platform: str, scope: str, ref: str, name: str = "") -> Channel:
        """The channel with this address, made on first use."""
        ...

    async def subscribe(
        self, channel: Channel, rule: str, label: str, options: Mapping[str, str], now: int
    ) -> tuple[Subscription, bool]:
        """The subscription of this channel to this rule, and whether it is new (or was changed)."""
        ...

    async def amend(
        self, channel: Channel, subscription_id: int, rule: str, label: str, options: Mapping[str, str], now: int
    ) -> Subscription | None:
        """Change a subscription in place: what it is about, its options. Its number, pause and feedback stay.

        None, and nothing changed, when the channel has none of this number or has another one to `rule`.
        """
        ...

    async def unsubscribe(self, subscription_id: int, channel: Channel) -> bool: ...

    async def find_channel(self, platform: str, scope: str, ref: str) -> Channel | None:
        """The channel with this address, or None; makes nothing."""
        ...

    async def configure(self, channel: Channel, settings: Mapping[str, str]) -> Channel:
        """Lay `settings` over the channel's own ("" removes a key): language, mention."""
        ...

    async def pause(self, channel: Channel, reason: str) -> int:
        """Pause ("" resumes) every subscription of the channel; returns how many changed. Nothing is deleted."""
        ...

    async def mute(self, channel: Channel, story_id: int, on: bool, now: int) -> bool:
        """No more deliveries of this story to this channel (or again); False when it was so already."""
        ...

    async def enqueue(self, channel: Channel, story_id: int, kind: str, now: int) -> bool:
        """Queue one delivery for one channel (a look back on subscribing, a test); False when it was there already."""
        ...

    async def subscriptions(self, channel: Channel | None = None) -> list[tuple[Channel, Subscription]]: ...

    async def query(self, text: str) -> int:
        """The id of a user's query by its canonical text, made on first use."""
        ...

    async def queries_since(self, newest: int) -> tuple[int, list[tuple[int, str]]]:
        """(the newest subscription's number, queries of those newer than `newest`): what another program may have made.

        Some older ones come again, for those that came to light late.
        """
        ...

    async def queries(self) -> list[tuple[int, str]]:
        """All queries that some subscription uses: (id, canonical text)."""
        ...


class Lookups(Protocol):
    """Reads, on reader connections; each ≤ 25 ms at a million entries."""

    async def latest(self, rule: str | None, n: int, before: int | None = None, lang: str = "") -> list[Story]:
        """Stories by their last report (ms, before `before`), newest first; with `rule` by the last that hit it.

        With `lang` those in this language among the newest 5,000.
        """
        ...

    async def search(self, words: Sequence[str], n: int) -> list[Story]:
        """Stories with an entry that holds all `words` (folded; CJK as bigrams), best first."""
        ...

    async def search_fts(self, expression: str, n: int) -> list[Story]:
        """The same for an expression over terms as `bot.core.text.bigrams` makes them; columns `title` and `body`.

        Each term in double quotes, with AND, OR, NOT, `NEAR("a" "b", 5)`, `"pre" *` and parentheses, as SQLite's FTS5
        has them. Of the newest 500 entries that match, the best by bm25 and recency. Raises `StoreError` ("query").
        """
        ...

    async def scan_fts(self, expression: str, since: int, n: int) -> list[tuple[int, Entry]]:
        """(story id, entry), newest first, first seen since `since`, that match such an expression."""
        ...

    async def spellings(self, prefix: str, n: int) -> list[tuple[str, int]]:
        """Words of titles that begin with `prefix`, most frequent first, and how many held them (2 to some 64)."""
        ...

    async def outlets(self, prefix: str = "", n: int = 25) -> list[str]:
        """Outlets' names that begin with `prefix` (folded), most reports first."""
        ...

    async def find_queries(self, prefix: str, n: int) -> list[str]:
        """Past queries whose canonical text begins with `prefix`."""
        ...

    async def story(self, story_id: int) -> Story | None:
        """By id; an alias left by a merge is followed."""
        ...

    async def timeline(self, story_id: int) -> list[tuple[Entry, tuple[Hit, ...]]]: ...

    async def placements(self, story_id: int) -> list[tuple[Entry, Placement]]:
        """A story's entries in order, each with what joined it (terms, names, numbers, score, threshold)."""
        ...

    async def find(self, url: str) -> int | None:
        """The story that holds an entry with this canonical link, or None."""
        ...

    async def scan(self, since: int, n: int, anchors: Sequence[str] = ()) -> list[tuple[int, Entry]]:
        """(story id, entry), newest first, first seen since `since`; with `anchors` only those holding one of them."""
        ...

    async def trend(self, rule: str, since: int) -> list[tuple[int, int]]:
        """(hour as ms, entries that hit `rule`) for each hour with any, from counts kept at ingest.

        `rule` "" counts every entry.
        """
        ...

    async def stats(self) -> dict[str, int]: ...


class Store(FeedStore, Outbox, Subscriptions, Feedback, Notices, Lookups, Overview, Records, Protocol):
    """All of it, and the store's own upkeep."""

    shared: bool
    """Whether it is made for several programs at once."""

    def now(self) -> int:
        """ms since the epoch, by the store's clock: the one that all programs over it share."""
        ...

    async def backup(self, path: str) -> int:
        """A consistent copy while running; returns its size in bytes."""
        ...

    async def retain(self, now: int, keep_ms: int, seen_ms: int = 0) -> int:
        """Forget entries first seen before `now` - `keep_ms`; returns how many went. In small transactions.

        Seen keys are forgotten `seen_ms` after they were last seen in their feed (at least twice `keep_ms` when 0).
        """
        ...

    async def claim(self, what: str, now: int, every_ms: int) -> bool:
        """Whether work that one program does every so often falls to this one now; for the others it is done then."""
        ...

    async def evict(self, dead: Callable[[str], bool]) -> int:
        """Free the leases whose owner `dead` knows to be no more, so that a restart need not wait; returns how many.

        For a start after a crash, with owners such as `host:pid`. A lease taken from the living is fenced all the same.
        """
        ...

    async def check(self) -> list[str]:
        """SQLite's quick check: a line for each damage found, none when all is well. Reads the whole file."""
        ...

    async def close(self) -> None: ...
