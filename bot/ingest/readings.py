"""What can be computed from a new entry alone, without any other report; another process may do it."""

from __future__ import annotations

from typing import NamedTuple

from bot.core.alerts.summary import entry_summary
from bot.core.language.entities import Lexicon
from bot.core.model import Hit
from bot.core.stories.cluster import Document, document
from bot.ports import Found
from bot.rules.rulebook import Rulebook


class Read(NamedTuple):
    """A new entry with what was computed from it alone."""

    feed_id: int
    doc: Document
    found: Found
    hits: tuple[Hit, ...]
    summary: str


def read(feed_id: int, found: Found, rules: Rulebook, lexicon: Lexicon) -> Read:
    """An entry with its hits, what folding compares it by, and its summary."""
    hits = tuple(rules.match(found.entry))
    return Read(feed_id, document(found.entry, lexicon), found, hits, entry_summary(found.entry))
