"""Skips items that a feed already listed at its last poll: fifty items of which five are new cost the work of five.

A cache of this process alone: digests of items whose keys are in the store already. Losing it costs only time.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from bot.core.model import ParsedEntry
from bot.core.units import DAY_MS

_ITEMS = 100_000
_FRESH_MS = DAY_MS
"""After a day everything is looked at again, so that the store does not forget the seen keys of items still listed."""


class Look(NamedTuple):
    """One poll's items that must be looked at, in their order, and digests of all items, for `Lookback.keep`."""

    unknown: list[ParsedEntry]
    digests: array[int]


class _Shown(NamedTuple):
    """Digests of the items of one feed, eight bytes each, and when all of them were last looked at (ms)."""

    digests: array[int]
    since: int


class Lookback:
    """Remembers what feeds showed, up to `items` in total; the feed that was quiet longest is forgotten first."""

    def __init__(self, items: int = _ITEMS) -> None:
        self._most = items
        self._count = 0
        self._shown: OrderedDict[int, _Shown] = OrderedDict()

    def look(self, feed_id: int, items: Sequence[ParsedEntry], rule: Hashable, now: int) -> Look:
        """Those of `items` that were not there, or had other words, when `keep` was last called.

        `rule` is how items are identified; if it changes, everything is looked at again.
        """
        digests = array("q", [hash((item, rule)) for item in items])
        shown = self._shown.get(feed_id)
        if shown is None or now - shown.since >= _FRESH_MS:
            return Look(list(items), digests)
        known = set(shown.digests)
        unknown = [item for item, digest in zip(items, digests, strict=True) if digest not in known]
        return Look(unknown, digests)

    def keep(self, feed_id: int, look: Look, now: int, more: int = 0) -> None:
        """Remember that every item of `look` is in the store. Call it after the commit.

        `more` is how many items the feed lists besides, which are unchanged.
        """
        before = self._shown.pop(feed_id, None)
        self._count -= len(before.digests) if before else 0
        if before is None or now - before.since >= _FRESH_MS:
            before = _Shown(array("q"), now)
        digests = look.digests + before.digests[:more]
        self._shown[feed_id] = _Shown(digests, before.since)
        self._count += len(digests)
        while self._count > self._most:
            self._count -= len(self._shown.popitem(last=False)[1].digests)
