"""Place names and nationalities: shared by reports of different events."""

from __future__ import annotations

from bot.core.language.stems import suffixless

AMERICA = frozenset(("us", "u.s", "usa", "america"))
_STATES = """
china japan korea taiwan india russia iran israel netherlands germany france britain uk eu europe italy spain canada
mexico brazil australia singapore malaysia vietnam thailand indonesia philippines turkey switzerland sweden norway
poland ukraine uae qatar
"""
_PEOPLES = """
american chinese japanese korean taiwanese indian russian iranian israeli dutch german french british european italian
spanish canadian mexican brazilian australian malaysian vietnamese thai indonesian turkish swiss swedish norwegian
polish ukrainian asian african
"""
_ELSEWHERE = """
hong kong new york san francisco los angeles silicon valley washington california texas florida london brussels paris
berlin amsterdam moscow kyiv tokyo seoul taipei beijing shanghai shenzhen hangzhou guangdong delhi mumbai dubai riyadh
jakarta bangkok hanoi sydney toronto wall street world cup south north east west middle asia africa
"""
STATES = AMERICA.union(_STATES.split())
"""Countries as actors, as folded words."""

PLACES = frozenset(suffixless(word) for word in (*STATES, *_PEOPLES.split(), *_ELSEWHERE.split()))
"""Stems of words for where something is, where somebody is from, or where many things happen."""
