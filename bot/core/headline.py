"""Which of a story's titles stands for it."""

from __future__ import annotations

from bot.core.model import Entry

_TIERS = {"wire": 4, "trade": 3, "official": 2, "aggregator": 1}


def headline_rank(entry: Entry) -> int:
    """How well an entry's title would stand for its story: the higher one wins, the first of equals stays.

    Wires write for readers of every kind; an official title names a form before it names the news ("8-K - …").
    """
    return _TIERS.get(entry.tier, 3) if entry.title.strip() else 0
