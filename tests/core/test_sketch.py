"""Sketches: a copy is seen through cuts and edits, two texts of their own are not taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.text import tokens
from bot.core.stories.sketch import MOST, Sketch, anchors, containment, is_copy, sampled, sketch

WORDS = [f"word{n * 7919 % 1000}" for n in range(900)]


def of(text: str) -> Sketch:
    return sketch(tokens(text).texts)


def test_a_text_holds_its_parts() -> None:
    whole = sketch(WORDS)
    for part in (WORDS[:450], WORDS[:225], WORDS[300:700]):
        share, least = containment(whole, sketch(part))
        assert share > 0.9
        assert least >= 8


def test_other_texts_share_nothing() -> None:
    other = sketch([f"term{n}" for n in range(300)])
    assert containment(sketch(WORDS), other) == (0.0, containment(other, sketch(WORDS))[1])


def test_chinese_is_cut_by_characters() -> None:
    text = "商务部新闻发言人表示，将会同相关部门评估调查该项收购是否符合出口管制法律法规的规定。"
    assert containment(of(text), of(text[:30]))[0] > 0.9
    assert of("好") != Sketch()


def test_a_latin_name_is_one_sign_among_chinese() -> None:
    one, other = "Anthropic与OpenAI及SpaceX赞助帆船赛", "Anthropic与OpenAI及SpaceX争相租下仓库"
    assert containment(of(one), of(other))[0] < 0.4
    assert len(of("OpenAI与Anthropic").hashes) == 1


def test_a_short_text_must_share_more() -> None:
    frame = "与云山集团达成年度战略合作"
    share, least = containment(of(f"北川乳业{frame}"), of(f"东河港务{frame}"))
    assert 0.4 <= share < 0.7
    assert least >= 8
    assert not is_copy(share, least, 0.4, "zh")
    assert is_copy(0.7, least, 0.4, "zh")
    assert is_copy(share, 24, 0.4, "zh")
    assert is_copy(share, 12, 0.4, "la")
    assert not is_copy(share, 11, 0.4, "la")
    assert not is_copy(1.0, 7, 0.4, "la")


def test_a_sketch_is_bounded_and_short_texts_say_little() -> None:
    assert len(sketch(WORDS).hashes) <= MOST
    assert sketch(WORDS).level > 0
    assert containment(sketch([]), sketch(WORDS)) == (0.0, 0)
    assert len(sketch(["one", "two"]).hashes) == 0


def test_parts_have_anchors_of_the_whole() -> None:
    assert set(anchors(sketch(WORDS))) & set(anchors(sketch(WORDS[:225])))
    assert len(anchors(sketch(WORDS))) == 24
    assert len(anchors(sketch(WORDS[:20]))) <= 4


@pytest.mark.usefixtures("untraced")
@given(st.frozensets(st.integers(0, 2**32 - 1), max_size=400), st.frozensets(st.integers(0, 2**32 - 1), max_size=400))
def test_containment_is_symmetric_and_whole_for_itself(one: frozenset[int], other: frozenset[int]) -> None:
    a, b = sampled(0, one), sampled(0, other)
    assert containment(a, b) == containment(b, a)
    assert containment(a, a)[0] == (1.0 if a.hashes else 0.0)
