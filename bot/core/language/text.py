"""Text normalisation: one case folding and one tokeniser for matching, story folding and search.

`fold` is NFKC and case folding with Latin accents dropped, traditional Chinese made simplified, typographic
apostrophes and hyphens made plain, and invisible characters (zero-width, bidi controls, tags) removed. Tokens are words
of any script and single CJK characters; their offsets point into the text as published. All of it is linear in the
length of the text, whatever it holds.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import lru_cache
from typing import NamedTuple

from bot.core.language.hanzi import simplified
from bot.core.language.runs import LETTERS, ascii_words

CJK = (
    "\u3005-\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""The inside of a regex class: Han, kana and their marks; each such character is a token of its own."""

_MARKS = "\u0300-\u036f\u3099\u309a\uff9e\uff9f\u1161-\u11ff"
_MOST_MARKS = 8  # on one letter; Unicode's own stream-safe limit is 30, and sorting longer runs is quadratic
_MARKED = re.compile(f"(?s).[{_MARKS}]+")
_CLUSTER = re.compile(f"(?s).[{_MARKS}]*")
_NON_ASCII = re.compile("[^\x00-\x7f]+")
_IS_CJK = re.compile(f"[{CJK}]")
_CJK_RUN = re.compile(f"[{CJK}]+")
_RUNS = re.compile(f"[{CJK}]+|[^{CJK}]+")
_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
} | {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ŧ": "t"}
_INVISIBLE = re.compile("[\u0300-\u036f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e01ef]")


class _Folding(dict[int, str]):
    """A `str.translate` table that learns each character when it first occurs; astral ones are not stored.

    `uneven` are the characters so far that fold to none or to several.
    """

    def __init__(self) -> None:
        super().__init__()
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        if code < 0x10000:
            self[code] = folded
        return folded


def _fold_character(char: str) -> str:
    """One character folded; "" for what is dropped."""
    if "\u4e00" <= char <= "\u9fff":
        return simplified().get(char, char)  # nothing else ever becomes of these, by far the most
    if _INVISIBLE.match(char) or unicodedata.category(char) == "Cf":
        return ""
    if char in _PLAIN:
        return _PLAIN[char]
    out = []
    for part in unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold()):
        base = unicodedata.normalize("NFKD", part)
        plain = base[0] if base[0].isascii() and len(base) > 1 else part
        plain = _PLAIN.get(plain, plain)
        out.append(simplified().get(plain, plain))
    return _INVISIBLE.sub("", "".join(out))


_FOLDING = _Folding()


def _fold_run(match: re.Match[str]) -> str:
    return match[0].translate(_FOLDING)


def _compose(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[0][: 1 + _MOST_MARKS])


def fold(text: str) -> str:
    """The form in which two texts are compared. `fold(fold(t)) == fold(t)`."""
    if text.isascii():
        return text.lower()
    return _NON_ASCII.sub(_fold_run, _MARKED.sub(_compose, text)).lower()


def is_cjk(char: str) -> bool:
    """Whether the text begins with a Han or kana character."""
    return char[:1] >= "\u3005" and _IS_CJK.match(char) is not None


def is_run(text: str) -> bool:
    """Whether the text is Han and kana characters and nothing else."""
    return _CJK_RUN.fullmatch(text) is not None


def cjk_runs(text: str) -> list[str]:
    """The runs of CJK characters in a text."""
    return [] if text.isascii() else _CJK_RUN.findall(text)


