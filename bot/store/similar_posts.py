"""The stories whose reports share most of some terms, by the newest postings of each term."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bot.store.similar_filed import Filed


def likest(posts: Filed[str], asked: Sequence[tuple[int, str]], least: float, most: int) -> list[int]:
    """Of terms given with their weights; `least` counts, at least.

    A story counts as often as its reports hold a term; of equals the newer story comes first.
    """
    posts.read(term for _, term in asked)
    told: defaultdict[int, int] = defaultdict(int)
    for weight, term in asked:
        for story in posts.of(term):
            told[story] += weight
    return [story for _, story in sorted([(n, story) for story, n in told.items() if n >= least], reverse=True)[:most]]
