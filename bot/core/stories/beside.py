"""What a report and a story have in common beside the names of whom they are about.

In a field's news the same few names come each day: "White House delays its voting report" and "The White House makes up
rules for AI" share a name and no event, and what one company does in a week is many events. So the names of entities
are left out, and the rest counts by how rare it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bot.core.language.stems import suffixless
from bot.core.stories.score import Judged
from bot.core.stories.side import NAME_BOOST, Member
from bot.core.stories.veto import Contradiction
from bot.core.stories.views import StoryView
from bot.core.stories.weights import SIGNALS

_FLOOR = {"la": 5.0, "zh": 6.5}  # nats of idf: a rare word or two common ones
_TOPIC, _TELLING = 5.0, 3
"""A word that half of a story's titles hold counts at least so much, if there are so many titles: the word may have
become common by this very story."""
_ALIKE = 0.5  # to one of its reports, in words or in meaning: no question of what is told
_CLOSEST = SIGNALS.index("closest")


def nothing_beside(one: Member, view: StoryView, said: Judged, spelled: frozenset[str]) -> Contradiction | None:
    """The objection that a report shares nothing with a story but the names of whom both are about.

    `spelled`: the terms of all names of the report's entities.
    """
    if _signal(said, _CLOSEST) >= _ALIKE or said.meant >= _ALIKE or _enough_beside(one, view, spelled):
        return None
    return Contradiction("little but a name in common", True)


def _signal(said: Judged, at: int) -> float:
    """A signal of a judgement in the report's own script; 0 across languages."""
    return said.signals[at] if len(said.signals) == len(SIGNALS) else 0.0


def _enough_beside(one: Member, view: StoryView, spelled: frozenset[str]) -> bool:
    """Whether what is shared with some report is rare enough. Across languages, words count as English ones do."""
    for side in view.sides.values():
        topic = side.topic[0] if len(side.members) >= _TELLING else ()
        for other in side.lately:
            floor = _FLOOR["zh" if one.script == other.script == "zh" else "la"]
            if _told(one, other, spelled, topic) >= floor:
                return True
    return False


def _told(one: Member, other: Member, spelled: frozenset[str], topic: Collection[str]) -> float:
    """How rare the shared parts of two reports are, in nats of idf: words, figures, and all entities but the rarest.

    0 unless they share a word or figure that is no entity's name.
    """
    mine, theirs = (one.weights, other.weights) if one.script == other.script else (one.shared, other.shared)
    shared = [term for term in mine if term in theirs]
    entities = [term for term in shared if term[0] == "@"]
    own = spelled.union(parts(entities)) if entities else spelled
    words = [term for term in shared if term[0] != "@" and term not in own]
    if not words:
        return 0.0
    named = sorted([mine[term] / NAME_BOOST for term in entities])[:-1]
    scale = one.nats
    rare = [mine[term] * scale / (NAME_BOOST if term in one.names else 1.0) for term in words]
    told = sum([_counted(term, weight, topic) for term, weight in zip(words, rare, strict=True)])
    return told + sum(named) * scale


def _counted(term: str, nats: float, topic: Collection[str]) -> float:
    """What a term counts. Words of the story's topic and great sums (2 billion euros) always count as rare."""
    return max(nats, _TOPIC) if term in topic or (term[0] == "#" and "e+" in term) else nats


def parts(entities: Iterable[str]) -> set[str]:
    """The stems of the words that entities' ids are made of: "@white-house" names two."""
    return {suffixless(part) for entity in entities for part in entity[1:].split("-")}
