"""Full text: which characters the index holds by themselves, and what a search found."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.ranking import QUOTED, Match
from bot.core.text import CJK, is_cjk
from bot.store.rows import Row

_CHARACTER = re.compile(f"[{CJK}]")


def characters(*index_terms: str) -> str:
    """Each CJK character among index terms, once: asking for all pairs that begin with one takes a second."""
    if all(map(str.isascii, index_terms)):
        return ""
    return " ".join(sorted(_CHARACTER.findall("".join(set("".join(index_terms))))))


def without_prefixes(expression: str) -> str:
    """The expression with single CJK characters looked up as such, not as the beginning of pairs."""
    return QUOTED.sub(_without_prefix, expression)


def _character(char: str) -> str:
    return f'chars : "{char}"'


def _without_prefix(found: re.Match[str]) -> str:
    return _character(found[1]) if found[2] and len(found[1]) == 1 and is_cjk(found[1]) else found[0]


def matches(rows: Iterable[Row]) -> list[Match]:
    """From the columns of `queries_read.NEWEST_MATCHES`."""
    return [Match(*row) for row in rows]
