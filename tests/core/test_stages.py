"""The stages that a matter goes through once, as titles name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.followup import FLAGS, State, flags, news
from bot.core.sayings import Saying
from bot.core.stages import STAGES, stages
from bot.core.text import fold

VOTES = {"Senate vote", "House vote"}


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("Weavers sue Osk over looms", "lawsuit"),
        ("织工起诉奥斯克", "lawsuit"),
        ("奥斯克创始人获刑三年", "sentence"),
        ("Osk countersues weavers", "countersuit"),
        ("Top court strikes down loom tax", "ruling"),
        ("Osk to appeal loom ruling", "appeal"),
        ("Osk appeals ruling on looms", "appeal"),
        ("奧斯克提出上訴", "appeal"),
        ("Judge dismisses weavers' suit against Osk", "dismissal"),
        ("Weavers' lawsuit thrown out", "dismissal"),
        ("Osk settles weavers' lawsuit", "settlement"),
        ("Osk trader pleads guilty", "guilty plea"),
        ("Jury convicts trader of fraud", "verdict"),
        ("Trader jailed for fraud", "sentence"),
        ("Ministry opens antitrust probe into Osk", "probe"),
        ("Osk reviews Fernlake's purchase of mills", "probe"),
        ("市场监管部门约谈奥斯克", "probe"),
        ("Osk vows countermeasures", "countermeasures"),
        ("Fernlake responds to weavers", "response"),
        ("芬湖回应织机停产：正在检修", "response"),
        ("Fernlake chief resigns", "resignation"),
        ("Fernlake files for Oslo IPO", "filing for a listing"),
        ("Fernlake prices IPO at top of range", "price of a listing"),
        ("Fernlake doubles in Hong Kong debut", "first day of trading"),
        ("芬湖登陆科创板", "first day of trading"),
        ("Governor signs loom safety bill", "a law"),
        ("Governor vetoes loom bill", "veto"),
        ("Shareholders reject Fernlake takeover", "rejection"),
        ("Fernlake completes takeover of Osk Mills", "completion"),
        ("Osk hands back mills", "handing back"),
        ("Fernlake says outage is resolved", "repair"),
        ("芬湖云：故障已修复", "repair"),
        ("Fernlake explains Tuesday's outage", "cause"),
    ],
)
def test_a_stage_is_news_of_a_story_once(title: str, stage: str) -> None:
    assert stage in stages(fold(title))
    told = State(flags=flags(fold(title)))
    assert stage in news(State(), told, 0, "")
    assert news(told, told, 0, "") == ""


@pytest.mark.parametrize(
    "title",
    [
        "Appeals court hears weavers",
        "Court of appeals rules on looms",
        "The Flash\u2019s suit is revealed",
        "Convicted baker on the run",
        "Hugh's departure from custom",
        "Wool settles higher in Oslo",
        "芬湖为什么不回应",
        "Looms in a mill",
        "Closed cases of wine",
    ],
)
def test_titles_that_name_no_stage(title: str) -> None:
    assert stages(fold(title)) == frozenset()


@pytest.mark.parametrize("said", [*STAGES, *FLAGS])
@given(st.data())
def test_no_title_that_names_a_stage_is_passed_over(said: Saying, data: st.DataObject) -> None:
    title = fold(data.draw(st.from_regex(said.pattern)))
    if said.pattern.search(title):
        name = said.name
        assert name in flags(title) or (name == "approval" and not flags(title).isdisjoint(VOTES))


def test_a_chamber_that_approves_has_passed() -> None:
    assert flags("house approves loom act") == {"House vote"} | (flags("house approves loom act") - {"approval"})
    passed, approved = (State(flags=flags(f"house {verb} loom act")) for verb in ("passes", "approves"))
    assert news(passed, approved, 0, "") == ""


@pytest.mark.parametrize(
    ("title", "flag", "is_one"),
    [
        ("千问正式开源", "confirmation", False),
        ("交易正式终止", "confirmation", True),
        ("osk officially launches loom", "confirmation", False),
        ("osk officially a member", "confirmation", True),
        ("osk publishes open-weight model", "open source", True),
        ("osk pulls loom 5 after fire", "withdrawal", True),
        ("osk pulls ahead in looms", "withdrawal", False),
        ("芬湖通过港交所聆讯", "approval", True),
    ],
)
def test_what_flags_mean(title: str, flag: str, is_one: bool) -> None:
    assert (flag in flags(title)) is is_one
