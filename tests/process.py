"""Which official process an entry is a step of."""

from __future__ import annotations

from bot.core.model import Entry, ParsedEntry
from bot.core.stories.ladders import Known, ladder


def process_key(entry: Entry | ParsedEntry, known: Known = lambda _: "") -> str:
    """Such as "rule:2026-01234"; "" for no step."""
    step = ladder(entry, known)
    return step.process if step else ""
