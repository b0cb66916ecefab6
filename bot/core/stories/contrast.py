"""Titles in one frame that differ in one place: another act of the same kind, not another report of one.

"China imposes export controls on gallium" and "China imposes export controls on antimony" share every word that counts
but one, as do copies whose editor chose another verb. So only places of names and things are compared: behind a
preposition, a word written as a name, a product's number, or the country that acts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from bot.core.language.commonwords import STOP
from bot.core.language.everyday import EVERYDAY
from bot.core.language.places import AMERICA, PLACES, STATES
from bot.core.language.quantities import figures
from bot.core.language.stems import suffixless
from bot.core.language.text import fold
from bot.core.stories.contrast_zh import SHARE, frame, place_zh
from bot.core.stories.particulars import NO_TICKER

_WORD = re.compile(r"[\w$€£%](?:[\w.&'’%-]*[\w%])?")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?")
_HAN = re.compile("[\u3400-\u9fff]")
_BEFORE = frozenset(("on", "into", "of", "against", "over", "from", "for", "with", "to", "at", "by", "in", "about"))
_LEAST, _LEAST_BEHIND, _LONGEST = 3, 4, 4
"""How many words must be the same, how many behind a preposition, and how many may differ."""
_SHARE_WHO = 0.5  # of the words, behind who acts
_FIGURE = re.compile(r"[0-9](?<![0-9:].)[0-9]{0,14}(?:,[0-9]{3})*(?:\.[0-9]{1,9})?(?![0-9:])")
_CLOCK = re.compile("[0-9]{1,2}[:：][0-9]{2}")
_NEARLY = 0.04  # of one figure, within which another is the same, rounded
_CAPITALS = re.compile("[A-Z]{2,5}")
_EDGE = 2  # characters: most titles begin and end otherwise
_COMMON = PLACES.union(EVERYDAY, STOP)
_OFFICE = frozenset(("senate", "house", "white", "commerce", "treasury", "pentagon", "congress", "court", "officials"))
"""Offices that stand for their country: "Commerce adds 20 firms" and "US adds 20 firms" are one act."""
_TITLED = 0.6  # of its longer words, from which on all of a title is written with capitals


def elsewhere(title: str, others: Sequence[str], own: frozenset[str] = frozenset()) -> str:
    """What a title has in the place where others in its frame have something else; "" if one of them has it too.

    `own`: other names of whom the title names, for "Alphabet" is no other than Google.
    """
    places = [found for other in others if (found := place(title, other)) and not _known(found[1], own)]
    if not places or any(all(part in _folded(other) for part in places[0][0]) for other in others):
        return ""
    return f"{' '.join(places[0][0])} in the place of {' '.join(places[0][1])}"


def recounted(title: str, others: Sequence[str]) -> str:
    """The figure of a title that repeats another title with another figure, or "".

    "" also if one of the titles has it too, or nearly, or if it is a day, a year or an hour.
    """
    figures_told = _FIGURE.findall(_CLOCK.sub("", title))
    if not figures_told:
        return ""
    frame = _frame_of(title)
    if all(_frame_of(other) != frame for other in others):
        return ""
    days, years = figures(fold(title))[1:]
    dated = {float(number) for day in days for number in day[1:].split("-")}.union(years)
    known = [_value(figure) for other in others for figure in _FIGURE.findall(other)]
    told = [figure for figure in figures_told if _value(figure) not in dated]
    fresh = (figure for figure in told if all(abs(_value(figure) - value) > _NEARLY * value for value in known))
    return next(fresh, "")


def _frame_of(title: str) -> str:
    return _FIGURE.sub("#", _CLOCK.sub("", title))


def _value(figure: str) -> float:
    return float(figure.replace(",", ""))


@lru_cache(maxsize=4_096)
def _folded(title: str) -> str:
    return fold(title) if _HAN.search(title) else title.casefold()


def _known(words: Sequence[str], own: frozenset[str]) -> bool:
    terms = {suffixless(word) for word in words}
    if len(words) == 1 and _HAN.search(words[0]):
        terms = {a + b for a, b in pairwise(words[0])} or terms
    return bool(own) and terms <= own and any(map(str.isalpha, terms))


def place(one: str, other: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """What two titles in one frame have in the place where they differ, if that is a place of a name or a thing.

    Another company has other figures, too: "Elastic shares plunge 18%", "Datadog shares plunge 11%".
    """
    found = _place(one, other)
    if found or not (_FIGURE.search(one) and _FIGURE.search(other)):
        return found
    return _place(_FIGURE.sub("0", one), _FIGURE.sub("0", other))


def _place(one: str, other: str) -> tuple[Sequence[str], Sequence[str]] | None:
    if one[:_EDGE].casefold() != other[:_EDGE].casefold() and one[-_EDGE:] != other[-_EDGE:]:
        return None
    if _HAN.search(one):
        return place_zh(_folded(one), _folded(other))
    mine, theirs = _WORD.findall(one), _WORD.findall(other)
    begin, end = frame(_plain(mine), _plain(theirs))
    a, b = mine[begin : len(mine) - end], theirs[begin : len(theirs) - end]
    if not a or not b or max(len(a), len(b)) > _LONGEST or _letters(a) == _letters(b):
        return None
    share = SHARE if begin else _SHARE_WHO
    if begin + end < max(_LEAST, share * max(len(mine), len(theirs))) or not _is_place(mine, theirs, begin, a, b):
        return None
    return _plain(a), _plain(b)


def _letters(words: Sequence[str]) -> str:
    return "".join(filter(str.isalnum, "".join(words))).casefold()


def _plain(words: Sequence[str]) -> list[str]:
    """Words in the form in which they are compared: "U.S." and "US" are one."""
    return [(word.replace(".", "") if "." in word and _DOTTED.fullmatch(word) else word).casefold() for word in words]


def _is_place(mine: Sequence[str], theirs: Sequence[str], begin: int, a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether `a` and `b`, after so many equal words, are two names or things."""
    same = len(mine) - len(a)
    if not begin:
        return _two_act(same, a, b, titled=_titled(mine) or _titled(theirs))
    before = mine[begin - 1]
    if (tickers := _tickers(a)) and (others := _tickers(b)):
        return tickers.isdisjoint(others)
    names = [[word for word in part if word[0].isalpha()] for part in (a, b)]
    if not all(names):
        named = before[0].isupper() and begin > 1 and not _titled(mine)
        return named and len(a) == len(b) == 1 and _two_numbers(a[0], b[0])
    if before.casefold() in _BEFORE:
        return same >= _LEAST_BEHIND and names == [a, b] and _two_objects(before.casefold(), names)
    return not (_titled(mine) or _titled(theirs)) and all(_is_named(part, names) for part in (a, b))


