"""`topics`: what stands on its first page."""

from __future__ import annotations

from bot.commands.topics import catalogue
from tests.shipped import topics


def test_subjects_come_before_companies() -> None:
    """Who looked for listings found companies on the first page."""
    ids = [topic.id for topic in catalogue(topics().topics)]
    assert "ipo-listings" in ids[:10]
    assert ids[-10:] == sorted(one for one in ids if one.startswith("company-"))
