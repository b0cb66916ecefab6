"""Joins lines that were hard-wrapped, as mails and news wires do. Pure, linear."""

from __future__ import annotations

from itertools import pairwise

_SHORTEST, _LONGEST = 45, 120
"""The lengths of lines that were wrapped: a shorter one ends a paragraph, a longer one was never wrapped."""

_ENDS = tuple(".!?…:。！？”\"'’)")


def unwrapped(text: str) -> str:
    """The text with one line for each paragraph; unchanged unless most of its lines were wrapped.

    A blank line, an indented line, and a line after a short one begin a paragraph.
    """
    lines = text.split("\n")
    if len(lines) < 3 or not _broken([line.strip() for line in lines]):
        return text
    paragraphs: list[str] = []
    goes_on = False
    for line in lines:
        bare = line.strip()
        if goes_on and bare and not line[:1].isspace():
            paragraphs[-1] += f" {bare}"
        elif bare:
            paragraphs.append(bare)
        goes_on = len(bare) >= _SHORTEST
    return "\n".join(paragraphs)


def _broken(lines: list[str]) -> bool:
    """Whether two or more lines, and half of all lines with a next line, end in mid-sentence at a common width."""
    followed = [line for line, after in pairwise(lines) if line and after]
    open_ended = [line for line in followed if not line.endswith(_ENDS)]
    return (
        max(map(len, lines)) <= _LONGEST
        and len(open_ended) >= 2
        and 2 * sum(len(line) >= _SHORTEST for line in open_ended) > len(followed)
    )
