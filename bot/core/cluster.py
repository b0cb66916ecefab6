"""Where an entry belongs: copy, same story, follow-up or new. Pure: document and candidates in, placement out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.model import Entry, Placement


@dataclass(frozen=True, slots=True)
class Document:
    """An entry as the folding sees it. Made once, by `document`, outside any transaction."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the store found that may be a copy of a document or tell of the same event."""


def document(entry: Entry) -> Document:
    """The features of an entry."""
    return Document(entry)


def place(doc: Document, found: Candidates, now: int) -> Placement:
    """Where the entry belongs. Deterministic: the same document and candidates give the same placement."""
    return Placement("new", None)
