"""Finds what a feed shows for the first time: new items, known items that it corrected, and edited headlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.core.identity import GuidRule, hashed, identity_keys, link_keys, text_keys
from bot.core.language.text import fold
from bot.core.model import Entry
from bot.core.stories.followup import sets_right
from bot.ports import Feed, Found, IngestTx


class Shown(NamedTuple):
    """New entries in their order, and known entries whose words were not seen before."""

    found: list[Found]
    reworded: list[Entry]


def first_shown(tx: IngestTx, feed: Feed, entries: Sequence[Entry], rule: GuidRule, now: int) -> Shown:
    """Those of `entries` that the feed did not show before. All count as seen from now on.

    Many outlets correct an item in place, under the same id and link. If its title now says that it corrects or takes
    back something, it is news, dated when that was seen (case 82). Other new words are an edit (case 81); words that
    were seen before are not, so alternating copies of a feed change nothing (case 88). An item with a known id but
    another link may be another item, if its feed reuses ids.
    """
    keys = [identity_keys(entry, rule) for entry in entries]
    righted = [_righted(entry) for entry in entries]
    words = [right or text_keys(entry) for entry, right in zip(entries, righted, strict=True)]
    unseen = tx.new_keys(feed.id, [*keys, *words])
    fresh, unheard = unseen[: len(keys)], unseen[len(keys) :]
    reworded = {n for n, said in enumerate(words) if said and unheard[n] and not fresh[n]}
    another = _others(tx, feed, [entries[n] for n in sorted(reworded) if not righted[n]])
    tx.mark_seen(feed.id, [tuple(dict.fromkeys((*key, *said))) for key, said in zip(keys, words, strict=True)], now)
    shown = Shown([], [])
    for number, entry in enumerate(entries):
        if fresh[number] or entry in another:
            shown.found.append(Found(entry, keys[number], feed.baselined))
        elif number in reworded:
            if righted[number]:
                shown.found.append(Found(replace(entry, published=None), keys[number], feed.baselined))
            elif feed.baselined:
                shown.reworded.append(entry)
    return shown


def _others(tx: IngestTx, feed: Feed, reworded: Sequence[Entry]) -> list[Entry]:
    """Those of `reworded` that are other items, under ids that their feed used before."""
    linked = [entry for entry in reworded if link_keys(entry)]
    if not linked:
        return []
    unseen = tx.new_keys(feed.id, [link_keys(entry) for entry in linked])
    moved = [entry for entry, new in zip(linked, unseen, strict=True) if new]
    return [entry for entry, other in zip(moved, tx.others(feed.id, moved), strict=True) if other] if moved else []


def _righted(entry: Entry) -> tuple[int, ...]:
    """The keys of a title that sets something right, whatever the item's id and text, with those under which versions
    that did not know such titles saw it; nothing for other titles."""
    folded = fold(entry.title)
    return (hashed("correction", folded), *text_keys(entry)) if sets_right(folded) else ()
