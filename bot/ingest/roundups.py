"""Round-ups repeat what was reported one by one. Finds the stories that already told their parts, for each rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.core.language.entities import Lexicon
from bot.core.model import Entry, Hit
from bot.core.stories.cluster import document, place
from bot.core.stories.roundup import parts
from bot.core.stories.weights import Weights
from bot.ports import IngestTx

Match = Callable[[Entry], Sequence[Hit]]


def retold(tx: IngestTx, entry: Entry, match: Match, lexicon: Lexicon, weights: Weights) -> dict[str, tuple[int, ...]]:
    """The rules for which every part of a round-up was told before, each with the stories that told them.

    A part was told before if, as a title of its own, it would join a story and add nothing. A rule that the whole entry
    hits but no part does is not among them: nobody can say that it was told.
    """
    told: defaultdict[str, list[int | None]] = defaultdict(list)
    for part in parts(entry.title):
        piece = replace(entry, id="", url="", title=part, summary="", content="", form="", facts=())
        rules = [hit.rule for hit in match(piece)]
        story = _story_of(tx, piece, lexicon, weights) if rules else None
        for rule in rules:
            told[rule].append(story)
    sure = {rule: [story for story in each if story is not None] for rule, each in told.items() if None not in each}
    return {rule: tuple(dict.fromkeys(stories)) for rule, stories in sure.items()}


def _story_of(tx: IngestTx, piece: Entry, lexicon: Lexicon, weights: Weights) -> int | None:
    """The story that a part joins without adding anything."""
    read = document(piece, lexicon)
    placed = place(read, tx.candidates(read), weights)
    return placed.story if placed.kind in ("known", "duplicate") else None
