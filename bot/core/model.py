"""The words of the program as types: one type for each direction, frozen, no half-filled objects.

Times are integer milliseconds since the epoch, UTC (`published`, `first_seen`), except in `ParsedEntry`, which
holds what a feed said as an aware datetime.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

Facts = tuple[tuple[str, str], ...]
"""What a source knows beyond text, as (name, value) pairs in a fixed order; docs/sources.md lists the names."""


def fact(facts: Facts, name: str) -> str:
    """The value of a fact, "" when absent."""
    return next((value for key, value in facts if key == name), "")


class FeedInfo(NamedTuple):
    """What a feed says of itself."""

    title: str = ""
    link: str = ""


class ParsedEntry(NamedTuple):
    """One item as a feed published it: markup kept, links absolute, nothing cleaned yet.

    `id` and `link` may be empty. `published` is None where the feed gave no date that can be trusted to be one.
    `outlet` is the publisher when the feed names another than itself (RSS `<source>`), `form` a filing's form.
    `facts` are structured: accession, parties, stage of a process, document number, tickers.
    """

    id: str
    link: str
    title: str
    summary: str
    content: str
    published: datetime | None = None
    outlet: str = ""
    form: str = ""
    lang: str = ""
    facts: Facts = ()


class Listed(NamedTuple):
    """The items of a body in order: a mark of each one's id (CRC-32), and its date (epoch ms, 0 without one)."""

    keys: Sequence[int]
    stamps: Sequence[int]


class ParsedFeed(NamedTuple):
    """A parsed body. `complete` is False when the body was cut: its validators must not be stored.

    `sound`: XML that was read strictly, as it stands. `listed`: what the body listed in all, when `entries` are without
    those that stood the same in the body before; None when they are all of them.
    """

    feed: FeedInfo
    entries: tuple[ParsedEntry, ...]
    complete: bool = True
    ttl_s: int | None = None
    sound: bool = False
    listed: Listed | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One item ready to be matched: plain text, an absolute http(s) link or none, a language.

    `source` is the outlet's name for people ("Reuters"), `tier` one of official, wire, trade, aggregator.
    `lang` is "en", "zh" or another ISO 639-1 code, "" when unknown. `id` is the feed's own id (may be "").
    `facts` as the source gave them (`ParsedEntry.facts`).
    """

    id: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    source: str = ""
    lang: str = ""
    form: str = ""
    tier: str = "trade"
    published: int | None = None
    first_seen: int = 0
    facts: Facts = ()

    @property
    def at(self) -> int:
        """When it happened as far as we can trust: the earlier of the publisher's clock and ours."""
        return self.first_seen if self.published is None else min(self.published, self.first_seen)


class Span(NamedTuple):
    """Where a term stands: field ("title" or "body") and character offsets in its text."""

    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Entry × rule, with the reason. `rule` is "topic:<id>" or "query:<id>"; `why` the terms as published."""

    rule: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an entry belongs: the story that it opens or joins, and why.

    `kind`: `new` opens a story; `grown` adds something worth telling to one; `known` is one more report;
    `duplicate` is the same item or text again. `duplicate_of` is the entry whose copy it is (store id), or None.
    `why` names what joined it, in words. `news` says what is new when `kind` is `grown`.
    `merges` are stories that this entry shows to be the same as `story`.
    """

    kind: str
    story: int | None
    duplicate_of: int | None = None
    score: float = 0.0
    threshold: float = 0.0
    why: tuple[str, ...] = ()
    news: str = ""
    maybe_same_as: int | None = None
    merges: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """The cluster of entries about one event, as stored. `outlets` in order of first report."""

    id: int
    title: str
    url: str
    summary: str
    lang: str
    first_at: int
    last_at: int
    entries: int
    outlets: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    severity: str = "normal"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where alerts go: `platform` ("console", "discord", "slack" …), `scope` (guild or workspace), `ref` (id there)."""

    id: int
    platform: str
    scope: str
    ref: str
    name: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """What its alerts are told in."""
        return self.settings.get("language", "en")


BY_HAND = "somebody paused it"
"""Why a subscription is paused that a person paused: only a person ends that."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """Channel × rule. `rule` as in `Hit.rule`; `label` the topic's title, or the query's text or name. `paused` says
    why it is, in English; "" while it is not.
    """

    id: int
    channel_id: int
    rule: str
    label: str
    created_at: int
    options: dict[str, str] = field(default_factory=dict)
    paused: str = ""
