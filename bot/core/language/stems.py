"""Stems that are equal for the forms of one English word."""

from __future__ import annotations

from functools import lru_cache

_ENDINGS = (
    ("ies", "y"),
    ("sses", "ss"),
    ("ings", ""),
    ("ing", ""),
    ("edly", ""),
    ("ed", ""),
    ("ers", "er"),
    ("ly", ""),
)
_IRREGULAR = """
    woman women, man men, child children, life lives, wife wives, knife knives, thief thieves, foot feet, tooth teeth,
    mouse mice, crisis crises, tax taxes taxed taxing, gas gases,
    become became, begin began begun, break broke broken, bring brought, build built, burn burnt, buy bought, choose
    chose chosen, cite citing cited, come coming came, deal dealt, die dying died dies, draw drew drawn, drive driving
    drove driven, eat ate eaten, fall fell fallen, feel felt, fight fought, file filed filing, find found, fine fined,
    fire fired firing, flee fled fleeing, fly flew flown flying, forget forgot forgotten, freeze froze frozen, give gave
    given giving, grow grew grown, hear heard, hide hid hidden, hike hiked hiking, hire hired hiring, hold held, keep
    kept, know knew known, lay laid, lead led, learn learnt, leave left, lend lent, lose lost losing, make made making,
    mean meant, meet met, move moved moving, name named naming, overtake overtook overtaken, pay paid, ride rode ridden,
    rise rose risen rising, rule ruled ruling, run ran, see saw seen, seek sought, sell sold, send sent, shake shook
    shaken, shoot shot, show shown, sing sang sung, sink sank sunk, sit sat, sleep slept, slide slid,
    speak spoke spoken, spend spent, stand stood, steal stole stolen, stick stuck, strike struck, swear swore sworn,
    swim swam, take took taken taking, teach taught, tear tore torn, tell told, think thought, throw threw thrown,
    tie tied tying, undergo underwent, understand understood, use used using, vote voted voting,
    wake woke, wear wore worn, win won, withdraw withdrew withdrawn, write wrote written writing
"""
_BASES = {form: forms.split()[0] for forms in _IRREGULAR.split(",") for form in forms.split()[1:]}


@lru_cache(maxsize=65_536)
def suffixless(word: str) -> str:
    """A rough stem of a folded English word, not meant to be read; forms that share it count as one word."""
    word = _BASES.get(word, word)
    if len(word) <= 3 or not word.isascii():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + instead
            break
    else:
        if word[-1] == "s" and word[-2] not in "su":
            word = word[:-1]
    if len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] in "bdgmnprt" else word
