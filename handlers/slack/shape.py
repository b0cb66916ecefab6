"""Alerts rendered from a channel's template as rich text; `**bold**` and `_italic_` count only in the template."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.message import Piece
from handlers.shape import cleaned
from handlers.shape import lines as shape_lines
from handlers.slack.blocks import TEXT, Json, link, words
from handlers.text import utf16

_MARK = re.compile(r"(\*\*|(?<!\w)_|_(?!\w))")


def shape(form: tuple[Piece, ...]) -> list[list[Json]]:
    """The lines of the alert; none for the usual shape."""
    pieces = cleaned(form)
    if sum(utf16(piece.text) for piece in pieces) > TEXT - 200:
        return []
    style = {"bold": False, "italic": False}
    return [list(_line(line, style)) or words(" ") for line in shape_lines(pieces)]


def _line(line: list[Piece], style: dict[str, bool]) -> Iterator[Json]:
    for piece in line:
        if piece.kind == "link":
            yield from link(piece.text, piece.text, bold=style["bold"])
            continue
        for text in _MARK.split(piece.text) if piece.kind == "own" else (piece.text,):
            if piece.kind == "own" and text in ("**", "_"):
                name = "bold" if text == "**" else "italic"
                style[name] = not style[name]
            else:
                yield from words(text, **style)
