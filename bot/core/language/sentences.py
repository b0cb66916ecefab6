"""Splits plain text into whole sentences, without datelines, boilerplate and the repeated title. Pure, linear.

Corpora and some feeds set signs apart ("it fell ." in place of "it fell.") and drop capitals; both are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.language.pattern import late_pattern
from bot.core.language.runs import ascii_words
from bot.core.language.unwrap import unwrapped
from bot.core.language.wrapping import boilerplate, without_dateline, without_foot


def set_of(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


_END = late_pattern(r"""[.!?…。！？]{1,4}(?: ?''(?!\S)|["'”’»)\]」』）]{0,3})(?:\s+|$|(?<=[。！？”」』）]))""")
_NEVER_LAST = set_of(
    "mr mrs ms dr prof sen rep gov gen col lt capt sgt rev hon st messrs vs no nos fig approx est jan feb mar apr jun "
    "jul aug sep sept oct nov dec mt ft pres"
)
_SELDOM_LAST = set_of("inc corp co ltd llc plc bros jr sr etc al a.m p.m e.g i.e u.s u.k u.n e.u d.c l.a ph.d")
_STARTERS = set_of(
    "a an the this that these those it its he she they we i you his her their our in on at as by for from with after "
    "before when while if but and or so however meanwhile also there here what who why how both"
)
_LAST_WORD = late_pattern(r"([^\W_](?:[\w.&-]{0,11}\w)?)\.$")
_FIRST_WORD = late_pattern(r"[\"'“‘(\[]*(\w+)")
_INITIAL = late_pattern(r"(?:^|[\s(])[A-Z]\.$")

_CUT = late_pattern(
    r"\s*(?:\[\s?(?:…|\.{3}|&hellip;)\s?\]|…|\.{3,})\s*"
    r"(?:(?:(?:read|continue)\s|(?:leia|leggi|lees|lire|leer|weiterlesen|czytaj|läs|читать)\b)[\w ]{0,40})?\W*$",
    re.IGNORECASE,
)
_CJK = late_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_WORDS = late_pattern(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_]+")


def is_cjk_text(text: str) -> bool:
    """Whether Han or kana characters make up at least a fifth of the text: its lengths then count characters."""
    return not text.isascii() and len(_CJK.findall(text[:400])) * 5 >= len(text[:400])


def words(text: str) -> list[str]:
    """Words of any script, case-folded; each Han or kana character is one."""
    return ascii_words(text.lower()) if text.isascii() else _WORDS.findall(text.casefold())


def split(text: str) -> Iterator[str]:
    """Sentences in order, as written. Line breaks end one; abbreviations, initials and decimals don't."""
    for line in unwrapped(text).split("\n"):
        yield from _of_line(line.strip())


def clean(text: str, title: str = "", most: int = 40) -> list[str]:
    """The first `most` sentences with news: no boilerplate, no dateline, not the title again.

    Sentences that the publisher cut (`[…]`, or a last one without an end) are left out if a whole one remains.
    """
    text = without_foot(text)
    kept: list[str] = []
    told = frozenset(words(title))
    whole = _CUT.sub("", text) if text[-80:].count("…") or "..." in text[-80:] else text
    for sentence in split(without_dateline(whole)):
        if not boilerplate(sentence) and not repeats(sentence, told):
            kept.append(sentence)
            if len(kept) == most:
                break
    if kept and not _END.search(kept[-1][-5:]):
        _unfinished(kept, cut=len(whole) < len(text), long=len(text) > 200)
    return kept


def repeats(sentence: str, told: frozenset[str]) -> bool:
    """Whether a sentence hardly says more than words already told (a title's): at most a sixth of its words are new."""
    if not told:
        return False
    said = set(words(sentence))
    return len(said - told) * 6 <= len(said)


def _unfinished(kept: list[str], *, cut: bool, long: bool) -> None:
    if len(kept) > 1 and (cut or long):
        kept.pop()
    elif cut:
        kept[-1] += "…"


def _of_line(line: str) -> Iterator[str]:
    start, stop = 0, len(line)
    small = line.islower()
    for match in _END.finditer(line):
        end = match.end()
        if end >= stop or match.start() <= start:
            continue
        apart = line.startswith(" . ", match.start() - 1)
        if apart or _ends(line[start:end].rstrip(), line[end : end + 24], small=small):
            yield line[start:end].rstrip()
            start = end
    if start < stop:
        yield line[start:]


def _ends(sentence: str, after: str, *, small: bool) -> bool:
    """Whether the text before a full stop is a sentence, given what follows; `small`: the text has no capitals."""
    if sentence.endswith(("..", "…")) if small else after[0].islower():
        return False
    if not sentence.endswith("."):
        return True
    if _INITIAL.search(sentence[-3:].upper() if small else sentence[-3:]):
        return False
    last = _LAST_WORD.search(sentence[-14:])
    word = last[1].lower() if last else ""
    if word in _NEVER_LAST:
        return False
    if word in _SELDOM_LAST or "." in word:
        first = _FIRST_WORD.match(after)
        return first is not None and first[1][0].isupper() and first[1].lower() in _STARTERS
    return True
