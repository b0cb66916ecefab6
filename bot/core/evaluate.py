"""Whether a program holds for a document, and by which words of it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from bot.core.document import Doc, body_of
from bot.core.fieldtests import TESTS
from bot.core.lexicon import Lexicon
from bot.core.model import Span
from bot.core.program import AND, ANY, BLANK, CLAUSE, META, NEAR, NOT, OR, REGEX, Program, numbers
from bot.core.regex import compiled
from bot.core.terms import Occurrence

_MOST_SPANS = 4  # of one term in one explanation


class Reading:
    """A document as one lexicon reads it: the numbers of the terms that are present, and where they stand.

    `topics` are the ids of the topics that the entry was found to be of. Positions in `hidden` count for nothing.
    """

    __slots__ = ("_found", "doc", "hidden", "lexicon", "present", "topics")

    def __init__(self, doc: Doc, lexicon: Lexicon, present: set[int]) -> None:
        self.doc = doc
        self.lexicon = lexicon
        self.present = present
        self.topics: frozenset[str] = frozenset()
        self.hidden: frozenset[int] = frozenset()
        self._found: dict[int, list[Occurrence]] = {}

    def occurrences(self, number: int) -> list[Occurrence]:
        """Where a term stands, in order."""
        if number not in self._found:
            found = self.lexicon.term(number).occurrences(self.doc) if number in self.present else []
            if self.hidden:
                found = [place for place in found if self.hidden.isdisjoint(range(*place))]
            self._found[number] = found
        return self._found[number]

    def without(self, blanked: Iterable[int], concerned: Iterable[int]) -> Reading:
        """The same document where the words of the `blanked` terms count for nothing, read for `concerned` terms."""
        places = (place for number in blanked for place in self.occurrences(number))
        reading = Reading(self.doc, self.lexicon, self.present)
        reading.topics = self.topics
        reading.hidden = self.hidden.union(position for place in places for position in range(*place))
        reading.present = {number for number in self.present.intersection(concerned) if reading.occurrences(number)}
        return reading


def holds(program: Program, reading: Reading) -> bool:
    """Whether the program is true of the document."""
    return program in reading.present if isinstance(program, int) else _HOLDS[program[0]](program, reading)


def _and(program: tuple[Any, ...], reading: Reading) -> bool:
    present = reading.present
    for part in program[1:]:
        if part.__class__ is int:
            if part not in present:
                return False
        elif not _HOLDS[part[0]](part, reading):
            return False
    return True


def _or(program: tuple[Any, ...], reading: Reading) -> bool:
    present = reading.present
    return any(part in present if part.__class__ is int else _HOLDS[part[0]](part, reading) for part in program[1:])


def _any(program: tuple[Any, ...], reading: Reading) -> bool:
    return not program[1].isdisjoint(reading.present)


def _not(program: tuple[Any, ...], reading: Reading) -> bool:
    return not holds(program[1], reading)


def _meta(program: tuple[Any, ...], reading: Reading) -> bool:
    if program[1] == "topic":
        return program[2] in reading.topics
    return TESTS[program[1]](reading.doc, program[2])


def _regex(program: tuple[Any, ...], reading: Reading) -> bool:
    return bool(_pattern_spans(program, reading))


def _pattern_spans(program: tuple[Any, ...], reading: Reading) -> list[Span]:
    pattern, entry = compiled(program[1]), reading.doc.entry
    for name, text in (("title", entry.title), ("body", body_of(entry))):
        if text and (found := pattern.search(text)) is not None:
            return [Span(name, *found.span())]
    return []


def _near(program: tuple[Any, ...], reading: Reading) -> bool:
    return bool(_near_places(program, reading))


def _near_places(program: tuple[Any, ...], reading: Reading) -> list[Occurrence]:
    """The occurrences on either side that have one of the other side near, in order."""
    left, right = (_places(side, reading) for side in program[1:3])
    taking_part: set[Occurrence] = set()
    for before, after in ((left, right), (right, left)):
        starts = [place[0] for place in after]
        for place in before:
            low = bisect_left(starts, place[1])
            high = bisect_right(starts, place[1] - 1 + program[3])
            if low < high:
                taking_part.add(place)
                taking_part.update(after[low:high])
    return sorted(taking_part)


def _places(program: Program, reading: Reading) -> list[Occurrence]:
    """Where an operand of NEAR stands."""
    if isinstance(program, int):
        return reading.occurrences(program)
    if program[0] == NEAR:
        return _near_places(program, reading)
    return sorted({place for number in numbers(program) for place in reading.occurrences(number)})


def _clause(program: tuple[Any, ...], reading: Reading) -> bool:
    return bool(_clause_places(program, reading))


def _clause_places(program: tuple[Any, ...], reading: Reading) -> list[Occurrence]:
    """A weak term and a context term that share a clause without overlapping, if there are any."""
    _, weak, context, title_only = program
    if weak.isdisjoint(reading.present) or context.isdisjoint(reading.present):
        return []
    doc = reading.doc
    end = doc.body_from if title_only else len(doc.words)
    around: dict[int, list[Occurrence]] = {}
    for place in _standing(context, reading):
        around.setdefault(doc.clause(place[0]), []).append(place)
    for place in _standing(weak, reading):
        for other in around.get(doc.clause(place[0]), ()) if place[0] < end else ():
            if place[1] <= other[0] or other[1] <= place[0]:
                return sorted((place, other))
    return []


def _standing(terms: frozenset[int], reading: Reading) -> list[Occurrence]:
    present = terms & reading.present
    return sorted({place for number in present for place in reading.occurrences(number)})


def _blank(program: tuple[Any, ...], reading: Reading) -> bool:
    return holds(program[1], _blanked(program, reading))


def _blanked(program: tuple[Any, ...], reading: Reading) -> Reading:
    if program[2].isdisjoint(reading.present):
        return reading
    return reading.without(program[2] & reading.present, numbers(program[1]))


_HOLDS: dict[int, Callable[[tuple[Any, ...], Reading], bool]] = {
    AND: _and,
    OR: _or,
    ANY: _any,
    NEAR: _near,
    CLAUSE: _clause,
    BLANK: _blank,
    NOT: _not,
    META: _meta,
    REGEX: _regex,
}


def reasons(program: Program, reading: Reading) -> list[Span]:
    """The words by which a program holds, as spans of the published text, in the order of the query."""
    if isinstance(program, int):
        return _spans(_first(reading.occurrences(program), reading), reading)
    kind = program[0]
    if kind in (AND, OR):
        return [span for part in program[1:] if kind == AND or holds(part, reading) for span in reasons(part, reading)]
    if kind == ANY:
        return [span for number in sorted(program[1] & reading.present) for span in reasons(number, reading)]
    if kind == NEAR:
        return _spans(_near_places(program, reading)[:_MOST_SPANS], reading)
    if kind == CLAUSE:
        return _spans(_clause_places(program, reading), reading)
    if kind == BLANK:
        return reasons(program[1], _blanked(program, reading))
    return _pattern_spans(program, reading) if kind == REGEX else []


def _first(places: list[Occurrence], reading: Reading) -> list[Occurrence]:
    """The first place in the title and the first in the body."""
    split = reading.doc.body_from
    title = [place for place in places[:1] if place[0] < split]
    return title + [place for place in places if place[0] >= split][:1]


def _spans(places: Iterable[Occurrence], reading: Reading) -> list[Span]:
    return [reading.doc.span(*place) for place in places]
