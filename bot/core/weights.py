"""The numbers of the judgement, with where they come from. `tocsin stories tune` proposes others."""

from __future__ import annotations

from dataclasses import dataclass

SIGNALS = (
    "cosine",
    "closest",
    "names told",
    "core told",
    "figures",
    "years apart",
    "same year",
    "shared names",
    "size",
    "length",
    "title told",
    "topic told",
)
"""What a report and a story are compared by, in the order of `Model.weights` (`bot.core.score.signals`)."""

SIGNALS_ACROSS = ("cosine", "shared mass", "shared figures", "length")
"""The same for a report and a story in the other language (`bot.core.score.signals_across`)."""


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic judgement: probability = 1 / (1 + exp(-(bias + weights · signals))), same from `threshold` on."""

    bias: float
    weights: tuple[float, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Weights:
    """One model for texts with a lead, one for bare headlines, one across languages; and the limits of copies.

    Between `headline_words` and `lead_words` the two models are mixed. Times are ms. Two lone texts are judged by
    `pair` times the threshold, for nothing but their own words speaks for them.
    """

    lead: Model
    headline: Model
    across: Model
    headline_words: int = 14
    lead_words: int = 28
    copy: float = 0.4
    merge: float = 0.5
    pair: float = 2.0
    pair_across: float = 0.7
    members: int = 60
    window_ms: int = 72 * 3_600_000
    close_ms: int = 14 * 24 * 3_600_000
    most: int = 400


DEFAULT = Weights(
    lead=Model(-7.18, (4.89, 5.42, 2.49, 2.43, 1.37, -1.5, 1.71, -0.49, 0.0, -0.8, 0.0, 0.0), 0.2),
    headline=Model(-4.09, (10.88, 2.14, 0.07, 1.25, 1.05, -0.12, 0.46, 1.04, 0.0, -0.27, 0.0, 0.0), 0.15),
    across=Model(-4.87, (7.4, 6.71, 1.74, -0.45), 0.5),
)
