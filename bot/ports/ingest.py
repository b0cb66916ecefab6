"""What the pipeline asks of an open write transaction: one poll's entries, their stories, their deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bot.core.model import Entry, Hit, Placement

if TYPE_CHECKING:  # what tells one story from another is large, and most commands place nothing
    from bot.core.stories.cluster import Candidates, Document


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


class Edited(NamedTuple):
    """A stored report in the words that its feed has for it now, and in those before; whether its story's headline was
    its own.
    """

    entry_id: int
    story_id: int
    entry: Entry
    earlier: Entry
    is_headline: bool


class FanOut(NamedTuple):
    """What `IngestTx.fan_out` is asked of one story; times in ms.

    `new`: for every channel that subscribes to one of `rules` and was told nothing of this story, nor of all the
    stories of `told`.
    `update`: for every channel that was told, due in `after_ms` and `every_ms` after its last one at the earliest; one
    that waits takes further news along. Channels whose filters held the story back until now get `new`.

    What a subscription's cadence holds, and what comes within ten minutes after `burst` alerts (0: any number),
    waits for a digest (`Outbox.turn`); breaking news is told at once all the same in a burst.
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
        """Leave entries for whoever takes them, in order."""

    def take(self, n: int) -> list[tuple[int, Found]]:
        """At most `n` entries that were left, oldest first, each with its feed; no other transaction gets them."""

    def guard(self, docs: Iterable[Document], rules: Iterable[str] = ()) -> None:
        """Keep others from placing reports of the same events until this transaction ends: before any is placed.

        All that a transaction will place are named at once, so that no two transactions wait for each other; `rules`
        are those that hit any of them.
        """

    def candidates(self, doc: Document) -> Candidates:
        """What may be a copy of `doc` or tell of the same event: bounded in number, flat in the size of the store."""

    def remember(self, doc: Document, entry_id: int, story_id: int) -> None:
        """Put a saved entry into the indexes that `candidates` reads; merges named by its placement are carried out."""

    def new_keys(self, feed_id: int, keys: Sequence[Sequence[int]]) -> list[bool]:
        """For each entry's identity keys (64-bit): True when none was seen before by this feed."""

    def mark_seen(self, feed_id: int, keys: Sequence[Sequence[int]], now: int) -> None:
        """Remember keys; they outlive the bodies."""

    def save(self, feed_id: int, outcome: Outcome) -> Saved:
        """Store one placed entry with its story (opened when `placement.story` is None), hits, full text, counts.

        Stories named by `placement.merges` become aliases of its story; what they were told is not told again.
        """

    def retitle(self, feed_id: int, reworded: Sequence[Entry], now: int) -> list[Edited]:
        """Give reports of the last two days the words that their feed has for them now, found by their links, where
        the title is an edit (`is_edit`). Asked for after `save`.
        """

    def others(self, feed_id: int, entries: Sequence[Entry]) -> list[bool]:
        """For entries whose ids their feed used before: True where the last one under it was another item, by its title
        (`is_other`) and an earlier date.
        """

    def set_off(self, edited: Edited, hits: Sequence[Hit], severity: str, now: int) -> None:
        """Store rules that hold for a report since its edit, and how grave it is by them."""

    def outlets_within(self, story_id: int, after: int, until: int) -> set[str]:
        """The outlets whose first report of a story lies in this time (ms; `until` is in it, `after` is not)."""

    def fan_out(self, asked: Sequence[FanOut]) -> list[int]:
        """Write deliveries; returns how many were new, for each that is asked. Pauses, mutes and the options' filters
        hold. Of all that a transaction did each story is told of once, as it is now.

        What is new counts where its story was first asked for by that kind.
        """
