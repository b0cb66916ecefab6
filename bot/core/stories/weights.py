"""The numbers of the judgement; docs/stories-measured.md and benchmarks/storyfit.py say where they come from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.units import DAY_MS

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
    "other names",
    "other title",
    "other figures",
    "same day",
)
"""The signals of a comparison, in the order of `Model.weights` (`bot.core.stories.score.signals`).

"Other" is what each side has and the other lacks, the lesser of the two: a short report lacks most of a story, and a
long one has names of its own, but a report that does both tells of something else.
"""

PLAIN = 12
"""Bare headlines are judged by the first so many signals."""

SIGNALS_MEANT = (*SIGNALS[:PLAIN], "nearest title", "titles")
"""The same with cosines of titles' vectors, if there is an embedder (`bot.core.language.meaning.closeness`)."""

SIGNALS_ACROSS = ("further mass", "shared figures", "length", "further told", "other figures", "stands out")
"""The same for a report and a story in the other language (`bot.core.stories.score.signals_across`)."""

SIGNALS_ACROSS_MEANT = (*SIGNALS_ACROSS, "titles", "stands out", "told here")
"""The same if there is an embedder (`bot.core.stories.score.Meant`)."""


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: probability = 1 / (1 + exp(-(bias + weights · signals))); "same" from `threshold` on."""

    bias: float
    weights: tuple[float, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The models and limits of folding: a model for texts with a lead, one for bare headlines, one for Chinese of any
    length in place of these two, one across languages. Times are ms.

    With titles' vectors, `headline_meant` and `chinese_meant` judge titles, and short texts together with the models by
    words, if the score by words is at least `unlike`; `across_meant` judges everything across languages. Between
    `headline_words` and `lead_words`, the first two models by words are mixed. `copy` is the containment from which on
    a text is a copy. Two lone texts need `pair` times the threshold, for only their own words speak for them; in two
    languages `pair_across` times, with vectors `pair_across_meant` times. The threshold of a story rises with its
    silence, to twice its value after `quiet_ms`. A story stays open for `window_ms` after its last report, for
    `close_ms` in all, and up to `most` reports; `members` of them are kept for comparison. Two stories are merged at
    `merge` both ways, or at `linked` on average; a lone report of a sentence or two in English becomes part of a grown
    story at `back` (`bot.core.stories.merging`).
    """

    lead: Model
    headline: Model
    chinese: Model
    across: Model
    headline_meant: Model
    chinese_meant: Model
    across_meant: Model
    unlike: float = 0.01
    headline_words: int = 14
    lead_words: int = 28
    copy: float = 0.4
    merge: float = 0.5
    linked: float = 0.25
    back: float = 0.05
    pair: float = 1.6
    pair_across: float = 1.6
    pair_across_meant: float = 1.75
    members: int = 60
    quiet_ms: int = DAY_MS
    window_ms: int = 3 * DAY_MS
    close_ms: int = 14 * DAY_MS
    most: int = 400


DEFAULT = Weights(
    lead=Model(
        -4.93,
        (5.83, 5.44, 1.57, 0.17, 1.65, -1.3, 1.28, -0.38, -0.87, 0.2, 0.45, 0.81, -3.01, 0.53, -2.32, 2.4),
        0.29,
    ),
    headline=Model(-4.42, (4.03, 1.69, -0.85, 0.37, 0.83, 0.05, 0.78, 0.56, 0.0, -0.04, 4.2, 3.05), 0.15),
    chinese=Model(-2.33, (2.68, 2.65, 0.0, 0.0, 0.18, -0.56, 0.0, 0.0, 0.0, 0.34, 1.42, 0.0, 0.0, 0.0, -0.71), 0.2),
    across=Model(-4.49, (3.44, 1.96, -1.44, 8.93, -1.68, 13.98), 0.5),
    headline_meant=Model(
        -8.75, (0.72, -1.17, -0.31, 0.28, 0.33, -0.48, 0.26, -0.51, -0.71, -1.45, 3.27, 3.28, 6.49, 4.51), 0.3
    ),
    chinese_meant=Model(-8.53, (17.81, -2.78, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.25, -2.85, 1.35, 6.89, 0.0), 0.2),
    across_meant=Model(-6.36, (3.64, 5.98, -0.71, 1.99, -0.41, 5.97, 7.48, 6.8, -1.83), 0.3),
)


def scaled(weights: Weights, factor: float) -> Weights:
    """The weights with every threshold times `factor`, at most .95."""

    def at(model: Model) -> Model:
        return replace(model, threshold=min(0.95, model.threshold * factor))

    return replace(
        weights,
        lead=at(weights.lead),
        headline=at(weights.headline),
        chinese=at(weights.chinese),
        across=at(weights.across),
        headline_meant=at(weights.headline_meant),
        chinese_meant=at(weights.chinese_meant),
        across_meant=at(weights.across_meant),
    )
