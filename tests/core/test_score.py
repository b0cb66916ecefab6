"""Features, how common terms are, and the signals of the judgement."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.stems import suffixless
from bot.core.language.text import lexed
from bot.core.stories.commonness import Commonness
from bot.core.stories.features import features
from bot.core.stories.score import heaviest, judge, judge_across, likeness, probability, signals, signals_across
from bot.core.stories.side import Member, Side, member
from bot.core.stories.weights import DEFAULT, SIGNALS, SIGNALS_ACROSS, Model

pytestmark = pytest.mark.usefixtures("untraced")

TEXTS = (
    "Zhipu shares climb on debut in Hong Kong after raising HK$4.35 billion",
    "Shares of Zhipu rise in Hong Kong in the first day of trading, in 2026",
    "Storm hits the coast of Florida, 2,500 people leave their homes in 2025",
    "Court rules that Oracle must pay Google for the use of its software",
)


def weighed(text: str, common: Commonness | None = None) -> Member:
    return member(features(lexed(text), title=text), common or Commonness())


def test_names_are_told_from_sentence_starts() -> None:
    found = features(lexed("The deal failed. Shares of Oracle fell in New York. Investors fled."))
    assert {"oracl", "york"} <= found.names
    assert "investor" not in found.names


def test_the_head_of_a_text_counts_most() -> None:
    found = features(lexed("alpha " + "filler " * 40 + "omega"))
    assert found.terms["alpha"] == 1.0
    assert found.terms["omega"] == 0.5


def test_chinese_is_read_in_pairs_without_function_words() -> None:
    found = features(lexed("智谱的股价在香港上涨"), title="智谱的股价")
    assert found.script == "zh"
    assert found.terms.keys() == {"智谱", "股价", "香港"}
    assert "智谱" in found.head


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("raises", "raised"),
        ("companies", "company"),
        ("stopped", "stop"),
        ("trading", "trade"),
        ("women", "woman"),
        ("risen", "rise"),
        ("taking", "took"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str) -> None:
    assert suffixless(one) == suffixless(other)


def test_common_terms_weigh_less_and_are_forgotten() -> None:
    common = Commonness()
    before = common.idfs(["zhipu"])
    for _ in range(30):
        common.count(["zhipu"], ["zhipu"])
    assert common.idfs(["zhipu"]) < before
    assert common.is_name("zhipu")
    common.count(["zhipu"] * 1, [])
    for _ in range(40):
        common.count(["zhipu"], [])
    assert not common.is_name("zhipu")
    assert common.is_name("@zhipu")
    common.forget(14)
    assert common.terms["zhipu"] == pytest.approx(71 / 2)
    common.forget(140)
    assert "zhipu" not in common.terms
    assert Commonness(5.0, {"a": 2.0}).documents == 5.0


def test_signals_of_like_and_unlike() -> None:
    first, again, storm, court = map(weighed, TEXTS)
    side = Side([first], 1)
    like, unlike = (dict(zip(SIGNALS, signals(one, side), strict=True)) for one in (again, court))
    assert like["cosine"] > 0.2 > unlike["cosine"]
    assert like["closest"] == pytest.approx(like["cosine"], abs=0.01)
    assert like["title told"] > unlike["title told"]
    both = Side([storm], 1)
    assert dict(zip(SIGNALS, signals(again, both), strict=True))["years apart"] == 1.0
    assert judge(again, side, DEFAULT).score > judge(court, side, DEFAULT).score
    assert likeness(again, {"la": side}) > likeness(court, {"la": side})


def test_what_each_has_and_the_other_has_not_speaks_against_them() -> None:
    names = ("other names", "other title", "other figures", "same day")
    told = "The navy of India caught 23 pirates near Aden on 11 November, its ship INS Mysore reports"
    apart = told.replace("23", "26").replace("Mysore", "Sukanya")
    shorter = "The navy of India caught pirates near Aden"
    side = Side([weighed(told), weighed(told)], 2)
    same, other, less = (
        dict(zip(SIGNALS, signals(weighed(text), side), strict=True)) for text in (told, apart, shorter)
    )
    assert [same[name] for name in names] == [0.0, 0.0, 0.0, 1.0]
    assert all(other[name] > 0.1 for name in names)
    assert [less[name] for name in names] == [0.0, 0.0, 0.0, 0.0]
    longer = dict(zip(SIGNALS, signals(weighed(f"{told} at sea off Oman, with 7 rifles"), side), strict=True))
    assert longer["other names"] == longer["other figures"] == 0.0


def test_models_meet_between_headline_and_lead() -> None:
    side = Side([weighed(TEXTS[0])], 1)
    short, middle, long = (
        judge(weighed(" ".join(["Zhipu Hong Kong debut"] + [f"w{n}" for n in range(more)])), side, DEFAULT)
        for more in (3, 16, 40)
    )
    assert (short.threshold, long.threshold) == (DEFAULT.headline.threshold, DEFAULT.lead.threshold)
    assert min(short.threshold, long.threshold) < middle.threshold < max(short.threshold, long.threshold)


def test_chinese_of_any_length_has_a_model_of_its_own() -> None:
    side = Side([weighed("智谱登陆港交所首日上涨")], 1)
    for text in ("智谱港股首日上涨", f"智谱港股首日上涨。{'公司表示将扩大研发投入并开放更多模型。' * 9}"):
        said = judge(weighed(text), side, DEFAULT)
        assert said[:2] == (probability(DEFAULT.chinese, said.signals), DEFAULT.chinese.threshold)


def test_across_languages_by_figures() -> None:
    zh = member(features(lexed("智谱募资43.5亿港元 ZHIPU HK$116.20")), Commonness())
    en = weighed("Zhipu raises HK$4.35 billion at HK$116.20")
    said = judge_across(zh, Side([en], 1), DEFAULT)
    far = judge_across(zh, Side([weighed(TEXTS[2])], 1), DEFAULT)
    assert said.score > far.score
    assert likeness(zh, {"la": Side([en], 1)}) > 0
    assert heaviest(zh.shared, en.shared)


def across(*pairs: tuple[str, ...], text: str = TEXTS[0]) -> dict[str, float]:
    """The signals by words of two reports that have these terms in the space of both languages, each of one weight."""
    one, other = (replace(weighed(text), shared=dict.fromkeys(terms, 600)) for terms in pairs)
    return dict(zip(SIGNALS_ACROSS, signals_across(one, other, 0.0), strict=True))


def test_one_name_in_common_is_no_event_across_languages_and_two_are_more() -> None:
    named, two, three = (("@nvidia", "nvidia"), ("@nvidia", "huawei"), ("@nvidia", "huawei", "#7"))
    assert across(named, named)["further mass"] == across(named, named)["further told"] == 0.0
    assert 0.0 < across(two, two)["further mass"] < across(three, three)["further mass"]
    assert 0.0 < across(two, two)["further told"] < across(three, three)["further told"]


def test_figures_that_each_has_alone_speak_against_two_reports_across_languages() -> None:
    common = ("nvidia", "chip")
    assert across((*common, "#7"), (*common, "#8"))["other figures"] > 0.0
    assert across((*common, "#7"), (*common, "#7"))["other figures"] == 0.0
    assert across((*common, "#7"), common)["other figures"] == 0.0, "one may be shorter"


def test_longer_reports_tell_more_across_languages() -> None:
    assert across(("a",), ("a",), text="word " * 60)["length"] > across(("a",), ("a",))["length"]


def test_probability_is_the_logistic() -> None:
    assert probability(Model(0.0, (1.0,), 0.5), (0.0,)) == 0.5
    assert probability(Model(0.0, (1.0,), 0.5), (1.0,)) == pytest.approx(1 / (1 + math.exp(-1)))
    assert 0.0 < probability(Model(0.0, (1.0,), 0.5), (-1e9,)) < probability(Model(0.0, (1.0,), 0.5), (1e9,)) < 1.0


@given(st.lists(st.sampled_from(TEXTS), min_size=2, max_size=9), st.integers(0, 8))
def test_taking_a_report_out_is_as_if_it_never_was(texts: list[str], which: int) -> None:
    members = [weighed(text) for text in texts]
    side = Side(members, len(members))
    gone = members[which % len(members)]
    side.drop(gone)
    members.remove(gone)
    afresh = Side(members, len(members))
    assert (side.sum, side.tables) == (afresh.sum, afresh.tables)
    assert side.length == afresh.length
    assert (side.core, side.topic, side.figures) == (afresh.core, afresh.topic, afresh.figures)
