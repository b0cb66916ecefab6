"""The words of a document by which a compiled query matched."""

from __future__ import annotations

from typing import Any

from bot.core.matching.document import body_of
from bot.core.matching.evaluate import alone, blanked, clause_places, holds, near_places, pattern_spans
from bot.core.matching.program import ALONE, AND, ANY, BLANK, CLAUSE, NEAR, OR, REGEX, Program, among
from bot.core.matching.reading import Reading
from bot.core.model import Entry, Span

_MOST_NEAR = 4  # places that one NEAR shows


def reasons(program: Program, reading: Reading) -> dict[Span, str]:
    """The spans by which a program holds, with their words as published, in the order of the query."""
    found: dict[Span, str] = {}
    _gather(program, reading, found)
    return found


def why(program: Program, reading: Reading) -> tuple[str, ...]:
    """The words of a program's reasons; if there are none, the form and the outlet that were asked for."""
    return words(reasons(program, reading)) or _filed(program, reading)


def words(found: dict[Span, str]) -> tuple[str, ...]:
    """The words of some reasons, each once, whatever its case."""
    return tuple({word.casefold(): word for word in found.values()}.values())


def _filed(program: Program, reading: Reading) -> tuple[str, ...]:
    scopes = {reading.terms.term(number).scope for number in among(program, reading.present)}
    entry = reading.doc.entry
    return tuple(text for scope, text in (("form", entry.form), ("source", entry.source)) if scope in scopes)


def _gather(program: Program, reading: Reading, found: dict[Span, str]) -> None:
    if isinstance(program, int):
        found.update(reading.shown(program))
        return
    kind = program[0]
    if kind == AND:
        for part in program[1:]:
            _gather(part, reading, found)
    elif kind == OR:
        for part in program[1:]:
            if holds(part, reading):
                _gather(part, reading, found)
    elif kind == BLANK:
        _gather(program[1], blanked(program, reading), found)
    elif kind == ALONE:
        for part in alone(program, reading):
            _gather(program[1], part, found)
    else:
        found.update(_special(program, reading))


def _special(program: tuple[Any, ...], reading: Reading) -> dict[Span, str]:
    kind = program[0]
    if kind == NEAR:
        return reading.published(near_places(program, reading)[:_MOST_NEAR])
    if kind == CLAUSE:
        return reading.published(clause_places(program, reading))
    if kind == ANY:
        shown = [one for number in program[1] & reading.present for one in reading.shown(number).items()]
        return dict(sorted(shown, key=_place))  # terms are numbered as they came, which differs from run to run
    spans = pattern_spans(program, reading) if kind == REGEX else []
    return {span: text_at(reading.doc.entry, span) for span in spans}


def _place(one: tuple[Span, str]) -> tuple[bool, int, int]:
    span, _ = one
    return span.field != "title", span.start, span.end


def text_at(entry: Entry, span: Span) -> str:
    """The text of an entry at a span."""
    text = entry.title if span.field == "title" else body_of(entry)
    return text[span.start : span.end]
