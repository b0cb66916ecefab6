"""One tree on its own: does it match an entry, by which words, and if not, what failed? For previews and `why`."""

from __future__ import annotations

from bot.core.matching.document import Doc
from bot.core.matching.evaluate import holds
from bot.core.matching.missing import Missing
from bot.core.matching.program import build
from bot.core.matching.reading import Reading
from bot.core.matching.reasons import why
from bot.core.matching.termindex import TermIndex
from bot.core.matching.tree import Node
from bot.core.model import Entry


class Judge:
    """Evaluates one tree over many entries."""

    def __init__(self, tree: Node) -> None:
        self._tree = tree
        self._terms = TermIndex()
        self._program = build(tree, self._terms)

    def matches(self, entry: Entry, topics: frozenset[str] = frozenset()) -> bool:
        """Whether the tree holds for an entry that is of these topics (ids)."""
        return holds(self._program, self._read(entry, topics))

    def terms(self, entry: Entry, topics: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """The words by which the tree holds, as published; none if it does not hold."""
        reading = self._read(entry, topics)
        if not holds(self._program, reading):
            return ()
        return why(self._program, reading)

    def failed(self, entry: Entry, topics: frozenset[str] = frozenset()) -> str:
        """What kept the tree from matching, as half a sentence; "" if it matches."""
        reading = self._read(entry, topics)
        return "" if holds(self._program, reading) else Missing(reading, self._terms).of(self._tree)

    def _read(self, entry: Entry, topics: frozenset[str]) -> Reading:
        doc = Doc(entry)
        reading = Reading(doc, self._terms, self._terms.find(doc))
        reading.topics = topics
        return reading
