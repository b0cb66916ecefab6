"""What a report and a story must have in common, however similar they read: a title, a name, and enough things."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from bot.core.language.everyday import EVERYDAY
from bot.core.language.places import PLACES
from bot.core.language.stems import suffixless
from bot.core.stories.attribution import RESULTS, SAYS, alike, attributed
from bot.core.stories.score import Judged
from bot.core.stories.side import Member, Side
from bot.core.stories.veto import Contradiction
from bot.core.stories.views import StoryView
from bot.core.stories.weights import SIGNALS

_LITTLE = 0.22  # of a title's weight in a story: too little
_ALIKE = 0.5  # to one of its reports: enough without a name
_CERTAIN = 0.85  # across languages: a score that is enough without a name or a figure
_MEANT = 0.5  # nearness in meaning to one of its reports: enough without a name
_TRANSLATED = 0.45  # the same across languages: enough without anything
_OF_ONE_NAME = 0.55  # the same where a name is all that is shared: what one lab does is near in meaning, too
# Things shared with one report, at least: what one lab does in a week is many events.
_THINGS = {"la": 2, "zh": 3, "across": 3, "unnamed": 5}
_BESIDE_PLACES = 3  # words shared where only places are named in common, at least
_WORDS = 4  # in common, at least, where none of them is a name
_PAIRS = 4  # terms shared in Chinese, at least
_LONG = 4  # pairs of characters side by side that are two things
_FEW, _SHARE = 3, 0.34  # of more reports in Chinese, about so many must share so much
_TELLING = 3  # reports that show what a story is about
_PERIOD = re.compile("#(?:(?:19|20)[0-9]{2}|q[1-4])")
_METAL_NAMES = """
scandium yttrium lanthanum cerium praseodymium neodymium samarium europium gadolinium terbium dysprosium holmium erbium
thulium ytterbium lutetium graphite indium bismuth tellurium molybdenum tungsten antimony gallium germanium niobium
tantalum vanadium beryllium
"""
_METALS = frozenset(map(suffixless, _METAL_NAMES.split()))
"""Materials of export rules: as telling as names, though not written as names."""
_CAPITAL_WORDS = "ai api app asic ceo cfo cpu ev etf gdp gpu ipo llm ma npu nasdaq tpu"
_CAPITALS = frozenset(_CAPITAL_WORDS.split())
"""Words that everybody writes in capitals: not part of a name."""
_CLOSEST, _TITLE_TOLD = SIGNALS.index("closest"), SIGNALS.index("title told")


def too_little(one: Member, view: StoryView, said: Judged, subjects: frozenset[str]) -> Contradiction | None:
    """The objection that a report and a story have too little in common. They need a part of the title, a name or a
    figure, and two things in all (three in Chinese and across languages).

    Boilerplate at the end of summaries makes texts similar whose titles share nothing, and a court that hears an appeal
    is not every court. Titles that are nearly the same need no more. `subjects`: the entities that the report is about.
    """
    if found := _other_subject(one, view, subjects):
        return found
    side = view.sides.get(one.script)
    if side is None or len(said.signals) < len(SIGNALS):
        return _too_little_across(one, view, said)
    if len(one.weights) > 2 * len(one.head) > 0 and said.signals[_TITLE_TOLD] < _LITTLE:
        return Contradiction("the title says something else", True)
    near = said.signals[_CLOSEST] >= _ALIKE or said.meant >= _MEANT
    if one.script == "la" and not near and not _name_in_common(one, side):
        return Contradiction("nothing named in common", True)
    if not near and sum([_enough(one, other) for other in side.lately]) < _needed(one.script, len(side.lately)):
        return Contradiction("only one thing in common", True)
    return None


def _other_subject(one: Member, view: StoryView, subjects: frozenset[str]) -> Contradiction | None:
    """The objection that a title names other companies than half of the story's titles do, in either language.

    Authorities and exchanges do not count: one event's titles name now the authority, now the company.
    """
    mine = _about(one.head, subjects)
    if not mine:
        return None
    telling = [side for side in view.sides.values() if len(side.members) >= _TELLING]
    main = _about([term for side in telling for term in side.topic[0]], view.state.subjects)
    if not main or not main.isdisjoint(mine):
        return None
    return Contradiction(f"about {_named(mine)}, not {_named(main)}", True)


def _about(terms: Iterable[str], subjects: frozenset[str]) -> set[str]:
    return {term for term in terms if term[0] == "@" and term[1:] in subjects}


def _named(entities: Iterable[str]) -> str:
    return ", ".join(sorted(term[1:] for term in entities))


def _too_little_across(one: Member, view: StoryView, said: Judged) -> Contradiction | None:
    others = [other for script, side in view.sides.items() if script != one.script for other in side.lately]
    shared = [([term for term in one.shared if term in other.shared], one.names | other.names) for other in others]
    named = any(_names(term, names) for terms, names in shared for term in terms)
    things = max([_things(terms, names) for terms, names in shared])
    if said.meant >= (_OF_ONE_NAME if named and things == 1 else _TRANSLATED):
        return None
    if not named and said.score < _CERTAIN:
        return Contradiction("nothing named in common", True)
    if things < _THINGS["across" if named else "unnamed"]:
        return Contradiction("only one thing in common", True)
    return None


def _name_in_common(one: Member, side: Side) -> bool:
    """Whether a name or a figure is shared with a story. A name of everyday words counts only if one of the reports
    shares four terms in all.
    """
    shared = [term for term in one.weights if term in side.sum]
    if any(_names(term, one.names, side.tables.names) for term in shared) or same_results(one, side):
        return True
    if not any(term in one.names or term in side.tables.names for term in shared):
        return False
    return any(sum([term in other.weights for term in one.weights]) >= _WORDS for other in side.lately)


def same_results(one: Member, side: Side) -> bool:
    """Whether a title and a story's titles tell of one company's results. Its name may be a title's first word, where
    a capital does not mark it as a name.
    """
    mine = attributed(one.title)
    if mine is None or mine.kind != RESULTS:
        return False
    theirs = [attributed(other.title) for other in side.lately]
    return any(found is not None and found.kind == RESULTS and alike(mine.who, found.who) for found in theirs)


def _names(term: str, *names: Collection[str]) -> bool:
    """Whether a term is a name or a figure. Years and quarters are not: half of the titles of their time hold them."""
    if term[0] in "#@":
        return not _PERIOD.fullmatch(term)
    return term in _METALS or (term not in EVERYDAY and any(term in some for some in names))


def _needed(script: str, reports: int) -> int:
    """How many of a story's newest reports must share enough with a further one."""
    return max(1, round(_SHARE * reports)) if script == "zh" and reports > _FEW else 1


