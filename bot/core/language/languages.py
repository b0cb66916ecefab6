"""Codes of languages, for queries, options, topic files and lists of feeds. Source of the two letters: ISO 639-1."""

from __future__ import annotations

import re

from bot.core.language.text import fold

LANGUAGES = ("en", "zh-CN", "zh-TW")
"""The languages of the program's own texts."""

_CODES = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_KNOWN = frozenset(_CODES.split())
_CALLED = {
    **dict.fromkeys(("english", "英文", "英语"), "en"),
    **dict.fromkeys(("chinese", "中文", "简体中文", "繁体中文"), "zh"),
    **dict.fromkeys(("japanese", "日文", "日语"), "ja"),
    **dict.fromkeys(("korean", "韩文", "韩语"), "ko"),
    **dict.fromkeys(("german", "德文", "德语"), "de"),
    **dict.fromkeys(("french", "法文", "法语"), "fr"),
}
"""Names of languages, folded, for people who do not know the codes."""
_SHAPE = re.compile(r"([a-z]{2,3})(-[^\W_]+)*")


def language_of(code: str) -> str:
    """The language of a code such as en, zh-TW or yue, in small letters and without a country; "" for none."""
    found = _SHAPE.fullmatch(code.lower())
    return found[1] if found and (len(found[1]) == 3 or found[1] in _KNOWN) else ""


def code_called(text: str) -> str:
    """The code of a language by its name, such as English or 日语; other texts unchanged."""
    return _CALLED.get(fold(text), text)


def not_a_language(code: str) -> str:
    """The refusal of an unknown code."""
    plain = "".join(char for char in code if char.isprintable())
    return f"“{plain[:24]}” is not a language code such as en or zh"
