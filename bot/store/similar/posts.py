"""Finds the stories whose reports share most of some terms, by the newest postings of each term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.core.stories.side import Member
from bot.core.stories.veto import on_its_way
from bot.core.stories.views import Document
from bot.store.similar.filed import Filed
from bot.store.similar.rows import heaviest

_ASKED = 12  # terms of a report among which its companies are looked for
_NAMED = 4  # stories about the company whose listing is reported


def likest(posts: Filed[str], asked: Sequence[tuple[int, str]], least: float, most: int) -> list[int]:
    """The stories with the highest sums, at least `least`, for terms given with their weights.

    A term's weight counts once for each of a story's reports that has it; of equal stories the newer comes first.
    """
    posts.read(term for _, term in asked)
    told: defaultdict[int, int] = defaultdict(int)
    for weight, term in asked:
        for story in posts.of(term):
            told[story] += weight
    return [story for _, story in sorted([(n, story) for story, n in told.items() if n >= least], reverse=True)[:most]]


def on_the_way(posts: Filed[str], doc: Document, one: Member) -> list[int]:
    """For a report of a listing, the stories with most reports about the companies that it names: a story told in the
    other language shares little else with it, and may come after ten others.
    """
    if not on_its_way(doc.state):
        return []
    return likest(posts, [(weight, term) for weight, term in heaviest(one, _ASKED) if term[0] == "@"], 0, _NAMED)
