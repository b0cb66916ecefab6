"""Which official process an entry is a step of."""

from __future__ import annotations

from bot.core.ladders import Filed, Known, ladder, nobody


def process_key(entry: Filed, known: Known = nobody) -> str:
    """Such as "rule:2026-01234"; "" for no step."""
    step = ladder(entry, known)
    return step.process if step else ""
