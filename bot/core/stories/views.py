"""The input of folding: a document, and the candidates that the store found for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.language.meaning import Embedder
from bot.core.model import Entry
from bot.core.stories.features import Features
from bot.core.stories.followup import State
from bot.core.stories.ladders import Step
from bot.core.stories.side import Member, Side
from bot.core.stories.sketch import Sketch


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as folding sees it. Made once, by `document`, outside any transaction.

    `keys` look up the same item; `filed` are the keys under which this one is filed; `anchors` are the hashes of its
    sketch under which it is filed.
    """

    entry: Entry
    keys: tuple[int, ...]
    filed: tuple[int, ...]
    features: Features
    sketch: Sketch
    anchors: list[int]
    state: State
    digest: bool
    step: Step | None
    embed: Embedder | None = field(default=None, compare=False)


class Item(NamedTuple):
    """A stored report that may be copied: its entry's id, its story, its sketch."""

    id: int
    story: int
    sketch: Sketch


@dataclass(frozen=True, slots=True)
class StoryView:
    """A story as folding sees it: its reports by script, what it told, its times in ms."""

    id: int
    size: int
    first_at: int
    last_at: int
    sides: dict[str, Side] = field(default_factory=dict)
    state: State = field(default_factory=State)


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store found that may be a copy of a document or tell of the same event.

    `member` is the document, weighed by how common its terms are now. `same_item` is the report that carries one of its
    keys, `original` the report of which it is a copy (`bot.core.stories.cluster.original_of`), `process` the story of
    its ladder; each may be None. `near` are the stories in the other script that were found by meaning.
    """

    member: Member | None = None
    same_item: Item | None = None
    items: tuple[Item, ...] = ()
    stories: tuple[StoryView, ...] = ()
    process: int | None = None
    original: Item | None = None
    near: tuple[int, ...] = ()
