"""A feed's XML cut into head, items and tail, by its bytes alone: what stands as it stood need not be parsed again.

Nothing here parses. A document counts only when nothing but space stands between its items; whether a cut was right,
the parser tells: what it makes of some of the items must be as many entries (`bot.sources.kit.shown`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xxhash import xxh3_64_intdigest

_FIRST = re.compile(rb"<(item|entry)(?=[\s>])")
_ASIDE = re.compile(rb"<(lastBuildDate|pubDate|updated|modified|dc:date|generator)(?:\s[^<>]*)?>[^<]*</\1>")
"""What heads change at every answer, and nothing of an item depends on."""


class Cut(NamedTuple):
    """A document as its parts. Each of `items` lacks its end tag, `end`."""

    head: bytes
    items: list[bytes]
    end: bytes
    tail: bytes

    def of(self, places: list[int]) -> bytes:
        """The document with the items at these places alone."""
        items = self.items
        return b"".join([self.head, *(items[place] + self.end for place in places), self.tail])

    def frame(self) -> bytes:
        """Head and tail without what changes from answer to answer: what the reading of an item may depend on."""
        return _lasting(self.head).rstrip() + b"\0" + _lasting(self.tail)

    def marks(self) -> list[int]:
        """xxh3-64 of each item."""
        return list(map(xxh3_64_intdigest, self.items))


def _lasting(part: bytes) -> bytes:
    """Without comments and what changes at every answer, in one pass: no comment's end is searched for twice."""
    out, at = [], 0
    while (start := part.find(b"<!--", at)) >= 0 and (end := part.find(b"-->", start + 4)) >= 0:
        out.append(part[at:start])
        at = end + 3
    return _ASIDE.sub(b"", b"".join([*out, part[at:]]))


def cut(document: bytes) -> Cut | None:
    """None for a document of another shape."""
    first = _FIRST.search(document)
    if first is None:
        return None
    end = b"</" + first[1] + b">"
    start = first.start()
    *parts, tail = document[start:].split(end)
    items = [part.lstrip() for part in parts]
    openings = tuple(b"<" + first[1] + char for char in (b">", b" ", b"\n", b"\r", b"\t"))
    if not all(item.startswith(openings) for item in items):
        return None
    return Cut(document[:start], items, end, tail)
