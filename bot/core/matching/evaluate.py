"""Evaluates a compiled query against a document."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.core.matching.document import Doc, body_of
from bot.core.matching.program import ALONE, AND, ANY, BLANK, CLAUSE, META, NEAR, NOT, OR, REGEX, Many, Program, among
from bot.core.matching.reading import Reading
from bot.core.matching.regex import compiled
from bot.core.matching.terms import Occurrence
from bot.core.model import Span

_UPLOAD = re.compile(r"[\w.-]+/[\w.-]+")


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
    for part in program.within(present) if isinstance(program, Many) else program[1:]:
        if part in present if part.__class__ is int else _HOLDS[part[0]](part, reading):
            return True
    return False


def _meta(program: tuple[Any, ...], reading: Reading) -> bool:
    if program[1] == "topic":
        return program[2] in reading.topics
    return _TESTS[program[1]](reading.doc, program[2])


def _is_upload(doc: Doc, _: str) -> bool:
    return not doc.entry.form.strip() and _UPLOAD.fullmatch(doc.entry.title.strip()) is not None


def _published(doc: Doc) -> int:
    """The time (ms) at which an entry was published, or first seen if the feed gave no date."""
    return doc.entry.first_seen if doc.entry.published is None else doc.entry.published


def _day_ms(day: str) -> int:
    """The start of an ISO day in UTC, in ms."""
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()) * 1000


_TESTS: dict[str, Callable[[Doc, str], bool]] = {
    "form": _is_upload,  # any other is a term
    "lang": lambda doc, value: doc.lang == value or doc.lang.startswith(value + "-"),  # zh holds for zh-TW too
    "after": lambda doc, value: _published(doc) >= _day_ms(value),
    "before": lambda doc, value: _published(doc) < _day_ms(value),
}


def pattern_spans(program: tuple[Any, ...], reading: Reading) -> list[Span]:
    """The spans of a pattern's first occurrence."""
    pattern, entry = compiled(program[1]), reading.doc.entry
    for name, text in (("title", entry.title), ("body", body_of(entry))):
        if text and (found := pattern.search(text)) is not None:
            return [Span(name, *found.span())]
    return []


def _near(program: tuple[Any, ...], reading: Reading) -> bool:
    left = _places(program[1], reading)
    right = _places(program[2], reading) if left else []
    return _follows(left, right, program[3]) or _follows(right, left, program[3])


def _follows(before: list[Occurrence], after: list[Occurrence], distance: int) -> bool:
    """Whether one of `after` begins at most `distance` past the last token of one of `before`."""
    starts = [place[0] for place in after]
    for place in before:
        at = bisect_left(starts, place[1])
        if at < len(starts) and starts[at] < place[1] + distance:
            return True
    return False


def near_places(program: tuple[Any, ...], reading: Reading) -> list[Occurrence]:
    """The occurrences of both sides that are near one of the other side, in order."""
    left, right = (_places(side, reading) for side in program[1:3])
    taking_part: set[Occurrence] = set()
    for before, after in ((left, right), (right, left)):
        starts = [place[0] for place in after]
        for place in before:
            low = bisect_left(starts, place[1])
            high = bisect_left(starts, place[1] + program[3])
            if low < high:
                taking_part.add(place)
                taking_part.update(after[low:high])
    return sorted(taking_part)


def _places(program: Program, reading: Reading) -> list[Occurrence]:
    """The occurrences of an operand of NEAR."""
    if isinstance(program, int):
        return reading.occurrences(program)
    if program[0] == NEAR:
        return near_places(program, reading)
    return reading.standing(frozenset(among(program, reading.present)))


def clause_places(program: tuple[Any, ...], reading: Reading) -> list[Occurrence]:
    """Occurrences of a weak term and a context term in one clause, not overlapping, if there are any. Only the title
    and the opening of the body count, for further down such words are said in passing.
    """
    _, weak, context, title_only = program
    if weak.isdisjoint(reading.present) or context.isdisjoint(reading.present):
        return []
    doc = reading.doc
    end = doc.body_from if title_only else doc.opening_end
    around: dict[int, list[Occurrence]] = {}
    for place in reading.standing(context & reading.present):
        around.setdefault(doc.clause(place[0]), []).append(place)
    for place in reading.standing(weak & reading.present):
        for other in around.get(doc.clause(place[0]), ()) if place[0] < end else ():
            if place[1] <= other[0] or other[1] <= place[0]:
                return sorted((place, other))
    return []


def blanked(program: tuple[Any, ...], reading: Reading) -> Reading:
    """The document with a program's blanked phrases hidden."""
    if program[2].isdisjoint(reading.present):
        return reading
    return reading.without(program[2] & reading.present, among(program[1], reading.present))


def alone(program: tuple[Any, ...], reading: Reading) -> Iterator[Reading]:
    """The parts of a round-up for which a program holds, each read without the other parts of the title."""
    return (part for part in reading.parts() if holds(program[1], part))


_HOLDS: dict[int, Callable[[tuple[Any, ...], Reading], bool]] = {
    AND: _and,
    OR: _or,
    ANY: lambda program, reading: not program[1].isdisjoint(reading.present),
    NEAR: _near,
    CLAUSE: lambda program, reading: bool(clause_places(program, reading)),
    BLANK: lambda program, reading: holds(program[1], blanked(program, reading)),
    ALONE: lambda program, reading: any(True for _ in alone(program, reading)),
    NOT: lambda program, reading: not holds(program[1], reading),
    META: _meta,
    REGEX: lambda program, reading: bool(pattern_spans(program, reading)),
}
