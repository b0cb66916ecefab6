"""Guesses the charset of unlabelled or mislabelled bytes from the text that each charset gives. Pure.

A reading is judged by the share of common letters: frequent Han characters, kana, Hangul, or lower-case Cyrillic, Greek
or Hebrew. Bytes read in a wrong East Asian charset give rare characters instead.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import lru_cache

_MEANT = {  # what a label means in practice (WHATWG Encoding Standard, "Names and labels")
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "tis-620": "cp874",
    "iso8859-9": "cp1254",
}
_SIMPLIFIED = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力"
    "里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原"
    "公司市场报道月今元亿万美股价记者表示技术企业北京上海消息华"
)
_TRADITIONAL = (
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經十三之進著等部度家電力"
    "裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原"
    "公司市場報導月今元億萬美股價記者表示技術企業台灣香港消息華"
)
_LOOKS = 16_000  # bytes that are looked at
_READS = 3000  # bytes of these, in lines that are not ASCII alone
_RUN = re.compile(rb"[\x80-\xff]{2,}")
_ASCII = bytes(range(128))
_ENOUGH = 0.2  # share of common letters: in running Chinese it is two fifths, in a wrong reading a twentieth
_TEXT = re.compile(r"(?:utf-(?:8|16|32)|cp|iso|big5|gb|euc|koi8|shift|hz|mac|johab|tis|kz|ptcp|ascii|latin)[\w.-]*")
_CYRILLIC = re.compile("[а-яёіїєґўђјљњћџ]{3,}")
_GREEK = re.compile("[ά-ώ]{3,}")
_HEBREW = re.compile("[א-ת]{2,}")
_BY_LANGUAGE = (
    dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk"), "cp1251")
    | dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl", "ro"), "cp1250")
    | {"el": "cp1253", "he": "cp1255", "ar": "cp1256", "fa": "cp1256", "ur": "cp1256", "tr": "cp1254", "th": "cp874"}
    | {"zh": "gb18030", "ja": "cp932", "ko": "cp949"}
)


@lru_cache(256)
def known(label: str) -> str:
    """Python's name for the charset that a label means in practice; "" for an unknown label."""
    try:
        name = codecs.lookup(label.lower().removeprefix("x-")).name
    except (LookupError, ValueError):
        return ""
    return _MEANT.get(name, name.replace("utf-8", "utf8")) if _TEXT.fullmatch(name) else ""


def by_language(lang: str) -> str:
    """The usual charset of a language (ISO 639-1) before Unicode; windows-1252 for languages not listed."""
    return _BY_LANGUAGE.get(lang, "cp1252")


def likeliest(data: bytes) -> str:
    """The charset in which the bytes read as everyday text; "" when they look like none of those that we can tell.

    A few kB from the first non-ASCII byte are enough; more than `_LOOKS` are not looked at.
    """
    sample = _sample(data[:_LOOKS])
    if not sample:
        return ""
    scores = {name: judge(text) for name, judge in _JUDGES.items() if (text := _read(sample, name))}
    best = max(scores, key=lambda name: scores[name], default="")
    return best if scores.get(best, 0) >= _ENOUGH else ""


def _sample(data: bytes) -> bytes:
    """Whole lines with non-ASCII bytes; nothing if these stand alone among letters, as accents do."""
    sample = b"\n".join(line for line in data.split(b"\n") if not line.isascii())[:_READS]
    together = sum(len(run) for run in _RUN.findall(sample))
    return sample if together * 10 >= len(sample.translate(None, _ASCII)) * 3 else b""


def _read(sample: bytes, name: str) -> str:
    """The text in one charset; "" if more than a cut last character can't be read, or if all of it is ASCII."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4:
            return ""
        text = sample[: error.start].decode(name, "ignore")
    return "" if text.isascii() else text


def _beyond(text: str) -> int:
    return sum(char > "\x7f" for char in text)


def _share(common: frozenset[str]) -> Callable[[str], float]:
    def judge(text: str) -> float:
        return sum(char in common for char in text) / _beyond(text)

    return judge


def _runs(letters: re.Pattern[str], common: str) -> Callable[[str], float]:
    """Judges by whole words of an alphabet, most letters of which must be frequent; single accents don't count."""

    def judge(text: str) -> float:
        words = "".join(letters.findall(text))
        usual = sum(char in common for char in words) / max(1, len(words))
        return len(words) / _beyond(text) * usual if usual > 0.5 else 0.0

    return judge


def _japanese(text: str) -> float:
    kana = sum("\u3041" <= char <= "\u30ff" for char in text)
    return kana / _beyond(text)


def _korean(text: str) -> float:
    share = sum("\uac00" <= char <= "\ud7a3" for char in text) / _beyond(text)
    return share if share > 0.8 else 0.0


_JUDGES: dict[str, Callable[[str], float]] = {
    "gb18030": _share(frozenset(_SIMPLIFIED)),
    "big5hkscs": _share(frozenset(_TRADITIONAL)),
    "cp932": _japanese,
    "euc_jp": _japanese,
    "cp949": _korean,
    "cp1251": _runs(_CYRILLIC, "оеаинтсрвлкмдпу"),
    "iso8859-5": _runs(_CYRILLIC, "оеаинтсрвлкмдпу"),
    "koi8_r": _runs(_CYRILLIC, "оеаинтсрвлкмдпу"),
    "cp1253": _runs(_GREEK, "αοιετσνηυρπκμλ"),
    "cp1255": _runs(_HEBREW, "יוהלארמתבשנד"),
}
