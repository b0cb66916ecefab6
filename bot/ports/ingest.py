"""What the pipeline asks of an open write transaction: one poll's entries, their stories, their deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bot.core.model import Entry, Hit, Placement

if TYPE_CHECKING:  # the folding code is large, and most commands place nothing
    from bot.core.stories.cluster import Candidates, Document


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was decided about one entry, ready to be stored. `keys` are its identity keys (64-bit).

    `severity` is normal, notable or breaking; a story takes the gravest of its entries and never loses it.
    `summary` is the story's summary as long as this entry's title is its headline.
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
    """An entry that a feed shows for the first time, with its identity keys; `push`: may be told (not a first poll)."""

    entry: Entry
    keys: tuple[int, ...]
    push: bool


class Edited(NamedTuple):
    """A stored report as its feed words it now (`entry`) and as it was before (`earlier`). `is_headline`: its title is
    its story's headline.
    """

    entry_id: int
    story_id: int
    entry: Entry
    earlier: Entry
    is_headline: bool


class FanOut(NamedTuple):
    """What `IngestTx.fan_out` is to tell of one story; times in ms.

    `new`: for every channel that subscribes to one of `rules`, unless it was told of this story, or of all the stories
    in `told`.
    `update`: for every channel that was told, due after `after_ms`, and `every_ms` after its last update at the
    earliest; an update that waits takes further news along. Channels whose filters held the story back get `new`.

    Alerts that a subscription's cadence holds, and those that follow `burst` alerts within ten minutes (0: no limit),
    wait for a digest (`Outbox.turn`). Even in a burst, breaking news is told at once.
    """

    story_id: int
    kind: str
    rules: Sequence[str]
    now: int
    burst: int
    after_ms: int = 0
    every_ms: int = 0
    told: Sequence[int] = ()


class IngestTx(Protocol):
    """One open write transaction, used from the writer's thread only. Everything in it is stored, or nothing is."""

    def put(self, feed_id: int, found: Sequence[Found]) -> None:
        """Leave entries, in order, for the program that takes them."""

    def take(self, n: int) -> list[tuple[int, Found]]:
        """Take at most `n` entries that were left, oldest first, each with its feed; no other transaction gets them."""

    def guard(self, docs: Iterable[Document], rules: Iterable[str] = ()) -> None:
        """Keep other transactions from placing reports of the same events until this one ends. Call it before placing.

        A transaction names all reports that it will place in one call, so that no two wait for each other; `rules` are
        those that hit any of them.
        """

    def candidates(self, doc: Document) -> Candidates:
        """Reports that may be copies of `doc` or tell of the same event.

        Their number is bounded, and the cost does not grow with the store.
        """

    def remember(self, doc: Document, entry_id: int, story_id: int) -> None:
        """Put a saved entry into the indexes that `candidates` reads, and carry out the merges of its placement."""

    def new_keys(self, feed_id: int, keys: Sequence[Sequence[int]]) -> list[bool]:
        """For each entry's identity keys (64-bit): True when none was seen before by this feed."""

    def mark_seen(self, feed_id: int, keys: Sequence[Sequence[int]], now: int) -> None:
        """Remember keys; they are kept longer than the entries."""

    def save(self, feed_id: int, outcome: Outcome) -> Saved:
        """Store one placed entry with its story (opened when `placement.story` is None), hits, full text, counts.

        Stories in `placement.merges` become aliases of its story; what channels were told of them is not told again.
        """

    def retitle(self, feed_id: int, reworded: Sequence[Entry], now: int) -> list[Edited]:
        """Update reports of the last two days, found by their links, to the words that their feed has for them now,
        where the new title is an edit (`is_edit`). Call it after `save`.
        """

    def others(self, feed_id: int, entries: Sequence[Entry]) -> list[bool]:
        """For entries whose ids their feed used before: True where the last entry with that id was another item, as its
        title (`is_other`) and its earlier date show.
        """

    def set_off(self, edited: Edited, hits: Sequence[Hit], severity: str, now: int) -> None:
        """Store the hits of rules that match a report since its edit, and the severity that they give it."""

    def outlets_within(self, story_id: int, after: int, until: int) -> set[str]:
        """The outlets whose first report of a story lies in this time (ms; `until` is in it, `after` is not)."""

    def fan_out(self, asked: Sequence[FanOut]) -> list[int]:
        """Write deliveries; returns how many are new for each of `asked`. Pauses, mutes and the options' filters apply.
        However many reports a transaction added to a story, the story is told once, as it is now.

        New deliveries are counted at the first of `asked` with that story and kind.
        """
