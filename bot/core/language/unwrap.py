"""Joins lines that were hard-wrapped, as mails and news wires do. Pure, linear."""

from __future__ import annotations

from itertools import pairwise

_SHORTEST, _LONGEST = 45, 120
"""Characters of a line that was broken for its length: shorter ends a paragraph, longer was never broken."""

_ENDS = tuple(".!?…:。！？”\"'’)")


def unwrapped(text: str) -> str:
    """The text with its paragraphs in a line each; as it is unless most of its lines were broken for their length.

    A blank line, an indented line and a line after a short one begin a paragraph.
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
    """Whether two lines or more, and half of all that another line follows at once, stop in mid-sentence at a width."""
    followed = [line for line, after in pairwise(lines) if line and after]
    open_ended = [line for line in followed if not line.endswith(_ENDS)]
    return (
        max(map(len, lines)) <= _LONGEST
        and len(open_ended) >= 2
        and 2 * sum(len(line) >= _SHORTEST for line in open_ended) > len(followed)
    )
