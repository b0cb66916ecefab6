"""What a report and a story must have in common: templates, hubs and the field's own words are no event."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.core.language.entities import Entity, lexicon
from bot.core.model import Entry
from bot.core.stories.cluster import StoryView, document, lone_story
from bot.core.stories.commonness import Commonness
from bot.core.stories.grounds import _METALS, too_little
from bot.core.stories.score import judged_by
from bot.core.stories.side import Member, member
from bot.core.stories.weights import DEFAULT
from tests import shipped

LEXICON = lexicon(
    (
        Entity("nvidia", "Nvidia", zh=("英伟达",)),
        Entity("openai", "OpenAI"),
        Entity("anthropic", "Anthropic"),
        Entity("trade-office", "Trade Office", zh=("贸易办公室",), venue=True),
    ),
    {
        "chip": "芯片",
        "factory": "工厂",
        "ban": "禁令",
        "lawsuit": "诉讼",
        "harbour": "港口",
        "strike": "罢工",
        "crane": "起重机",
        "night": "夜间",
        "wage": "工资",
    },
)


def read(title: str) -> Member:
    return member(document(Entry("1", "", title), LEXICON).features, Commonness())


def story(*titles: str) -> StoryView:
    return lone_story([document(Entry("1", "", title), LEXICON) for title in titles], Commonness())


def missing(title: str, titles: Sequence[str], **more: float) -> str:
    """What is missing in a report of a story of these titles, in words."""
    doc, view = document(Entry("1", "", title), LEXICON), story(*titles)
    one = member(doc.features, Commonness())
    said = judged_by(one, view, DEFAULT)._replace(**more)
    found = too_little(one, view, said, doc.state.subjects)
    assert found is None or found.hard
    return found.reason if found else ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Why Dana Whitlock left the board of a bakery in spring",
            "A portrait painter remembers Dana Whitlock from evening school classes",
        ),
        ("英伟达在台中开设培训学校", "新手如何看懂英伟达股价走势"),  # an entity and its name are one
        ("巴尔加斯谈足球青训计划", "巴尔加斯与妻子出席慈善拍卖晚会"),  # a long name is two things at most
    ],
)
def test_one_name_is_one_thing(one: str, other: str) -> None:
    assert missing(one, [other]) == "only one thing in common"


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            "Hong Kong opens its first rooftop farm above a bus depot for schools",
            "Tailor from Hong Kong opens in Lisbon, first of six in Portugal",
            "only one thing in common",
        ),
        (
            "Hong Kong opens its first rooftop farm above a bus depot for schools",
            "Rooftop beans: how Hong Kong opens a farm where a bus depot was dull",
            "",
        ),
        ("Hong Kong opens a rooftop farm with Dana Whitlock", "Dana Whitlock sails round Hong Kong in spring", ""),
    ],
)
def test_a_place_and_little_else_in_common_is_no_event(one: str, other: str, reason: str) -> None:
    assert missing(one, [other]) == reason


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana Whitlock buys a bakery in Leeds for her sons", "Leeds bakery sold to Dana Whitlock after long talks"),
        ("英伟达台中培训学校今日开学，首批学员到位", "英伟达在台中开设培训学校"),
        ("Quarrel over Vela Orbit Nine grows in Lisbon", "Pilots say that Vela Orbit Nine is too loud"),
    ],
)
def test_several_things_are_enough(one: str, other: str) -> None:
    assert missing(one, [other]) == ""


def test_of_many_reports_in_chinese_a_third_must_share_as_much() -> None:
    others = [
        "云岭县旧桥改造后恢复通车",
        "云岭县茶农迎来采摘季",
        "云岭县少年获游泳冠军",
        "云岭县图书馆延长开放",
        "山里的图书馆延长开放时间",
    ]
    report = "云岭县旧桥改造期间多条公交线路绕行，市民盼早日通车，学生提前出门"
    assert missing(report, others[:1]) == ""
    assert missing(report, others) == "only one thing in common"


def test_across_languages_three_things_are_asked_for() -> None:
    report = "英伟达芯片工厂选址未定"
    assert missing(report, ["Nvidia chip prices rise again"], score=0.99) == "only one thing in common"
    assert missing(report, ["Nvidia has not chosen where its chip factory goes"]) == ""
    assert missing(report, ["Nvidia chip prices rise again"], meant=0.6) == ""


def test_across_languages_what_nobody_is_named_in_needs_more() -> None:
    report = "港口起重机夜间罢工，工资谈判未果"
    near = ["crane strike at the harbour"]
    assert missing(report, near, score=0.5) == "nothing named in common"
    assert missing(report, near, score=0.99) == "only one thing in common"
    assert missing(report, near, score=0.5, meant=0.44) == "nothing named in common"
    assert missing(report, near, score=0.5, meant=0.46) == ""
    assert missing(report, ["night strike over the wage of crane crews at the harbour"], score=0.99) == ""


def test_a_story_is_about_whom_half_of_its_titles_name() -> None:
    filed = [
        "Anthropic files for a listing in New York",
        "Anthropic listing: bankers named, OpenAI may follow",
        "Anthropic picks an exchange for its listing",
    ]
    assert missing("OpenAI files for a listing in New York", filed) == "about openai, not anthropic"
    assert missing("Anthropic files for a listing in New York, bankers say", filed) == ""
    assert missing("OpenAI files for a listing in New York", filed[:2]) == ""
    nobody = ["A listing in New York is filed for", "New York listing filed, bankers say", "Listing filed in New York"]
    assert missing("OpenAI files for a listing in New York", nobody) == ""


def test_an_authority_in_a_title_is_no_other_company() -> None:
    """Who decides of a chip, and whose chip it is: titles of one event name the one or the other."""
    told = [
        "Nvidia chip ban is lifted for the harbour",
        "Harbour chip ban lifted, Nvidia says",
        "Ban on Nvidia chip at the harbour lifted",
    ]
    assert missing("Trade Office lifts chip ban at the harbour", told) == ""
    assert missing("OpenAI lifts chip ban at the harbour", told) == "about openai, not nvidia"
    by_office = [title.replace("Nvidia", "Trade Office") for title in told]
    assert missing("OpenAI chip ban is lifted at the harbour", by_office) == ""


def test_the_names_of_the_field_are_no_words() -> None:
    for title in ("Artificial intelligence and large language models at sea", "人工智能与大语言模型出海"):
        terms = read(title).weights
        assert not {"artificial", "intelligenc", "larg", "languag", "人工", "智能", "语言"} & terms.keys(), terms
    assert {"larg", "artificial"} <= read("A large artificial lake").weights.keys()


def test_a_year_is_neither_a_name_nor_a_thing() -> None:
    assert missing("Bread knives to buy in 2026", ["Garden chairs of 2026 compared"]) == "nothing named in common"
    assert missing("2026年茶农采摘季开始", ["2026年港口吊装季开始"]) == "only one thing in common"


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            "Painter Warns of Paint Shortage After Long Drought",
            "Island Warns Pilots of Volcano After Long Silence",
            "nothing named in common",
        ),
        ("Vela Warns of Paint Shortage After Long Drought", "Vela Warns Painters of Long Drought", ""),
        (
            "Parliament Votes to Ban Cheap Foreign Paint Imports",
            "A Ban on Foreign Paint: Cheap Imports End With a Vote",
            "",
        ),
    ],
)
def test_everyday_words_with_capitals_are_no_names(one: str, other: str, reason: str) -> None:
    assert missing(one, [other], signals=(0.0,) * 10 + (1.0,) + (0.0,) * 5) == reason  # alike in nothing but the title


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("Vela stock falls as Norland tax dispute weighs on third-quarter profit", ""),
        ("Corporal stock falls as Norland tax dispute weighs on third-quarter profit", "nothing named in common"),
    ],
)
def test_whose_results_are_told_is_a_name_though_it_is_the_first_word(other: str, reason: str) -> None:
    assert missing("Vela Q3 earnings miss on tax dispute", [other], signals=(0.0,) * 10 + (1.0,) + (0.0,) * 5) == reason


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("水务局：下周起分区供水，老城区停水两天", "水务局：新泵房建成后水压更稳", "only one thing in common"),
        ("水务局：下周起分区供水", "水务局：下周起老城区分区供水", ""),
        ("水务局：下周起分区供水", "港务局：码头下周起不再供水", "only one thing in common"),
    ],
)
def test_who_speaks_is_one_thing_and_the_rest_is_said(one: str, other: str, reason: str) -> None:
    assert missing(one, [other], signals=(0.0,) * 10 + (1.0,) + (0.0,) * 5) == reason


def test_a_name_alone_is_no_event_in_the_other_language_unless_the_rest_is_surely_near_in_meaning() -> None:
    one, other = "OpenAI opens a new office", "OpenAI将测试广告"
    assert missing(one, [other], meant=0.5) == "only one thing in common"
    assert missing(one, [other], meant=0.6) == ""
    assert missing("Jerry has done a fabulous job here", [other], meant=0.5) == "", "nobody is named in common"


def test_what_export_rules_are_about_is_known_in_chinese_too() -> None:
    """It is as good as a name in either language only if the glossary has it."""
    known = {stem for stems in shipped.lexicon().glossary.values() for stem in stems}
    assert known >= _METALS