class Tokens:
    """The token stream of one text: `texts` are folded, offsets are computed only on demand.

    A word keeps its decimals (5.6), thousands (1,000 is 1000), dotted initials (u.s), & between initials (at&t) and
    the signs of c++ and c#. Hyphens, slashes and dots separate words. A possessive 's belongs to no token.
    """

    __slots__ = ("_at", "_origin", "folded", "text", "texts")

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.texts: list[str] = _pattern(self.folded.isascii()).findall(self.folded)
        if "," in self.folded:
            self.texts = [token.replace(",", "") for token in self.texts]
        self._at: list[tuple[int, int]] | None = None
        self._origin: list[tuple[int, int]] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def glued(self, index: int) -> bool:
        """Whether token `index` follows the one before it with nothing between."""
        at = self._folded_spans()
        return index > 0 and at[index - 1][1] == at[index][0]

    def folded_span(self, first: int, last: int | None = None) -> tuple[int, int]:
        """Start and end in `folded` of the tokens `first` … `last` (inclusive; `first` alone if left out)."""
        at = self._folded_spans()
        return at[first][0], at[first if last is None else last][1]

    def span(self, first: int, last: int | None = None) -> tuple[int, int]:
        """Start and end in the original text of the tokens `first` … `last` (inclusive; `first` alone if left out)."""
        start, end = self.folded_span(first, last)
        return self.original(start, end)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in `folded` (`start` < `end`) as offsets in the original text."""
        if self._origin is None:
            self._origin = [] if _even(self.text) else _alignment(self.text)
        return (self._origin[start][0], self._origin[end - 1][1]) if self._origin else (start, end)

    def _folded_spans(self) -> list[tuple[int, int]]:
        if self._at is None:
            pattern = _pattern(self.folded.isascii())
            self._at = [match.span(1) for match in pattern.finditer(self.folded)]
        return self._at


_SHORT = 4000  # characters of a text whose tokens are remembered


def filed_name(text: str) -> str:
    """The name of an outlet or a form, as entries are filed under it and queries look it up."""
    return " ".join(fold(text).split())


def tokens(text: str) -> Tokens:
    """The token stream of a text, not to be changed: about 5 µs for a 30-word item, linear for any.

    The last few results are cached, for matching, folding and full text ask for the same titles and summaries.
    """
    return _remembered(text) if len(text) <= _SHORT else Tokens(text)


_remembered = lru_cache(maxsize=256)(Tokens)


class Lexed(NamedTuple):
    """A text read once: itself, folded, and its tokens."""

    text: str
    folded: str
    texts: list[str]


def lexed(*texts: str) -> Lexed:
    """Several texts as one, with line breaks between, made from their cached tokens."""
    if any(text and _MARKED.match(f"\n{text[0]}") for text in texts[1:]):
        texts = ("\n".join(texts),)
    read = list(map(tokens, texts))
    return Lexed(
        "\n".join(texts), "\n".join([one.folded for one in read]), [word for one in read for word in one.texts]
    )


def _even(text: str) -> bool:
    """Whether folding turned every character into exactly one, so that offsets are unchanged."""
    return text.isascii() or (_FOLDING.uneven.isdisjoint(text) and not _MARKED.search(text))


def _alignment(text: str) -> list[tuple[int, int]]:
    """For each character of the folded text, the start and end of its origin."""
    spans: list[tuple[int, int]] = []
    for match in _CLUSTER.finditer(text):
        spans += [match.span()] * len(fold(match[0]))
    return spans


@lru_cache(maxsize=2)
def _pattern(ascii_only: bool) -> re.Pattern[str]:
    """The token pattern, with the token in group 1. For ASCII texts it is a smaller one."""
    word = "a-z0-9" if ascii_only else "a-z0-9" + _letters()
    single = "" if ascii_only else f"[{CJK}]|"
    initial = f"(?<=(?<![{word}])[a-z])"
    two = f"(?<=(?<![{word}])[a-z][a-z])"
    tails = (
        r"(?<=[0-9])(?:,[0-9]{3}(?![0-9]))*(?:\.[0-9]+)*",
        rf"{initial}(?:\+\+|(?:\#|(?:\.[a-z])+|&[a-z]{{1,2}})(?![{word}]))",
        rf"{two}&[a-z]{{1,2}}(?![{word}])",
    )
    # Groups are not repeated possessively: Python 3.11.2, Debian 12's, loses the group around them (SystemError). All
    # that follows may be empty, so that nothing is tried again all the same.
    tail = f"(?:(?=[,.+#&])(?:{'|'.join(tails)}))?"
    return re.compile(f"({single}[{word}]++{tail})(?:'s(?![{word}]))?")


def _letters() -> str:
    """The inside of a regex class: letters, marks and digits beyond ASCII, without CJK characters."""
    chars = _CJK_RUN.sub(
        lambda run: " " * len(run[0]), array("I", range(0x80, 0x1F000)).tobytes().decode("utf-32", "surrogatepass")
    )
    kinds = "".join([category[0] for category in map(unicodedata.category, chars)])
    runs = (match.span() for match in re.finditer("[LMN]+", kinds))
    return "".join(f"{chars[start]}-{chars[end - 1]}" for start, end in runs)


def bigrams(text: str) -> str:
    """What the full-text index holds for a text, space-joined.

    Words as they are; a run of CJK characters as its overlapping pairs and its last character. So a word of two
    characters is one term, and a single character is the prefix of one.
    """
    if text.isascii():
        return " ".join(tokens(text).texts)
    found: list[str] = []
    for run in _RUNS.findall(fold(text)):
        found += [run[n : n + 2] for n in range(len(run))] if is_cjk(run) else Tokens(run).texts
    return " ".join(found)


_ENGLISH = frozenset(
    ("the", "a", "an", "of", "to", "in", "for", "on", "with", "and", "is", "as", "at", "by", "from", "its")
)
_SMALL = "le la les des du une et pour dans der die das und mit von el los que"
_OTHER = frozenset(_SMALL.split())
"""Small words of French, German, Spanish, Italian and Dutch."""
_KANA_OR_HANGUL = re.compile("[\u3041-\u30ff\u1100-\u11ff\uac00-\ud7a3]")


def lang_of(text: str) -> str:
    """ "zh", "en" or "" (another language, or too little to tell), by script and then by small words."""
    folded = fold(text)
    if folded.isascii():
        words = ascii_words(folded, LETTERS)
        return "en" if words and _reads_english(words) else ""
    words = re.findall("[a-z]+", folded)
    if _KANA_OR_HANGUL.search(folded):
        return ""
    han = sum(map(len, cjk_runs(folded)))
    if han and han * 2 >= len(words):
        return "zh"
    foreign = sum(map(str.isalpha, "".join(_NON_ASCII.findall(folded))))
    return "en" if words and foreign <= len(words) and _reads_english(words) else ""


def _reads_english(words: list[str]) -> bool:
    none = _OTHER.isdisjoint(words)
    return none or sum(map(_OTHER.__contains__, words)) <= sum(map(_ENGLISH.__contains__, words))


def is_number(text: str) -> bool:
    """Whether a text is a number that a column of the store can hold."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, with an ellipsis if it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def shortened(text: str, most: int = 80) -> str:
    """A text as an answer quotes it: at most so many characters, cut between words, with an ellipsis if it was cut."""
    start = text[: most - 1]
    end = start.rfind(" ", most // 2)
    return text if len(text) <= most else start[: end if end > 0 else most].rstrip() + "…"
