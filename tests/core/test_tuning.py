"""Learning from labelled pairs, and strangers in a story."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.core.model import Entry
from bot.core.stories.cluster import document, document_of
from bot.core.stories.tuning import Pair, propose, strangers
from bot.core.stories.weights import DEFAULT, scaled

NAMES = (
    "Zhipu",
    "Oracle",
    "Samsung",
    "Boeing",
    "Tesla",
    "Nokia",
    "Airbus",
    "Disney",
    "Netflix",
    "Intel",
    "Cisco",
    "Sony",
)


def pairs(strict: bool) -> list[Pair]:
    """Pairs of which the same company's two events are one story, or (strict) are not."""
    out = []
    for one, other in pairwise(NAMES):
        out.append(Pair(f"{one} shares climb on debut in Hong Kong", f"{one} climbs in Hong Kong debut", same=True))
        out.append(
            Pair(f"{one} shares climb on debut in Hong Kong", f"{one} shares to list elsewhere", same=not strict)
        )
        out.append(Pair(f"{one} shares climb on debut", f"{other} court case ends in London", same=False))
    return out


def test_a_better_factor_is_proposed_with_its_gain() -> None:
    strict, fine = propose(pairs(strict=True)), propose(pairs(strict=False))
    assert strict.pairs == 33
    assert strict.factor > 2
    assert strict.after - strict.before > 0.3
    assert (fine.factor, fine.after) == (1.0, fine.before)


def test_too_few_pairs_change_nothing() -> None:
    said = propose(pairs(strict=True)[:6])
    assert (said.factor, said.after) == (1.0, said.before)
    assert propose([]).before == 1.0


def test_scaled_thresholds() -> None:
    changed = scaled(DEFAULT, 2.0)
    assert changed.lead.threshold == pytest.approx(2 * DEFAULT.lead.threshold)
    assert changed.across.threshold == 0.95
    assert changed.lead.weights == DEFAULT.lead.weights


def test_a_stranger_in_a_story_is_found() -> None:
    story = [
        document(Entry("", "", f"Zhipu shares climb on Hong Kong debut, report {n}", "Zhipu raised HK$4 billion."))
        for n in range(11)
    ]
    other = document(Entry("", "", "Storm hits Florida coast and thousands flee", "Winds reached 200 km/h near Tampa."))
    assert strangers([*story, other]) == [11]
    assert strangers([story[0], other]) == []


def test_a_bare_text_has_its_first_sentence_as_title() -> None:
    text = "Zhipu shares climbed on their debut in Hong Kong on Thursday. " + "More was said of it later on. " * 8
    assert document_of(text).entry.title == "Zhipu shares climbed on their debut in Hong Kong on Thursday."
    assert document_of("a" * 500).entry.title == "a" * 160
    assert (
        document_of("智谱今日在港交所挂牌上市，开盘上涨。" * 20).entry.title
        == "智谱今日在港交所挂牌上市，开盘上涨。" * 2
    )
    assert document_of("Title\nBody").entry.summary == "Body"
