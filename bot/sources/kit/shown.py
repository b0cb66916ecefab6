"""Remembers what each feed's last body listed, so that unchanged items in the next body are not parsed again.

It is a cache of this process alone, 20 bytes an item and half a kB a feed: losing it costs only time. It is used only
if the feed still has the hash of the body that it was made from (which is stored in one transaction with the body's
entries), if head and tail are the same, and if the feed's ids are sound, since how ids are used depends on all of them
(`bot.core.identity.guid_rule`). In every other case the whole body is parsed.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from xxhash import xxh3_64_intdigest

from bot.core.model import Listed, ParsedEntry, ParsedFeed
from bot.core.polling.tempo import listed
from bot.core.units import DAY_MS
from bot.ports import Feed, Fetched
from bot.sources.parsing.fields import is_suspect
from bot.sources.parsing.slices import Cut, cut
from bot.sources.parsing.xmlfeed import MOST_ITEMS, traits

_ITEMS = 100_000
_FEWEST = 10  # fewer items are parsed as quickly as they are compared
_FRESH_MS = DAY_MS
"""After a day everything is parsed again, as `bot.ingest.lookback` looks at everything again."""


class _Body(NamedTuple):
    """A body whose entries may be in the store: its hash, its frame's, what it listed; parsed in full at `since`."""

    digest: int
    frame: int
    since: int
    traits: tuple[bool, bool]
    marks: array[int]
    keys: array[int]
    stamps: array[int]


class Look(NamedTuple):
    """A body cut into items: their marks, which are new (`fresh`), and what to parse for these (`rest`; None: all)."""

    frame: int
    since: int
    traits: tuple[bool, bool]
    marks: list[int]
    fresh: list[int]
    rest: bytes | None
    before: _Body | None

    def told(self, parsed: ParsedFeed) -> ParsedFeed | None:
        """The feed as parsed from `rest`, with what the whole body lists; None when the whole body must be parsed."""
        entries, before = parsed.entries, self.before
        if before is None or not parsed.sound or len(entries) != len(self.fresh):
            return None
        known = dict(zip(before.marks, zip(before.keys, before.stamps, strict=True), strict=True))
        new = listed(entries)
        known.update(zip((self.marks[at] for at in self.fresh), zip(*new, strict=True), strict=True))
        both = [known[mark] for mark in self.marks]
        found = Listed([key for key, _ in both], [stamp for _, stamp in both])
        return parsed._replace(listed=found) if _plain(entries, found) else None


class Shown:
    """Remembers up to `items` items in total; the feed that brought nothing for longest is forgotten first."""

    def __init__(self, items: int = _ITEMS) -> None:
        self._most = items
        self._count = 0
        self._bodies: OrderedDict[int, _Body] = OrderedDict()

    def look(self, feed: Feed, answer: Fetched, now: int) -> Look | None:
        """What is new in an answer; None for an answer that is always parsed in full."""
        found = cut(answer.body) if feed.kind == "feed" and answer.complete else None
        if found is None or not _FEWEST <= len(found.items) <= MOST_ITEMS:
            return None
        frame, marks = _frame(found, answer), found.marks()
        before = self._bodies.get(feed.id)
        if before is not None and _holds(before, feed, frame, now):
            known = set(before.marks)
            fresh = [at for at, mark in enumerate(marks) if mark not in known]
            rest = found.of(fresh)
            if len(fresh) < len(marks) and _reads_alike(rest, answer.body, before.traits):
                return Look(frame, before.since, before.traits, marks, fresh, rest, before)
        if is_suspect(answer.body):
            return None
        return Look(frame, now, traits(answer.body), marks, [], None, None)

    def keep(self, feed: Feed, digest: int, look: Look | None, parsed: ParsedFeed) -> None:
        """Note what a body listed, after it was parsed. `digest` is the hash that is stored with its entries."""
        old = self._bodies.pop(feed.id, None)
        self._count -= len(old.marks) if old else 0
        if look is None or not digest or not parsed.complete or not parsed.sound:
            return
        shown = parsed.listed or listed(parsed.entries)
        if len(shown.keys) != len(look.marks) or not (parsed.listed or _plain(parsed.entries, shown)):
            return
        marks, keys, stamps = array("Q", look.marks), array("I", shown.keys), array("q", shown.stamps)
        self._bodies[feed.id] = _Body(digest, look.frame, look.since, look.traits, marks, keys, stamps)
        self._count += len(marks)
        while self._count > self._most:
            self._count -= len(self._bodies.popitem(last=False)[1].marks)


def _holds(body: _Body, feed: Feed, frame: int, now: int) -> bool:
    """Whether what a body listed is in the store, and would be read the same way today."""
    stored = feed.baselined and body.digest == feed.body_hash
    return stored and body.frame == frame and now - body.since < _FRESH_MS


def _reads_alike(rest: bytes, whole: bytes, before: tuple[bool, bool]) -> bool:
    """Whether new items read the same without the known ones, and the known ones still read as before.

    What the earlier body was free of, its remaining items are free of too: only the rest is searched for it.
    """
    return traits(rest) == before and (b"sec.gov" in whole[:4000]) is before[1] and not is_suspect(rest)


def _frame(found: Cut, answer: Fetched) -> int:
    """A hash of everything but other items that the reading of an item depends on."""
    told = f"\0{answer.headers.get('content-type', '')}\0{answer.url}"
    return xxh3_64_intdigest(found.frame() + told.encode())


def _plain(entries: Sequence[ParsedEntry], all_listed: Listed) -> bool:
    """Whether each item of a body has a unique id that is more than its title."""
    if len(set(all_listed.keys)) < len(all_listed.keys):
        return False
    return all(entry.id and entry.id != entry.title for entry in entries)
