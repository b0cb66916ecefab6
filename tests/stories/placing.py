"""Reports through the pipeline, by title and lead alone."""

from __future__ import annotations

from bot.configure import resolve
from bot.core.model import Entry
from bot.core.text import lang_of
from bot.lexicons import read_lexicon
from bot.pipeline import Pipeline, Placed
from bot.rulebook import Rulebook
from bot.store import open_store

NOW, MINUTE = 1_767_600_000_000, 60_000


async def placed(told: list[tuple[str, str]], hours: float = 1 / 60) -> list[Placed]:
    """Titles with their leads, a minute or some hours apart."""
    entries = [
        Entry(
            str(number),
            f"https://o{number}.example/",
            title,
            lead,
            source=f"Outlet {number}",
            lang=lang_of(title),
            published=NOW + round(number * hours * 60) * MINUTE,
            first_seen=NOW + round(number * hours * 60) * MINUTE,
        )
        for number, (title, lead) in enumerate(told)
    ]
    store = open_store("memory:", clock=lambda: NOW)
    lexicon = read_lexicon(*map(resolve, ("config/entities.toml", "config/glossary.toml")))
    done = await Pipeline(store, Rulebook(), lexicon=lexicon).replay(entries)
    await store.close()
    return list(done.placed)
