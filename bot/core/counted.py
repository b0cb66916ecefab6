"""What tells one official act from the next of its kind: how many companies it is about, and which way it goes.

"US adds 20 chip firms to the Entity List" and "US adds 140 firms to the Entity List" share every word that counts.
"""

from __future__ import annotations

import re

from bot.core.quantities import Quantity

COMPANIES = "n"
"""The unit of a number of companies, offices or institutions."""

_WORDS = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
twenty
"""
_SPELT = {word: float(number) for number, word in enumerate(_WORDS.split(), 2)}
_NOT = "(?!(?:of|in|to|for|at|by|per|and|or|from|on|as|with|than|percent|million|billion|trillion|thousand)\\b)"
_HOLDERS = (
    "(?:firms|companies|entities|organi[sz]ations|institutions|businesses|manufacturers|(?:chip)?makers|suppliers|"
    "start-?ups|banks|subsidiaries)"
)
_COUNT = re.compile(
    rf"(?<![a-z0-9.,$€£¥])(?P<n>[0-9]{{1,3}}(?:,[0-9]{{3}})?|{'|'.join(_SPELT)})(?: {_NOT}[a-z][a-z.'’-]*){{0,3}} "
    rf"{_HOLDERS}\b|(?<![0-9.])(?P<zh>[0-9]{{1,5}})(?:多|余)? ?家"
)
_HOLDER_SIGNS = (
    *("firms", "compan", "entities", "organi", "institutions", "businesses"),
    *("manufacturers", "makers", "suppliers", "start", "banks", "subsidiar", "家"),
)
_LIST = re.compile(r"\b(?:black)?list(?:s|ed|ing)?\b|清单|名单")
_ONTO = re.compile(
    r"\b(?:add(?:s|ed|ing)?|blacklist(?:s|ed|ing)?|put(?:s|ting)? on|plac(?:es|ed|ing))\b|[列加纳]入|新增"
)
_OFF = re.compile(r"\b(?:remov(?:es?|ed|ing|al)|delist(?:s|ed|ing)?|tak(?:es?|en|ing) off)\b|移[出除]|剔除|除名")


def companies(folded_title: str) -> tuple[Quantity, ...]:
    """How many companies a title counts: 20 for "20 Chinese chip firms", "twenty chipmakers" and "20家企业"."""
    if not any(sign in folded_title for sign in _HOLDER_SIGNS):
        return ()
    said = [match["n"] or match["zh"] for match in _COUNT.finditer(folded_title)]
    numbers = [_SPELT[word] if word in _SPELT else float(word.replace(",", "")) for word in said]
    return tuple(Quantity(number, COMPANIES) for number in dict.fromkeys(numbers))


def on_list(folded_title: str) -> frozenset[tuple[str, str]]:
    """Whether a title puts something on a list or takes it off, as `bot.core.veto.versions` tells names apart."""
    if not _LIST.search(folded_title):
        return frozenset()
    found = (("onto", _ONTO), ("off", _OFF))
    return frozenset(("list", way) for way, pattern in found if pattern.search(folded_title))
