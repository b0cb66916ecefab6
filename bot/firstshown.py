"""What a feed shows for the first time: new items, and known ones that it has set right since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.followup import sets_right
from bot.core.identity import GuidRule, hashed, identity_keys, text_keys
from bot.core.model import Entry
from bot.core.text import fold
from bot.ports import Feed, Found, IngestTx


def first_shown(tx: IngestTx, feed: Feed, entries: Sequence[Entry], rule: GuidRule, now: int) -> list[Found]:
    """Those of a feed's entries that it did not show before, in their order; all count as seen from now on.

    Many outlets correct an item in its place, under the same id and link: one whose title says since then that it
    corrects or takes back something is news of the time at which that was seen (case 82).
    """
    keys = [identity_keys(entry, rule) for entry in entries]
    righted = [_righted(entry) for entry in entries]
    fresh, heard = tx.new_keys(feed.id, keys), tx.new_keys(feed.id, righted)
    tx.mark_seen(feed.id, [(*key, *right) for key, right in zip(keys, righted, strict=True)], now)
    found = []
    for entry, key, right, is_new, unheard in zip(entries, keys, righted, fresh, heard, strict=True):
        if is_new:
            found.append(Found(entry, key, feed.baselined))
        elif right and unheard:
            found.append(Found(replace(entry, published=None), key, feed.baselined))
    return found


def _righted(entry: Entry) -> tuple[int, ...]:
    """What a title that sets something right is known by, whatever the item's id and text, and where it was seen before
    such titles were known; nothing for others."""
    folded = fold(entry.title)
    return (hashed("correction", folded), *text_keys(entry)) if sets_right(folded) else ()
