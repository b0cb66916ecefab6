"""What tells one act from the next of its kind: counts of companies, lists, places in one frame, turns."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.quantities import Quantity
from bot.core.language.sayings import Saying, starts
from bot.core.language.text import fold
from bot.core.stories.contrast import elsewhere, recounted
from bot.core.stories.counted import companies, counted, months, on_list, people, strengths
from bot.core.stories.followup import State, flags, news, told
from bot.core.stories.reversal import TURNS, WAY, opposite, ways
from bot.core.stories.veto import Contradiction, against, other_figures


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("US adds 20 Chinese chip firms to the Entity List", [20]),
        ("Twenty Chinese chipmakers put on US Entity List", [20]),
        ("Rule covers 1,240 companies", [1240]),
        ("商务部将10家美国企业列入清单", [10]),
        ("Two banks and 3 start-ups join", [2, 3]),
        ("Firms add 20 percent of companies", []),
        ("Deal of $20 companies", []),
        ("Firms in 30 countries", []),
        ("Quake kills 20", []),
    ],
)
def test_companies_that_a_title_counts(title: str, count: list[float]) -> None:
    assert [one.value for one in companies(fold(title))] == count


def test_acts_on_other_numbers_of_companies_are_other_acts() -> None:
    few, more, nearly = (companies(fold(f"US adds {n} firms to list")) for n in (20, 140, 23))
    assert other_figures(few, nearly) is None
    found = Contradiction("20 companies against 140 companies", hard=True)
    assert other_figures(few, more) == found
    assert against(State(figures=few), State(figures=more)) == found


@pytest.mark.parametrize(
    ("title", "way"),
    [
        ("US adds 28 firms to Entity List", {"onto"}),
        ("US blacklists chip firms", {"onto"}),
        ("US removes 28 firms from Entity List", {"off"}),
        ("US adds 20 firms to list, takes off two", {"onto", "off"}),
        ("商务部将15家实体移出管控名单", {"off"}),
        ("US adds jobs", set()),
        ("A list of what to read", set()),
    ],
)
def test_which_way_an_act_on_a_list_goes(title: str, way: set[str]) -> None:
    assert {told for name, told in on_list(fold(title)) if name == "list"} == way


@pytest.mark.parametrize(
    ("title", "other", "apart"),
    [
        ("China imposes export controls on antimony", "China imposes export controls on gallium and germanium", True),
        ("EU fines Meta over its market", "EU fines Apple over its market", True),
        ("EU fines Meta over its market", "EU hits Meta over its market", False),
        ("EU fines Meta 200 million euros in all", "EU fines Apple 500 million euros in all", True),
        ("Huawei unveils Ascend 960", "Huawei unveils Ascend 950", True),
        ("Quake in Iran kills 45", "Quake in Iran kills 30", False),
        ("Fund raises $30m for chips", "Fund raises $20m for chips", False),
        ("Report on Windows 2026 is out", "Report on Windows 2025 is out", False),
        ("Japan restricts exports of chip resist", "South Korea restricts exports of chip resist", True),
        ("US restricts exports of chip resist", "America restricts exports of chip resist", False),
        ("Officials restrict exports of chip resist", "Japan restricts exports of chip resist", False),
        ("Lower House Votes On Chips Bill Today", "Lower House Votes On Farms Bill Today", True),
        ("Senate Leaders Back Chips Bill", "Senate Leaders Back Farms Bill", False),
        ("Rates on chips", "Rates on cars", False),
        ("Magnitude 7 quake strikes Osk", "Magnitude 6 quake strikes Osk", False),
        ("Report on chips for Osk", "Report on big red copper kettles for Osk", False),
        ("Qantor shares plunge 18% on weak guidance", "Hullwise shares plunge 11% on weak guidance", True),
        ("Italy fines Qantor 98 million euros", "France fines Qantor 150 million euros", True),
        ("Qantor Net recalls its red kettles", "Hullwise recalls its red kettles", True),
        ("New Vale Times sues Perplexity over copyright", "Ost Tribune sues Perplexity over copyright", True),
        ("Sherwin Mills’ Quarterly Preview Is Out Now", "Centene's Quarterly Preview Is Out Now", True),
        ("HBO Releases A New Kettle Game Trailer Now", "Watch The Latest New Kettle Game Trailer Now", False),
        ("Commerce adds 20 kettle firms", "US adds 20 kettle firms", False),
        ("Commerce fines all kettle makers", "Hullwise fines all kettle makers", False),
        ("Police recall all red kettles", "Hullwise recall all red kettles", False),
        ("BoE recalls its red kettles", "Bank of England recalls its red kettles", False),
        ("It recalls its red kettles", "Hullwise recalls its red kettles", False),
        ("kettles recall its red kettles", "Hullwise recall its red kettles", False),
        ("Wool buys weaving startup Manus for $2 billion", "Wool buys loom maker Rivos for $2 billion", True),
        ("Wool buys startup Manus for $2 billion", "Wool buys big startup for $2 billion", False),
        ("Wool agrees to acquire Jos for a song", "Wool agrees to buy Jos for a song", False),
        ("Wool gives all to Jos on the way", "Wool gives all to Jos on its way", False),
        ("Mark'Deep dies in his bed", "Mark Deep dies in his bed", False),
        ("Nvidia chips for China", "Nvidia chips for China", False),
        ("Nvidia sells chips to a friend of a friend of mine", "Nvidia sells chips to China", False),
        ("商务部公布对锑实施出口管制", "商务部公布对镓锗实施出口管制", True),
        ("商务部公布对锑实施出口管制", "商务部发布对锑实施出口管制", False),
        ("商务部公布对锑实施出口管制", "商务部公布对2种金属实施出口管制", False),
        ("对锑管制", "对镓管制", False),
        ("商務部公布對銻實施出口管制", "商務部公布對鎵實施出口管制", True),
        ("工信部：就织机标准公开征求意见", "工信部：就陶瓷水壶规范公开征求意见", True),
        ("工信部：就织机标准公开征求意见", "工信部就织机安全标准公开征求意见", False),
        ("商务部对原产于美国的织机发起调查", "商务部宣布对美国纺纱织机发起调查", False),
        ("网信办发布《织机标识办法》", "网信办发布水壶管理办法", True),
        ("网信办发布《织机标识办法》", "网信办发布织机使用标识管理办法", False),
        ("网信办发布《的办法》", "网信办发布水壶管理办法", False),
        ("美联储宣布降息计划", "英国央行宣布降息计划", True),
        ("织机云大当机，多个网站打不开", "Azure大当机，多个网站打不开", False),
        ("AWS大当机，多个网站打不开", "微软Azure大当机，多个网站打不开", True),
        ("青禾农机宣布裁员", "青禾宣布裁员", False),
        ("他宣布停产水壶项目", "青禾宣布停产水壶项目", False),
        ("商务部宣布降税", "财联社宣布降税", False),
        ("奥斯克公司宣布停产的计划将在下半年继续", "芬湖公司宣布停产", False),
        ("青禾发布V4模型", "青禾发布OCR模型", True),
        ("小鹏汽车7月交付3.67万辆", "理想汽车7月交付3.07万辆", True),
        ("青禾农机回应裁员传闻", "青禾农机回应收购传闻", True),
        ("青禾农机回应裁员", "青禾农机回应裁员传闻", False),
        ("青禾发布V4模型", "青禾发布V4-Pro模型", False),
        ("青禾发布V4和R3模型", "青禾发布R3模型", False),
        ("青禾宣布下周降价新款水壶MAX", "青禾宣布下周降价旧款织机SAX", False),
        ("青禾发布AI模型", "青禾发布V4模型", False),
        ("松香期货指数14日下跌", "松香期货指数13日下跌", True),
        ("松香期货指数下跌14点", "松香期货指数下跌13点", False),
        ("松香期货指数第14日下跌", "松香期货指数第二日下跌", False),
        ("工信部将青禾列入支持名单", "工信部将蓝鲸列入支持名单", True),
        ("锑的出口管制今天起实施", "镓的出口管制今天起实施", False),
        ("商务部公布对锑实施出口管制", "商务部公布对锑实施出口管制", False),
    ],
)
def test_titles_in_one_frame_that_tell_of_something_else(title: str, other: str, apart: bool) -> None:
    assert bool(elsewhere(title, [other])) is apart
    assert bool(elsewhere(other, [title])) is apart


def test_a_story_that_tells_of_both_takes_either() -> None:
    told_of = ["China imposes export controls on gallium", "Antimony too: China widens controls"]
    assert elsewhere("China imposes export controls on antimony", told_of[:1]) == "antimony in the place of gallium"
    assert elsewhere("China imposes export controls on antimony", told_of) == ""


def test_another_name_of_one_company_is_no_other() -> None:
    title, other = "Google recalls its red kettles", "Alphabet recalls its red kettles"
    assert elsewhere(title, [other]) == "google in the place of alphabet"
    assert elsewhere(title, [other], frozenset({"alphabet", "googl"})) == ""
    zh, latin = "深度求索宣布裁员计划", "谷歌宣布裁员计划"
    assert elsewhere(zh, [latin])
    assert not elsewhere(zh, [latin], frozenset({"谷歌"}))
    assert not elsewhere(latin, [zh], frozenset({"深度", "度求", "求索"}))
    assert elsewhere("Huawei unveils Ascend 960", ["Huawei unveils Ascend 950"], frozenset({"950"}))


@pytest.mark.parametrize(
    ("title", "others", "figure"),
    [
        ("Osk to cut 9,000 jobs", ["Osk to cut 6,000 jobs"], "9,000"),
        ("Osk to cut 6,100 jobs", ["Osk to cut 6,000 jobs"], ""),
        ("Osk to cut 9,000 jobs", ["Osk to cut 6,000 jobs", "Now 9,000 jobs go at Osk"], ""),
        ("Osk to cut 9,000 jobs", ["6,000 jobs to go at Osk"], ""),
        ("Osk to cut jobs", ["Osk to cut jobs"], ""),
        ("Price of wool on July 2, 2026", ["Price of wool on July 1, 2026"], ""),
        ("Osk at 10:45: looms burn", ["Osk at 10:15: looms burn"], ""),
        ("织机厂火灾致9人死亡", ["织机厂火灾致5人死亡"], "9"),
    ],
)
def test_a_figure_told_in_the_words_of_another(title: str, others: list[str], figure: str) -> None:
    assert recounted(title, others) == figure


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Magnitude 7.1 earthquake strikes Osk", [7.1]),
        ("5.4-magnitude quake off Osk", [5.4]),
        ("6.0 quake off Osk", [6.0]),
        ("奥斯克发生7.1级地震", [7.1]),
        ("Quake off Osk", []),
        ("12级台风", []),
    ],
)
def test_how_strong_an_earthquake_was(title: str, found: list[float]) -> None:
    assert [one.value for one in strengths(fold(title))] == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("TSMC June sales rise", [6]),
        ("Chip exports in July rise", [7]),
        ("May chip exports rise", []),
        ("May exports rise", [5]),
        ("US may curb exports", []),
        ("比亚迪：10月新能源汽车销量44万辆", [10]),
        ("台積電6月營收年增27%", [6]),
        ("10月的一天", []),
    ],
)
def test_which_months_results_are_told(title: str, found: list[float]) -> None:
    assert [one.value for one in months(fold(title))] == found


def test_another_month_or_a_far_stronger_quake_is_another_event() -> None:
    one, other, nearly = (counted(f"magnitude {n} quake") for n in ("7.1", "5.4", "7.0"))
    assert other_figures(one, nearly) is None
    assert other_figures(one, other) == Contradiction("magnitude 7.1 against magnitude 5.4", hard=True)
    june, july = (counted(f"{month} sales rise") for month in ("june", "july"))
    assert other_figures(june, july) == Contradiction("month 6 against month 7", hard=True)


def test_a_country_is_one_with_dots_and_without() -> None:
    assert elsewhere("Envoys sway islanders to join U.S.", ["Envoys sway islanders to join US"]) == ""
    assert (
        elsewhere("Envoys sway islanders to join U.S.", ["Envoys sway islanders to join EU"]) == "us in the place of eu"
    )


@pytest.mark.parametrize(
    ("title", "way"),
    [
        ("US bans chip exports to China", ["forbidden"]),
        ("US lifts ban on chip exports", ["allowed"]),
        ("Netherlands eases chip tool export rules", ["allowed"]),
        ("Treasury yields fall after report", ["down"]),
        ("Fed raises rates", ["up"]),
        ("Fed cuts rates", ["down"]),
        ("Chip stocks rose after the vote", ["up"]),
        ("Chip stocks rallied after the vote", ["up"]),
        ("Sales to China are permitted again", ["allowed"]),
        ("Sales to China not permitted", ["forbidden"]),
        ("Maker can't allow resale", ["forbidden"]),
        ("Customs told to stop H200 shipments at the border", ["forbidden"]),
        ("H200芯片暂不得入境", ["forbidden"]),
        ("H200芯片不被允许入境", ["forbidden"]),
        ("商务部未批准出口申请", ["forbidden"]),
        ("商务部批准出口申请", ["allowed"]),
        ("H200出口被批准", ["allowed"]),
        ("Nvidia shares fall 8%", ["down"]),
        ("Court rules against Anthropic", ["lost"]),
        ("Commerce issues final rule", ["in force"]),
        ("Trump revokes order", ["undone"]),
        ("美联储宣布降息", ["down"]),
        ("Team wins after it lost twice", []),
        ("Chips for boats", []),
        ("Norway rejects the merger", ["forbidden"]),
    ],
)
def test_which_way_something_goes(title: str, way: list[str]) -> None:
    assert sorted(ways(fold(title))) == [WAY + one for one in way]


def test_a_turn_is_news_once_and_a_first_way_is_none() -> None:
    banned, allowed = (State(flags=flags(fold(title))) for title in ("US bans H20 sales", "US allows H20 sales"))
    assert news(State(), allowed, 0, "", "") == ""
    assert news(banned, allowed, 0, "", "") == "reversal"
    assert news(told(banned, allowed), allowed, 0, "", "") == ""
    assert opposite(f"{WAY}allowed") == f"{WAY}forbidden"
    assert opposite(f"{WAY}lost") == f"{WAY}won"


@pytest.mark.usefixtures("untraced")
@given(st.sampled_from([said for turn in TURNS for said in turn]), st.data())
def test_no_title_that_says_a_way_is_passed_over(said: Saying, data: st.DataObject) -> None:
    title = fold(data.draw(st.from_regex(said.pattern.pattern)))
    if said.pattern.search(title):
        assert not said.begins.isdisjoint(starts(title))


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("US adds 28 firms to Entity List", {"us"}),
        ("Taiwan puts Huawei on its export list", {"taiwan"}),
        ("台湾将华为列入管制清单", {"taiwan"}),
        ("商务部将15家实体移出管控名单", {"china"}),
        ("China vows measures after US adds 19 firms to Entity List", {"us"}),
        ("商务部新闻发言人就美将多家中企列入实体清单答记者问", {"us"}),
        ("Huawei added to a list", set()),
        ("Taiwan reads a list", set()),
    ],
)
def test_whose_list_it_is(title: str, who: set[str]) -> None:
    assert {told for name, told in on_list(fold(title)) if name == "lister"} == who


def test_two_states_that_list_one_company_do_two_things() -> None:
    one, other = (State(versions=on_list(fold(f"{state} adds Huawei to export list"))) for state in ("US", "Taiwan"))
    assert against(one, other) == Contradiction("lister us is not lister taiwan", hard=True)


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("Two men charged over chips in fish crates", [2]),
        ("Three others are charged over chips in fish crates", [3]),
        ("US charges three more men over chips in fish crates", [3]),
        ("Police arrest 12 people at the dock", [12]),
        ("检方起诉三人走私芯片", [3]),
        ("2名工程师因走私芯片被捕", [2]),
        ("Two men charge phones", []),
        ("Three people at the dock", []),
        ("Dock is open", []),
    ],
)
def test_people_whom_a_title_says_are_charged(title: str, count: list[float]) -> None:
    assert [one.value for one in people(fold(title))] == count


def test_others_who_are_charged_are_news_and_the_same_ones_are_not() -> None:
    two, three = (State(figures=people(fold(f"{n} men charged"))) for n in ("Two", "Three"))
    assert news(two, three, 0, "", "") == "another number of people: 3"
    assert news(two, two, 0, "", "") == ""
    assert news(State(), three, 0, "", "") == ""
    assert news(told(two, three), three, 0, "", "") == ""


def test_all_that_is_new_is_named() -> None:
    more = State(flags=frozenset({"delay", f"{WAY}allowed", "exclusive report"}))
    assert news(State(), more, 0, "", "") == "delay, exclusive report"
    assert news(State(flags=frozenset({f"{WAY}forbidden"})), more, 0, "", "") == "delay, exclusive report, reversal"


def test_another_round_of_money_within_hours_is_news() -> None:
    def raised(sum_: float, who: str = "raises") -> State:
        return State(figures=(Quantity(sum_, "$"),), versions=frozenset({(who, "tillow")}))

    def told_of(old: State, more: State) -> str:
        return news(old, more, 0, "", "Tillow raises $150 million to go with its $20 million")

    assert told_of(raised(2e7), raised(1.5e8)) == "another round: $150 million"
    assert told_of(replace(raised(2e7), leads=raised(1.5e8).figures), raised(1.5e8)) == ""
    assert told_of(raised(2e7), raised(2.4e7)) == ""
    assert told_of(raised(2e7), raised(1.5e8, "lists")) == ""
    more, before = (
        replace(raised(n), figures=(Quantity(n, "$"), Quantity(m, "shares"))) for n, m in ((1.5e8, 2e7), (2e7, 1.5e8))
    )
    assert told_of(raised(2e7), more) == told_of(before, raised(1.5e8)) == "another round: $150 million"
    assert told_of(raised(2e7), State(versions=frozenset({("raises", "tillow")}))) == ""


@pytest.mark.parametrize(
    ("title", "way"),
    [
        ("Tillow launches its weeding robot", ["out"]),
        ("Introducing Loom 5", ["out"]),
        ("织机公司发布新款机器人", ["out"]),
        ("Tillow delays launch of its weeding robot", ["put off"]),
        ("Launch of the weeding robot is delayed", ["put off"]),
        ("织机公司推迟发布新款机器人", ["put off"]),
        ("织机公司将发布新款机器人", []),
        ("Tillow wants to launch a robot", []),
    ],
)
def test_what_is_out_and_what_is_put_off(title: str, way: list[str]) -> None:
    assert [one.removeprefix(WAY) for one in ways(fold(title))] == way
