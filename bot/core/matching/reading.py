"""A document seen through one term index: which terms it holds and where, each computed once."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.matching.document import Doc
from bot.core.matching.termindex import TermIndex
from bot.core.matching.terms import Occurrence
from bot.core.model import Span


class Reading:
    """A document, and what was found in it. `present` are the numbers of the terms that it holds.

    `topics` are the ids of the topics that the entry is known to be of. Positions in `hidden` count for nothing.
    """

    __slots__ = ("_found", "_parts", "_shown", "_standing", "doc", "hidden", "present", "terms", "topics")

    def __init__(self, doc: Doc, terms: TermIndex, present: set[int]) -> None:
        self.doc = doc
        self.terms = terms
        self.present = present
        self.topics: frozenset[str] = frozenset()
        self.hidden: frozenset[int] = frozenset()
        self._found: dict[int, list[Occurrence]] = {}
        self._shown: dict[int, dict[Span, str]] = {}
        self._standing: dict[frozenset[int], list[Occurrence]] = {}
        self._parts: list[Reading] | None = None

    def occurrences(self, number: int) -> list[Occurrence]:
        """Where a term stands, in order."""
        found = self._found.get(number)
        if found is None:
            found = self.terms.term(number).occurrences(self.doc) if number in self.present else []
            if self.hidden:
                found = [place for place in found if self.hidden.isdisjoint(range(*place))]
            self._found[number] = found
        return found

    def standing(self, terms: frozenset[int]) -> list[Occurrence]:
        """The occurrences of any of some terms, in order. Many rules ask for the few terms that are there."""
        found = self._standing.get(terms)
        if found is None:
            found = sorted({place for number in terms for place in self.occurrences(number)})
            self._standing[terms] = found
        return found

    def shown(self, number: int) -> dict[Span, str]:
        """The spans of a term's first occurrences in title and body, with the words as published."""
        shown = self._shown.get(number)
        if shown is None:
            places, split = self.occurrences(number), self.doc.body_from
            title = [place for place in places[:1] if place[0] < split]
            body = next((place for place in places if place[0] >= split), None)
            shown = self._shown[number] = self.published([*title, body] if body else title)
        return shown

    def published(self, places: Iterable[Occurrence]) -> dict[Span, str]:
        """Occurrences as spans of the published text, with the words there."""
        return dict(self.doc.shown(*place) for place in places)

    def without(self, blanked: Iterable[int], concerned: Iterable[int]) -> Reading:
        """A reading of the same document in which the `blanked` terms count for nothing, for the `concerned` terms."""
        places = (place for number in blanked for place in self.occurrences(number))
        return self._hiding(position for place in places for position in range(*place))._of(concerned)

    def parts(self) -> list[Reading]:
        """A reading of the lead for each part of a round-up's title, with the others hidden; else the lead itself."""
        if self._parts is None:
            ranges, lead = self.doc.title_parts(), self.lead()
            if len(ranges) > 1:
                title = range(ranges[-1].stop)
                self._parts = [lead._hiding(set(title) - set(part))._of(lead.present) for part in ranges]
            elif lead is self:
                return [self]
            else:
                self._parts = [lead]
        return self._parts

    def lead(self) -> Reading:
        """A reading of the document's lead alone."""
        if (doc := self.doc.lead()) is self.doc:
            return self
        reading = Reading(doc, self.terms, self.terms.find(doc))
        reading.topics = self.topics
        return reading

    def _hiding(self, positions: Iterable[int]) -> Reading:
        reading = Reading(self.doc, self.terms, self.present)
        reading.topics = self.topics
        reading.hidden = self.hidden.union(positions)
        return reading

    def _of(self, concerned: Iterable[int]) -> Reading:
        terms = self.terms
        self.present = {
            number
            for number in self.present.intersection(concerned)
            if self.occurrences(number) or terms.term(number).filed
        }
        return self
