"""What a feed shows for the first time: new items, known ones that it has set right since, and edited headlines."""

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
    """What is new, in its order; known entries whose words are not those that were seen."""

    found: list[Found]
    reworded: list[Entry]


def first_shown(tx: IngestTx, feed: Feed, entries: Sequence[Entry], rule: GuidRule, now: int) -> Shown:
    """What of a feed's entries it did not show before; all count as seen from now on.

    Many outlets correct an item in its place, under the same id and link: one whose title says since then that it
    corrects or takes back something is news of the time at which that was seen (case 82). Other words are an edit
    (case 81), but for those that were there before: copies of a feed that alternate change nothing (case 88). Under
    another link an item may be another one, whose feed uses ids again.
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
    """Those of some entries whose words are new that are other items, under ids that their feed used before."""
    linked = [entry for entry in reworded if link_keys(entry)]
    if not linked:
        return []
    unseen = tx.new_keys(feed.id, [link_keys(entry) for entry in linked])
    moved = [entry for entry, new in zip(linked, unseen, strict=True) if new]
    return [entry for entry, other in zip(moved, tx.others(feed.id, moved), strict=True) if other] if moved else []


def _righted(entry: Entry) -> tuple[int, ...]:
    """What a title that sets something right is known by, whatever the item's id and text, and where it was seen before
    such titles were known; nothing for others."""
    folded = fold(entry.title)
    return (hashed("correction", folded), *text_keys(entry)) if sets_right(folded) else ()
