from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.plural import stem, variants

pytestmark = pytest.mark.usefixtures("untraced")

PAIRS = """chip chips|company companies|license licenses|licence licences|box boxes|tax taxes|cache caches
launch launches|gpu gpus|h20 h20s|movie movies|case cases|use uses|bus buses|gas gases|virus viruses
process processes|hero heroes
shoe shoes|toe toes|tie ties|database databases|size sizes|policy policies|pc pcs|llm llms|axe axes|fab fabs|ev evs
device devices|breach breaches|price prices|increase increases|key keys|robot robots|ipo ipos|business businesses"""
DISTINCT = """new news|good goods|custom customs|as ass|it its|us use|do does|cas case|io ios|new newest|thi this|he hes
people person|a as|ai ais|mar mars5|an ans"""


@pytest.mark.parametrize("pair", PAIRS.replace("\n", "|").split("|"))
def test_a_word_meets_its_plural(pair: str) -> None:
    one, many = pair.split()
    assert stem(one) == stem(many)
    assert many in variants(one)
    assert one in variants(many)


@pytest.mark.parametrize("pair", DISTINCT.replace("\n", "|").split("|"))
def test_other_words_stay_apart(pair: str) -> None:
    one, other = pair.split()
    assert stem(one) != stem(other)


@given(st.text(alphabet="abceghiosxyz5", min_size=1, max_size=7))
def test_variants_share_a_stem_and_begin_with_the_word(word: str) -> None:
    forms = variants(word)
    assert forms[0] == word
    assert {stem(form) for form in forms} == {stem(word)}


def test_other_scripts_have_no_plurals() -> None:
    assert stem("芯片s") == "芯片"
    assert stem("芯片") == "芯片"
    assert stem("словаs") == "слова"
    assert stem("és") == "és"
