"""Cuts a feed's XML into head, items and tail, by its bytes alone, so that unchanged items need not be parsed again.

Nothing is parsed here. A document is cut only if there is nothing but space between its items. The parser shows whether
the cut was right: from some of the items it must make as many entries (`bot.sources.kit.shown`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from xxhash import xxh3_64_intdigest

_FIRST = re.compile(rb"<(item|entry)(?=[\s>])")
_ASIDE = re.compile(rb"<(lastBuildDate|pubDate|updated|modified|dc:date|generator)(?:\s[^<>]*)?>[^<]*</\1>")
"""Elements of the head that change with every answer, and on which no item depends."""


class Cut(NamedTuple):
    """A document in parts. Each of `items` is without its end tag, `end`."""

    head: bytes
    items: list[bytes]
    end: bytes
    tail: bytes

    def of(self, places: list[int]) -> bytes:
        """The document with only the items at these places."""
        items = self.items
        return b"".join([self.head, *(items[place] + self.end for place in places), self.tail])

    def frame(self) -> bytes:
        """Head and tail, on which the reading of an item may depend, without what changes from answer to answer."""
        return _lasting(self.head).rstrip() + b"\0" + _lasting(self.tail)

    def marks(self) -> list[int]:
        """xxh3-64 of each item."""
        return list(map(xxh3_64_intdigest, self.items))


def _lasting(part: bytes) -> bytes:
    """A part without comments and without what changes with every answer. No comment's end is searched for twice."""
    out, at = [], 0
    while (start := part.find(b"<!--", at)) >= 0 and (end := part.find(b"-->", start + 4)) >= 0:
        out.append(part[at:start])
        at = end + 3
    return _ASIDE.sub(b"", b"".join([*out, part[at:]]))


def cut(document: bytes) -> Cut | None:
    """Cut a document; None if it has another shape."""
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