def _enough(one: Member, other: Member) -> bool:
    """Whether two reports in one script share enough things. A full name is two words, but one person."""
    shared = [term for term in one.weights if term in other.weights]
    if one.script == "zh":
        return _enough_zh(shared, one, other)
    words = [term for term in shared if term[0] != "@"]
    told = len(words) > 2 or any(term not in one.names for term in words)
    return told and _things(shared, one.names) >= _THINGS["la"] and not _only_places(shared, one.names)


def _enough_zh(shared: Sequence[str], one: Member, other: Member) -> bool:
    """The same in Chinese. A speaker of both titles is one thing; the others must lie in what is said, for in an hour
    he says ten things.
    """
    mine, theirs = attributed(one.title), attributed(other.title)
    speaker = False
    if mine and theirs and mine.kind == theirs.kind == SAYS:
        shared = [term for term in shared if term[0] in "#d" or (term in mine.rest and term in theirs.rest)]
        speaker = alike(mine.who, theirs.who)
    return len(shared) + speaker >= _PAIRS and _things_zh(shared, one.names) + speaker >= _THINGS["zh"]


def _only_places(shared: Sequence[str], names: frozenset[str]) -> bool:
    """Whether nothing but places is named in common, and little else is said."""
    what = [term for term in shared if term not in PLACES]
    if len(what) == len(shared) or any(term in names or term[0] in "#@" for term in what):
        return False
    return len(what) < _BESIDE_PLACES


def _things(shared: Sequence[str], names: frozenset[str]) -> int:
    """How many things shared terms stand for: words, figures and names; all names of one entity are one thing."""
    entities = {suffixless(term[1:]) for term in shared if term[0] == "@"}
    words = [term for term in shared if term[0] != "@" and not _PERIOD.fullmatch(term)]
    named = sum([_is_name(term, names, entities) for term in words])
    return len(words) - named + max(len(entities), named - len(entities))


def _is_name(term: str, names: frozenset[str], entities: set[str]) -> bool:
    """Whether a word is part of a name: not a version (K3), nor a word that everybody writes in capitals (IPO)."""
    return term.isalpha() and ((term in names and term not in _CAPITALS) or term in entities)


def _things_zh(shared: Sequence[str], names: frozenset[str]) -> int:
    """The same for Chinese, where words are pairs of characters: a stretch of them is one thing, a long one two.

    An entity whose Latin name is not shared is counted by one of the stretches.
    """
    pairs = [term for term in shared if _is_pair(term)]
    rest = [term for term in shared if not _is_pair(term)]
    spelled = sum(term[0] == "@" and suffixless(term[1:]) not in rest for term in rest)
    stretches = _stretches(pairs)
    long = sum([size >= _LONG for size in stretches])
    return len(stretches) + long + _things(rest, names) - min(spelled, len(stretches))


def _is_pair(term: str) -> bool:
    return len(term) == 2 and "\u3400" <= term[0] <= "\u9fff"


def _stretches(pairs: Sequence[str]) -> list[int]:
    """The lengths of groups of pairs of characters that overlap, the end of one being the beginning of the next."""
    left, sizes = set(pairs), []
    while left:
        waiting, size = [left.pop()], 0
        while waiting:
            pair = waiting.pop()
            size += 1
            near = {other for other in left if other[0] == pair[1] or other[1] == pair[0]}
            left -= near
            waiting += near
        sizes.append(size)
    return sizes
