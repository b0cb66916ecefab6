"""Alerts rendered from a channel's template, before any platform's markup: cleaned text, safe links, no empty lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core.alerts.continuing import worded
from bot.core.language.text import cut
from bot.core.message import Alert, Piece
from bot.ports import Voice
from handlers.text import clean, trusted

_LINK = 300


def spoken(alert: Alert, voice: Voice) -> Alert:
    """The alert with its news in the reader's language, as far as the words are Tocsin's own."""
    form = tuple(p._replace(text=worded(p.text, voice.told)) if p.kind == "news" else p for p in alert.form)
    return replace(alert, news=worded(alert.news, voice.told), form=form)


def cleaned(form: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The pieces, cleaned; () if nothing but the template's own words is left."""
    made = tuple(piece for piece in map(_cleaned, form) if piece.text)
    return made if any(piece.kind != "own" for piece in made) else ()


def lines(pieces: tuple[Piece, ...]) -> Iterator[list[Piece]]:
    """Pieces line by line. Empty lines are left out, except one between two that are not empty."""
    gap, begun = False, False
    for line in _split(pieces):
        shown = any(piece.text.strip() for piece in line)
        if shown:
            if gap and begun:
                yield []
            yield line
            begun, gap = True, False
        gap = gap or not shown


def _split(pieces: tuple[Piece, ...]) -> Iterator[list[Piece]]:
    line: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        line.append(Piece(piece.kind, first))
        for text in others:
            yield line
            line = [Piece(piece.kind, text)]
    yield line


def _cleaned(piece: Piece) -> Piece:
    if piece.kind == "link":
        return Piece("link", trusted(piece.text, _LINK))
    if piece.kind == "news":
        return Piece("value", clean(cut(piece.text, piece.most)))
    if piece.kind == "value":
        return Piece("value", clean(piece.text))
    return Piece("own", "\n".join(_spaced(line) for line in piece.text.replace("\r", "").split("\n")))


def _spaced(line: str) -> str:
    """As `clean`, but spaces at the ends stay: they separate pieces."""
    kept = clean(line)
    if not kept:
        return " " if line else ""
    return f"{' ' * line[0].isspace()}{kept}{' ' * line[-1].isspace()}"
