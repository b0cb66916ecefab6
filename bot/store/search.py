"""Full text: single CJK characters, which the index holds besides the pairs."""

from __future__ import annotations

import re

from bot.core.language.text import CJK, is_cjk
from bot.core.matching.ranking import QUOTED

_CHARACTER = re.compile(f"[{CJK}]")


def characters(*index_terms: str) -> str:
    """Each CJK character in index terms, once: a search for all pairs that begin with one would take a second."""
    if all(map(str.isascii, index_terms)):
        return ""
    return " ".join(sorted(_CHARACTER.findall("".join(set("".join(index_terms))))))


def without_prefixes(expression: str) -> str:
    """The expression with single CJK characters looked up as such, not as the beginnings of pairs."""
    return QUOTED.sub(_without_prefix, expression)


def _without_prefix(found: re.Match[str]) -> str:
    return f'chars : "{found[1]}"' if found[2] and len(found[1]) == 1 and is_cjk(found[1]) else found[0]