def _two_act(same: int, a: Sequence[str], b: Sequence[str], *, titled: bool) -> bool:
    """Whether two different actors begin the titles: two countries (but not America by two names), or two names before
    so many equal words.
    """
    if _names_any(a, STATES) or _names_any(b, STATES):
        return all(_names_any(who, STATES) for who in (a, b)) and not all(_names_any(who, AMERICA) for who in (a, b))
    return same >= _LEAST and _acts(a, b, titled=titled) and _acts(b, a, titled=titled)


def _two_numbers(a: str, b: str) -> bool:
    """Whether both are numbers of a product; years are not."""
    return a.isdigit() and b.isdigit() and not figures(f"{a} {b}".casefold()).years


def _two_objects(before: str, names: Sequence[Sequence[str]]) -> bool:
    """Whether both are names or things behind a preposition; behind "to", a word in small letters is a verb."""
    common = any(all(word.casefold() in STOP for word in part) for part in names)
    return not common and (before != "to" or all(part[0][0].isupper() for part in names))


def _tickers(part: Sequence[str]) -> frozenset[str]:
    """The words all in capitals, as tickers are, without the short names of offices and things."""
    return frozenset([word.casefold() for word in part if _CAPITALS.fullmatch(word)]) - NO_TICKER


def _is_named(part: Sequence[str], names: Sequence[Sequence[str]]) -> bool:
    """Whether a part of a title is a name, or ends with one after its kind: "chip startup Rivos"."""
    lower = [word for word in part if word[0].islower()]
    both = all(words[-1][0].isupper() for words in names)
    return not lower or (both and part[-1][0].isupper() and list(part[: len(lower)]) == lower)


def _acts(who: Sequence[str], other: Sequence[str], *, titled: bool) -> bool:
    """Whether the first words of a title are the name of an actor, and not a short name of the other one.

    In a title with every word capitalised, none of them may be an everyday word: "HBO Releases A" is no name.
    """
    if not all(word[0].isupper() or word in ("of", "the", "and", "de") for word in who):
        return False
    stems = [suffixless(word.casefold()) for word in who]
    everyday = [stem in EVERYDAY or stem in STOP for stem in stems]
    office = not _OFFICE.isdisjoint(word.casefold() for word in who)
    if (titled and any(everyday)) or _COMMON.issuperset(stems) or office:
        return False
    short = {"".join(word[0] for word in words).casefold() for words in (other, other[:-1])}
    return len(who) > 1 or who[0].replace(".", "").casefold() not in short


def _names_any(words: Sequence[str], names: frozenset[str]) -> bool:
    return any(word.casefold() in names for word in words)


def _titled(words: Sequence[str]) -> bool:
    long = [word for word in words[1:] if len(word) > 3 and word[0].isalpha()]
    return sum(word[0].isupper() for word in long) > _TITLED * len(long)
