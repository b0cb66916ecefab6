"""Titles in one frame that differ in one place: another act of the same kind, not another report of one.

"China imposes export controls on gallium" and "China imposes export controls on antimony" share all that counts, as do
copies whose editor chose another verb. So the place must be a name's or a thing's: what stands behind a preposition,
what is written as a name, a product's number, or the country that acts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.places import AMERICA, STATES
from bot.core.quantities import figures

_WORD = re.compile(r"[\w$€£%](?:[\w.&'’%-]*[\w%])?")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?")
_HAN = re.compile("[\u3400-\u9fff]")
_BEFORE = frozenset(("on", "into", "of", "against", "over", "from", "for", "with", "to", "at", "by", "in", "about"))
_BEFORE_ZH = frozenset("对将向把给与就为")
_AFTER_ZH = frozenset("实施发起宣布列移")
_LEAST, _LEAST_BEHIND, _SHARE, _LONGEST = 3, 5, 0.6, 4
"""Words that are the same: so many, behind a preposition so many, and such a share; so many at most that are not."""
_EDGE = 2  # characters: most titles begin and end otherwise
_LEAST_ZH, _LONGEST_ZH = 7, 6
_TITLED = 0.6  # of its longer words, from which on all of a title is written with capitals


def elsewhere(title: str, others: Sequence[str]) -> str:
    """What a title has in a place where others in its frame have something else, or "". None where one has it too."""
    places = [found for other in others if (found := place(title, other))]
    if not places or any(all(part in other.casefold() for part in places[0][0]) for other in others):
        return ""
    return f"{' '.join(places[0][0])} in the place of {' '.join(places[0][1])}"


def place(one: str, other: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """What two titles in one frame have in the place where they differ, if it is a name's or a thing's."""
    if one[:_EDGE].casefold() != other[:_EDGE].casefold() and one[-_EDGE:] != other[-_EDGE:]:
        return None
    if _HAN.search(one):
        return _place_zh(one, other)
    mine, theirs = _WORD.findall(one), _WORD.findall(other)
    begin, end = _frame(_plain(mine), _plain(theirs))
    a, b = mine[begin : len(mine) - end], theirs[begin : len(theirs) - end]
    if not a or not b or max(len(a), len(b)) > _LONGEST:
        return None
    if begin + end < max(_LEAST, _SHARE * max(len(mine), len(theirs))) or not _is_place(mine, theirs, begin, a, b):
        return None
    return _plain(a), _plain(b)


def _plain(words: Sequence[str]) -> list[str]:
    """Words as they are compared: "U.S." and "US" are one."""
    return [(word.replace(".", "") if _DOTTED.fullmatch(word) else word).casefold() for word in words]


def _frame(one: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many words are the same at the beginning, and how many of the rest at the end."""
    most = min(len(one), len(other))
    begin = next((n for n in range(most) if one[n] != other[n]), most)
    end = next((n for n in range(most - begin) if one[-1 - n] != other[-1 - n]), most - begin)
    return begin, end


def _is_place(mine: Sequence[str], theirs: Sequence[str], begin: int, a: Sequence[str], b: Sequence[str]) -> bool:
    if not begin:
        states = _names_any(a, STATES) and _names_any(b, STATES)
        return states and not (_names_any(a, AMERICA) and _names_any(b, AMERICA))
    before = mine[begin - 1]
    names = [[word for word in part if word[0].isalpha()] for part in (a, b)]
    if not all(names):
        product = before[0].isupper() and begin > 1 and not _titled(mine) and a[0].isdigit() and b[0].isdigit()
        return product and len(a) == len(b) == 1 and not figures(f"{a[0]} {b[0]}".casefold()).years
    if before.casefold() in _BEFORE:
        return len(mine) - len(a) >= _LEAST_BEHIND and names == [a, b]
    return not _titled(mine) and not _titled(theirs) and all(word[0].isupper() for part in names for word in part)


def _names_any(words: Sequence[str], names: frozenset[str]) -> bool:
    return any(word.casefold() in names for word in words)


def _titled(words: Sequence[str]) -> bool:
    long = [word for word in words[1:] if len(word) > 3 and word[0].isalpha()]
    return sum(word[0].isupper() for word in long) > _TITLED * len(long)


def _place_zh(one: str, other: str) -> tuple[Sequence[str], Sequence[str]] | None:
    begin, end = _frame(one, other)
    a, b = one[begin : len(one) - end], other[begin : len(other) - end]
    if not a or not b or max(len(a), len(b)) > _LONGEST_ZH:
        return None
    days = a.isdigit() and b.isdigit() and end > 0 and one[-end] == "日"
    if any(char.isdigit() for char in a + b) and not days:
        return None
    if begin + end < max(_LEAST_ZH, _SHARE * max(len(one), len(other))) or not begin:
        return None
    framed = days or (one[begin - 1] in _BEFORE_ZH and (not end or one[-end] in _AFTER_ZH))
    return ([a], [b]) if framed else None
