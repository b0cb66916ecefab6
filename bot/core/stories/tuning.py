"""Learning from feedback: thresholds from labelled pairs, and reports that do not belong to their story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.language.entities import NOTHING, Lexicon
from bot.core.stories.cluster import document_of, lone_story, pair_factor
from bot.core.stories.commonness import Commonness
from bot.core.stories.score import judged_by
from bot.core.stories.side import member
from bot.core.stories.views import Document
from bot.core.stories.weights import DEFAULT, Weights

_FACTORS = tuple(round(0.2 + 0.1 * step, 1) for step in range(29))  # of the present thresholds
_FOLDS = 5
_FEWEST = 20  # labelled pairs without which nothing is proposed
_SETTLED = 10  # reports that a story must have before it is audited
_STRANGE = 0.5  # of the threshold: below, a report does not belong


class Pair(NamedTuple):
    """Two texts (title, line break, lead) that someone called one story or not."""

    a: str
    b: str
    same: bool
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A factor for the thresholds, with the F1 on the pairs now, and with `factor` on pairs that did not choose it.

    `factor` is 1.0 if nothing better was found, or if there are too few pairs.
    """

    pairs: int
    factor: float
    before: float
    after: float


def propose(pairs: Sequence[Pair], lexicon: Lexicon = NOTHING) -> Proposal:
    """Find the factor for all thresholds that judges labelled pairs best; test it on pairs that did not choose it."""
    ratios = [(_ratio(pair, lexicon), pair.same) for pair in pairs]
    before = _f1(ratios, 1.0)
    if len(pairs) < _FEWEST:
        return Proposal(len(pairs), 1.0, before, before)
    judged: list[tuple[float, bool]] = []
    for fold in range(_FOLDS):
        factor = _best([one for number, one in enumerate(ratios) if number % _FOLDS != fold])
        judged += [(ratio / factor, same) for number, (ratio, same) in enumerate(ratios) if number % _FOLDS == fold]
    after = _f1(judged, 1.0)
    return (
        Proposal(len(pairs), _best(ratios), before, after)
        if after > before
        else Proposal(len(pairs), 1.0, before, before)
    )


def strangers(docs: Sequence[Document], weights: Weights = DEFAULT) -> list[int]:
    """The places of reports that do not fit the rest of their story, which a split would move out. Changes nothing."""
    if len(docs) < _SETTLED:
        return []
    common = Commonness()
    for doc in docs:
        common.count(doc.features.terms, doc.features.names)
    out = []
    for place, doc in enumerate(docs):
        rest = lone_story([other for other in docs if other is not doc], common)
        said = judged_by(member(doc.features, common, doc.embed), rest, weights, doc.embed)
        if said.score < _STRANGE * said.threshold:
            out.append(place)
    return out


def _ratio(pair: Pair, lexicon: Lexicon) -> float:
    """The score of a pair as a multiple of its threshold."""
    one, other = (document_of(text, pair.lang, lexicon) for text in (pair.a, pair.b))
    common = Commonness()
    said = judged_by(member(one.features, common, lexicon.embed), lone_story([other], common), DEFAULT, lexicon.embed)
    across = one.features.script != other.features.script
    return said.score / (said.threshold * pair_factor(DEFAULT, across=across, meant=lexicon.embed is not None))


def _best(ratios: Sequence[tuple[float, bool]]) -> float:
    """The factor with the best F1; of equals the one nearest to 1."""
    return max(_FACTORS, key=lambda factor: (_f1(ratios, factor), -abs(factor - 1.0)))


def _f1(ratios: Sequence[tuple[float, bool]], factor: float) -> float:
    right = sum(same and ratio >= factor for ratio, same in ratios)
    said = sum(ratio >= factor for ratio, _ in ratios)
    true = sum(same for _, same in ratios)
    return 2 * right / (said + true) if said + true else 1.0
