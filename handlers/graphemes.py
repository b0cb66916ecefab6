"""User-perceived characters, by the rules of Unicode Standard Annex 29 that matter for cutting text.

From `unicodedata` and a few ranges, as the standard library has no segmenter. Not followed: conjuncts of Indic
scripts (GB9c), where a cut between letters of one conjunct is readable.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_PICTOGRAPHS = (
    (0x00A9, 0x00A9),
    (0x00AE, 0x00AE),
    (0x203C, 0x203C),
    (0x2049, 0x2049),
    (0x2122, 0x2122),
    (0x2139, 0x2139),
    (0x2194, 0x21AA),
    (0x231A, 0x23FF),
    (0x24C2, 0x24C2),
    (0x25AA, 0x25FE),
    (0x2600, 0x27BF),
    (0x2934, 0x2935),
    (0x2B05, 0x2B55),
    (0x3030, 0x303D),
    (0x3297, 0x3299),
    (0x1F000, 0x1F1E5),
    (0x1F200, 0x1F3FA),
    (0x1F400, 0x1FAFF),
    (0x1FC00, 0x1FFFD),
)
_PREPENDED = {*range(0x0600, 0x0606), 0x06DD, 0x070F, 0x08E2, 0x110BD, 0x110CD}


def graphemes(text: str) -> Iterator[str]:
    """The grapheme clusters of `text` in order; joined they give `text` again."""
    start = 0
    for index in range(1, len(text)):
        if _breaks(text, start, index):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def is_pictograph(char: str) -> bool:
    """Is `char` one that a zero-width joiner can bind to another (Extended_Pictographic, by blocks)?"""
    code = ord(char)
    return any(low <= code <= high for low, high in _PICTOGRAPHS)


def _breaks(text: str, start: int, index: int) -> bool:
    before, after = text[index - 1], text[index]
    if before < "\u0300" and after < "\u0300":
        return not (before == "\r" and after == "\n")
    if _is_control(before) or _is_control(after):
        return True
    if _extends(after) or ord(before) in _PREPENDED:
        return False
    if before == "\u200d" and is_pictograph(after):
        return not _ends_in_pictograph(text[start : index - 1])
    if _is_regional(before) and _is_regional(after):
        return (index - start) % 2 == 0
    return not _hangul_joins(_hangul(before), _hangul(after))


def _is_control(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Cc", "Zl", "Zp", "Cs") or (
        category == "Cf" and char not in "\u200c\u200d" and ord(char) not in _PREPENDED and not _is_tag(char)
    )


def _is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= "\U000e007f"


def _extends(char: str) -> bool:
    return (
        unicodedata.category(char)[0] == "M"
        or char in "\u200c\u200d\uff9e\uff9f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or _is_tag(char)
    )


def _ends_in_pictograph(text: str) -> bool:
    bare = text
    while bare and _extends(bare[-1]):
        bare = bare[:-1]
    return bool(bare) and is_pictograph(bare[-1])


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _hangul(char: str) -> str:
    """The kind of a Hangul letter: L, V, T, LV, LVT, or "" for any other character."""
    code = ord(char)
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    if 0xAC00 <= code <= 0xD7A3:
        return "LVT" if (code - 0xAC00) % 28 else "LV"
    return ""


def _hangul_joins(before: str, after: str) -> bool:
    if before == "L":
        return after in ("L", "V", "LV", "LVT")
    if before in ("V", "LV"):
        return after in ("V", "T")
    return before in ("T", "LVT") and after == "T"
