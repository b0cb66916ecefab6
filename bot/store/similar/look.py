"""A report as the folding index weighs it, and what it is found under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from zlib import crc32

from bot.core.stories.cluster import Document
from bot.core.stories.side import Member
from bot.store.similar.rows import heaviest

POSTED = 20
"""How many terms of a report it is found under."""


class Look(NamedTuple):
    """A report as it is weighed now, once for both finding similar reports and filing it."""

    doc: Document
    member: Member


def signs_of(looks: Iterable[Look]) -> Iterator[int]:
    """What reports are found under, as numbers of 32 and 64 bits: keys, anchors, heaviest terms and their processes."""
    for doc, one in looks:
        yield from doc.keys
        yield from doc.filed
        yield from doc.anchors
        yield from (crc32(term.encode()) for _, term in heaviest(one, POSTED))
        if doc.step:
            yield crc32(doc.step.process.encode())
