"""Folds English plurals: `stem` gives a word and its plural one form, for comparison only.

Only endings are cut, so that the forms of one word become equal while different words rarely do: "news", "customs" and
the like stay as they are. It is applied to query and text alike.
"""

from __future__ import annotations

from functools import lru_cache

_SAME = frozenset(
    ("news", "goods", "customs", "series", "species", "always", "perhaps", "means", "towards", "lens", "ios", "aws")
)
_ODD = {"ads": "ad", "evs": "ev", "ips": "ip", "buses": "bus", "gases": "gas", "ashes": "ash"}
_VOWELS = frozenset("aeiouy")
_HISSING = ("s", "x", "z", "ch", "sh", "o")  # words that take -es


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """The common form of a folded word and its plural: chips and chip, companies and company, licenses and license."""
    if len(word) < 3 or not word[-1].isascii():
        return word
    if word in _ODD:
        return _ODD[word]
    if word[-1] == "e":
        return _without_e(word)
    if word[-1] != "s" or word in _SAME:
        return word
    return _short(word) if len(word) == 3 else _singular(word)


def _without_e(word: str) -> str:
    if word.endswith("ie") and len(word) > 4:
        return word[:-2] + "y"
    return word[:-1] if _takes_es(word[:-1]) else word


def _takes_es(root: str) -> bool:
    """Whether the plural adds -es. Roots of three letters do so after x only, or "case" would equal "CAS"."""
    return root.endswith("x") or (len(root) > 3 and root.endswith(_HISSING))


def _short(word: str) -> str:
    """Three letters: only abbreviations such as pcs and tvs; never as, its, gas, ios."""
    plural = word.isalpha() and word[1] != "s" and not _VOWELS & set(word[:2])
    return word[:-1] if plural else word


def _singular(word: str) -> str:
    if word.endswith(("ss", "is")) or (word.endswith("us") and not (word.endswith("pus") and len(word) == 4)):
        return word
    if word[-2].isdigit():
        return word[:-1] if word[0].isalpha() else word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith("es") and _takes_es(word[:-2]):
        return word[:-2]
    return word[:-1]


def variants(word: str) -> tuple[str, ...]:
    """The spellings with the same stem as a folded word, itself first, for a look-up in a store of plain words."""
    root = stem(word)
    tries = (word, root, root + "s", root + "e", root + "es", root[:-1] + "ies", root[:-1] + "ie")
    return tuple(dict.fromkeys(form for form in tries if stem(form) == root))
