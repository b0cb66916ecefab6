"""An entry as the engine reads it: one sequence of tokens over title, summary and content, with their offsets."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import NamedTuple

from bot.core.language.plural import stem
from bot.core.language.text import Tokens, filed_name, lang_of, tokens
from bot.core.matching.limits import FARTHEST_NEAR
from bot.core.model import Entry, Span

_GAP = ("",) * (FARTHEST_NEAR + 1)  # between fields, so that neither a phrase nor NEAR reaches across
_ENDS = {"title": re.compile(r"[;\n]"), "body": re.compile(r"[;。!?\n]|\.(?=\s)")}
_RUBRIC = re.compile(r"[|丨]")
_OR_SLASH = re.compile(r"[;\n]|(?<![\x00-\x1f!-~])/|/(?![\x00-\x1f!-~])")
"""The end of a part in a title with a rubric ("Weekly | a / b"): slashes as well, but not that of "AI/ML"."""

_OPENING = 20  # tokens of a body, by which what a wire puts before it and a title told again are passed
_LEAD = 60  # tokens of a body in which what an item is about is said: two sentences, or so
_LONG_WORD = 16  # characters
_MOST_PARTS = 16  # of a title; what follows them belongs to the last
_LONGEST_ROUND_UP = 1000  # tokens; a longer title is no title, and reading it once a part would cost as often


def body_of(entry: Entry) -> str:
    """The text that spans of the field "body" point into: summary and content, a line break between."""
    return f"{entry.summary}\n{entry.content}" if entry.summary and entry.content else entry.summary or entry.content


class Stream(NamedTuple):
    """One text of an entry: its field, its tokens, and the offsets of its first token and its first character."""

    field: str
    tokens: Tokens
    first: int
    offset: int


class Doc:
    """`words` are folded tokens, `stems` the same with plurals folded; a position is an index into either."""

    __slots__ = ("_clauses", "_lang", "_places", "body_from", "entry", "stems", "streams", "words")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.words: list[str] = []
        self.streams: list[Stream] = []
        self._append("title", entry.title, 0)
        self.body_from = len(self.words) + len(_GAP)
        if entry.summary:
            self._append("body", entry.summary, 0)
        if entry.content:
            self._append("body", entry.content, len(entry.summary) + 1 if entry.summary else 0)
        self.stems = list(map(stem, self.words))
        self._places: dict[str, list[int]] | None = None
        self._clauses: list[int] | None = None
        self._lang: str | None = None

    def _append(self, field: str, text: str, offset: int) -> None:
        if self.streams:
            self.words += _GAP
        stream = Stream(field, tokens(text), len(self.words), offset)
        self.streams.append(stream)
        self.words += stream.tokens.texts

    def filed(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """The entry's form and outlet, each as a query names it."""
        form, source = map(filed_name, (self.entry.form, self.entry.source))
        return ("form", form.upper()), ("source", source)

    @property
    def places(self) -> dict[str, list[int]]:
        """Stem → its positions, ascending."""
        if self._places is None:
            self._places = {}
            for position, word in enumerate(self.stems):
                self._places.setdefault(word, []).append(position)
        return self._places

    @property
    def lang(self) -> str:
        """The entry's language; guessed from its text if the source names none."""
        if self._lang is None:
            self._lang = self.entry.lang.lower() or lang_of(f"{self.entry.title} {self.entry.summary}")
        return self._lang

    def stream_at(self, position: int) -> Stream:
        """The stream that a position lies in."""
        return next(stream for stream in reversed(self.streams) if stream.first <= position)

    def glued(self, position: int) -> bool:
        """Whether the token at a position follows the one before it with nothing between."""
        stream = self.stream_at(position)
        return stream.tokens.glued(position - stream.first)

    def shown(self, start: int, end: int) -> tuple[Span, str]:
        """The published text of the tokens in `start:end`, and its span."""
        stream = self.stream_at(start)
        low, high = stream.tokens.span(start - stream.first, end - 1 - stream.first)
        span = Span(stream.field, low + stream.offset, high + stream.offset)
        return span, stream.tokens.text[low:high]

    def clause(self, position: int) -> int:
        """The number of the clause that a position lies in; no two fields share one."""
        if self._clauses is None:
            self._clauses = [0]
            for stream in self.streams:
                self._clauses += self._starts(stream)
        return bisect_right(self._clauses, position)

    @property
    def opening_end(self) -> int:
        """The position at which the opening ends: the title, and the sentences that hold the body's first few words."""
        if self._clauses is None:
            self.clause(0)
        starts = self._clauses or [0]
        after = bisect_right(starts, self.body_from + _OPENING - 1)
        return starts[after] if after < len(starts) else len(self.words)

    def lead(self) -> Doc:
        """The document with only the beginning of its body, which says what it is about; itself if there is no more.

        Official documents, filings among them, are kept whole: they begin with formalities and stay with their matter.
        """
        entry, body = self.entry, self.streams[1:]
        if sum(len(stream.tokens) for stream in body) <= _LEAD or entry.tier == "official" or entry.form:
            return self
        summary = _beginning(entry.summary, _LEAD)
        cut = summary != entry.summary  # nothing may follow it: places count from the beginning of the whole body
        content = "" if cut else _beginning(entry.content, _LEAD - len(tokens(summary)))
        return Doc(replace(entry, lang=self.lang, summary=summary, content=content))

    def title_parts(self) -> list[range]:
        """The range of positions of each part of a round-up's title; one range for other titles."""
        length = len(self.streams[0].tokens)
        starts = self._starts(self.streams[0])[:_MOST_PARTS] if length <= _LONGEST_ROUND_UP else [0]
        ends = [*starts[1:], length]
        return [range(start, end) for start, end in zip(starts, ends, strict=True) if start < end]

    def _starts(self, stream: Stream) -> list[int]:
        """The positions at which clauses of a stream begin, the first included."""
        ends = _ends(stream.field, stream.tokens.folded)
        at = [stream.tokens.folded_span(index)[0] for index in range(len(stream.tokens))] if ends else []
        return [stream.first, *(stream.first + bisect_right(at, end) for end in ends)]


def _ends(field: str, folded: str) -> list[int]:
    """The offsets at which the clauses of a folded text end."""
    bar = _RUBRIC.search(folded) if field == "title" else None
    ends = [match.start() for match in (_OR_SLASH if bar else _ENDS[field]).finditer(folded)]
    return [end for end in ends if folded[end] != "/" or end > bar.start()] if bar else ends


def _beginning(text: str, most: int) -> str:
    """A text up to its token number `most`. It is read no further than so many long words would reach."""
    begun = tokens(text[: most * _LONG_WORD])
    return begun.text[: begun.span(most - 1)[1]] if len(begun) > most else begun.text
