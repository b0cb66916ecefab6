"""Reports through the pipeline, by title and lead alone."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.language.text import lang_of
from bot.core.model import Entry
from bot.core.units import HOUR_MS
from bot.pipeline import Pipeline, Placed
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from tests.shipped import lexicon

NOW = 1_767_600_000_000
Told = tuple[str, str, float]
"""A title, what stands under it, the hours since the first report."""


async def placed(told: Sequence[tuple[str, str]], hours: float = 1 / 60) -> list[Placed]:
    """Titles with their leads, a minute or some hours apart."""
    return await placed_at([(title, lead, number * hours) for number, (title, lead) in enumerate(told)])


async def placed_at(told: Sequence[Told]) -> list[Placed]:
    """Each of an outlet of its own, at its time."""
    store = open_store("memory:", clock=lambda: NOW)
    entries = [_entry(number, *one) for number, one in enumerate(told)]
    done = await Pipeline(store, Rulebook(), lexicon=lexicon()).replay(entries)
    await store.close()
    return list(done.placed)


def _entry(number: int, title: str, lead: str, hours: float) -> Entry:
    at = NOW + round(hours * HOUR_MS)
    return Entry(
        str(number),
        f"https://o{number}.example/",
        title,
        lead,
        source=f"Outlet {number}",
        lang=lang_of(title),
        published=at,
        first_seen=at,
    )
