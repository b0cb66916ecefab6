"""Full text: which characters the index holds by themselves, how words are asked for, and what was found."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.ranking import QUOTED, Match
from bot.core.text import CJK, bigrams, is_cjk
from bot.store.rows import Row

_CHARACTER = re.compile(f"[{CJK}]")


def characters(*index_terms: str) -> str:
    """Each CJK character among index terms, once: asking for all pairs that begin with one takes a second."""
    if all(map(str.isascii, index_terms)):
        return ""
    return " ".join(sorted(_CHARACTER.findall("".join(set("".join(index_terms))))))


def phrase(text: str) -> str:
    """A text as one phrase of index terms; "" for none.

    Within a phrase the last character of a CJK word has no pair of its own, so that the word may go on.
    """
    found = bigrams(text).split()
    parts = []
    if found and len(found[-1]) == 1 and is_cjk(found[-1]):
        last = found.pop()
        if not found or len(found[-1]) != 2 or found[-1][1] != last:
            parts.append(_character(last))
    if found:
        parts.insert(0, _quoted(" ".join(found)))
    return f"({' AND '.join(parts)})" if len(parts) > 1 else "".join(parts)


def without_prefixes(expression: str) -> str:
    """The expression with single CJK characters looked up as such, not as the beginning of pairs."""
    return QUOTED.sub(_without_prefix, expression)


def _character(char: str) -> str:
    return f'chars : "{char}"'


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _without_prefix(found: re.Match[str]) -> str:
    return _character(found[1]) if found[2] and len(found[1]) == 1 and is_cjk(found[1]) else found[0]


def matches(rows: Iterable[Row]) -> list[Match]:
    """From the columns of `queries_read.NEWEST_MATCHES`."""
    return [Match(*row) for row in rows]
