"""Alert templates of an organisation. They only substitute: nothing in one can run code or reach anything.

    *{title}* [({outlets})]
    {summary:200}
    {link}

`{name}` is one of `NAMES`; `{summary:200}` cuts it to 200 characters; `[… {news} …]` vanishes when none of the values
in it says anything; `{{`, `}}`, `[[`, `]]` stand for the signs themselves. Markdown counts in the template's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from bot.core.errors import QueryError
from bot.core.language.text import cut
from bot.core.message import Piece

NAMES = ("title", "summary", "outlets", "topics", "why", "link", "published", "severity", "news", "also", "story")
MOST = 1000
"""Characters of a template."""
ROOM = 1500
"""Characters of an alert that a template shaped: escaped, it still fits every platform's message."""
_DEFAULT_CUT = {"title": 300, "summary": 600}
_CUT = 200
_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{([a-z]{1,20})(?::([1-9][0-9]{0,2}))?\}|[\[\]{}]|[^\[\]{}]+")


class Value(NamedTuple):
    """A placeholder: its name, and the most characters of it."""

    name: str
    most: int


class Section(NamedTuple):
    """An optional section, in brackets: left out where its values are empty."""

    parts: tuple[str | Value, ...]


Template = tuple[str | Value | Section, ...]


def typed_template(text: str) -> str:
    """A template as it was typed in a line, `\\n` for a new one, checked; "" for none. Raises `QueryError`."""
    made = text.replace("\\n", "\n")
    if made:
        parse_template(made)
    return made


def in_a_line(text: str) -> str:
    """A template as it can be typed in a line."""
    return text.replace("\n", "\\n")


def parse_template(text: str) -> Template:
    """A template, checked. Raises `QueryError` with one sentence on what is wrong."""
    if len(text) > MOST:
        raise QueryError(f"a template has at most {MOST} characters, not {len(text)}")
    parts: list[str | Value | Section] = []
    inner: list[str | Value] | None = None
    for token in _TOKEN.finditer(text):
        said = token.group()
        if said == "[":
            if inner is not None:
                raise QueryError("a section can't contain another; write [[ for the sign itself")
            inner = []
        elif said == "]":
            if inner is None:
                raise QueryError("there is a ] without a [ before it; write ]] for the sign itself")
            parts.append(_section(inner))
            inner = None
        else:
            (parts if inner is None else inner).append(_part(token))
    if inner is not None:
        raise QueryError("a [ is never closed; write [[ for the sign itself")
    if not any(isinstance(part, Value | Section) for part in parts):
        raise QueryError("a template needs at least one placeholder, such as {title}")
    return tuple(parts)


def _section(inner: list[str | Value]) -> Section:
    if not any(isinstance(part, Value) for part in inner):
        raise QueryError("a section needs a placeholder, such as [ via {outlets}]")
    return Section(tuple(inner))


def _part(token: re.Match[str]) -> str | Value:
    said, name = token.group(), token[1]
    if name is None:
        if said in ("{", "}"):
            raise QueryError(f"a {said} stands alone; write {said * 2} for the sign itself")
        return said[0] if said in ("{{", "}}", "[[", "]]") else said
    if name not in NAMES:
        raise QueryError(f"there is no placeholder {{{name}}}; there are {', '.join(NAMES)}")
    return Value(name, int(token[2] or _DEFAULT_CUT.get(name, _CUT)))


def fill(template: Template, values: Mapping[str, str]) -> tuple[Piece, ...]:
    """The pieces of an alert; () when no value says anything or they are too long, which asks for the usual shape."""
    pieces = tuple(_filled(template, values))
    if not any(piece.kind != "own" and piece.text.strip() for piece in pieces):
        return ()
    room = sum(min(len(piece.text), piece.most or ROOM + 1) for piece in pieces)
    return pieces if room <= ROOM else ()


def _filled(parts: tuple[str | Value | Section, ...], values: Mapping[str, str]) -> Iterator[Piece]:
    for part in parts:
        if isinstance(part, Section):
            inside = tuple(_filled(part.parts, values))
            if any(piece.kind != "own" and piece.text.strip() for piece in inside):
                yield from inside
        elif isinstance(part, Value):
            yield _value(part, values.get(part.name, ""))
        else:
            yield Piece("own", part)


def _value(part: Value, text: str) -> Piece:
    if part.name == "link":
        return Piece("link", text)
    return Piece("news", text, part.most) if part.name == "news" else Piece("value", cut(text, part.most))
