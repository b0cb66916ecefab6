"""The query lexer: operators, fields, words, quoted phrases and patterns, each with its column."""

from __future__ import annotations

import difflib
import re
from typing import NamedTuple

from bot.core.language.text import fold, is_cjk
from bot.core.matching.limits import DEFAULT_NEAR, FARTHEST_NEAR, failure

TEXT_FIELDS = ("title", "body")
META_FIELDS = ("source", "form", "lang", "topic", "after", "before")
FIELDS = TEXT_FIELDS + META_FIELDS

# What Chinese input methods and phones put in place of the plain sign: one character each, so that columns hold.
_PLAIN = str.maketrans("（）：｜＆＊／－−–　“”„«»「」『』＂", "():|&*/---" + ' """""""""""'[:11])
_BOUND = r'(?=[\s()"|]|$)'
_PIECE = re.compile(
    rf"""
  (?:
    (?P<open>\() | (?P<close>\))
  | "(?P<phrase>[^"]*)"
  | /(?P<regex>(?:[^/\\]|\\.)+)/(?=[\s()|]|$)
  | (?P<or>\|+|OR{_BOUND})
  | (?P<and>&+{_BOUND}|AND{_BOUND})
  | (?P<not>-(?=[^\s)|])|NOT(?=[\s()"|-]|$))
  | (?P<near>NEAR(?:/[^\s()"|]*)?{_BOUND})
  | (?P<field>(?i:{"|".join(FIELDS)}):)
  | (?P<word>[^\s()"|]+)
  | (?P<stray>.)
  ) \s*
    """,
    re.VERBOSE | re.DOTALL,
)
_LIKE_A_FIELD = re.compile("([A-Za-z]{2,}):")


class Piece(NamedTuple):
    """`kind` is a group of the pattern or "end"; `column` counts characters from 1."""

    kind: str
    text: str
    column: int


def pieces(text: str) -> list[Piece]:
    """The pieces of a query; the last is "end". Raises `QueryError` where no piece can begin."""
    found: list[Piece] = []
    plain = text.translate(_PLAIN)
    for match in _PIECE.finditer(plain, len(plain) - len(plain.lstrip())):
        kind = match.lastgroup or ""
        piece = Piece(kind, match[kind], match.start() + 1)
        if kind == "word" and not _worth_keeping(piece):
            continue
        if kind == "stray":
            raise failure("the quotation mark is never closed; add another at the end of the phrase", piece.column)
        found.append(piece)
    found.append(Piece("end", "", len(text) + 1))
    return found


def _worth_keeping(piece: Piece) -> bool:
    """False for a word of invisible characters only. Raises `QueryError` for a look-alike of another piece."""
    if piece.text[0] == "/":
        raise failure("a pattern is written /…/, with \\/ for a slash inside; the closing / is missing", piece.column)
    if ":" in piece.text and (like := _LIKE_A_FIELD.match(piece.text)) is not None:
        near = difflib.get_close_matches(like[1].lower(), FIELDS, 1)
        hint = f"did you mean {near[0]}:" if near else f"fields are {', '.join(FIELDS)}"
        raise failure(
            f"there is no field “{shown(like[1])}:”; {hint}; to look for it as text, use quotes", piece.column
        )
    return piece.text.isascii() or is_cjk(piece.text) or fold(piece.text) != ""


def near_distance(piece: Piece) -> int:
    """The n of NEAR/n. Raises `QueryError` when it is not 1 … 20."""
    number = piece.text[5:]
    if len(piece.text) == 4:
        return DEFAULT_NEAR
    if number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= FARTHEST_NEAR:
        return int(number)
    raise failure(f"NEAR/n takes a number from 1 to {FARTHEST_NEAR}, such as NEAR/{DEFAULT_NEAR}", piece.column)


def shown(text: str, most: int = 24) -> str:
    """A piece of a query as an error quotes it: short, on one line, nothing invisible."""
    plain = "".join(char for char in text if char.isprintable())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
