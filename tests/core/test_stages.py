"""The stages that a matter goes through once, as titles name them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.language.sayings import Saying
from bot.core.language.text import fold
from bot.core.stories.aftermath import AFTERMATH
from bot.core.stories.followup import AGAIN_MS, FLAGS, State, flags, lead_flags, news
from bot.core.stories.stages import STAGES, stages

pytestmark = pytest.mark.usefixtures("untraced")

MORE_EXACTLY = {"approval": ("Senate vote", "House vote"), "response": ("a state's response",)}
"""What a title says that says more than a flag of its own."""


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
        ("Fernlake launches $2 billion Oslo IPO", "share offering"),
        ("芬湖招股，拟募资50亿", "share offering"),
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
        ("Fernlake explains what knocked its cloud over", "cause"),
        ("Osk says mills are back to normal after power dip", "repair"),
        ("Weavers' case against Osk can proceed, judge says", "ruling"),
        ("Judge rules Osk must face weavers", "ruling"),
        ("Osk loses bid to end weavers' lawsuit", "ruling"),
        ("陪审团裁定奥斯克未违约", "verdict"),
        ("Jury sides with Osk over looms", "verdict"),
        ("Osk to pay $9 million to settle loom allegations", "settlement"),
        ("Osk Mills Ltd. - Application Proof (1st submission)", "filing for a listing"),
        ("证监会同意青禾科技科创板IPO注册", "registration of a listing"),
        ("证监会：青禾科技境外发行上市获备案", "registration of a listing"),
        ("Osk sets Oslo IPO price", "price of a listing"),
        ("Osk fabs resume after quake", "repair"),
        ("奥斯克各厂区已恢复运作", "repair"),
        ("China vows measures over looms", "a state's response"),
        ("商务部新闻发言人就织机清单答记者问", "a state's response"),
        ("外交部回应织机清单：坚决反对", "a state's response"),
        ("Osk chief retires", "resignation"),
        ("Ministry fines Osk over looms", "a fine"),
        ("市场监管总局对奥斯克罚款3亿元", "a fine"),
        ("Osk asks top court to hear loom case", "appeal"),
    ],
)
def test_a_stage_is_news_of_a_story_once(title: str, stage: str) -> None:
    assert stage in stages(fold(title))
    told = State(flags=flags(fold(title)))
    assert stage in news(State(), told, 0, "", "")
    assert news(told, told, 0, "", "") == ""


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
        "Osk retires its oldest looms",
        "A fine day for looms",
    ],
)
def test_titles_that_name_no_stage(title: str) -> None:
    assert stages(fold(title)) == frozenset()


def told_of(title: str, lead: str = "") -> State:
    return State(flags=flags(fold(title)) | lead_flags(fold(lead)))


@pytest.mark.parametrize(
    ("title", "lead", "later"),
    [
        ("US fines Osk over looms", "Osk agreed to pay $9 million to settle allegations.", "Osk to settle US claims"),
        ("Osk publishes Loom 5", "Its weights stand under the Apache 2.0 license.", "Osk open-sources Loom 5"),
        ("Three charged over looms", "The indictment follows a lawsuit by weavers.", "Weavers sue Osk over looms"),
        ("Robot maker Osk goes public", "Osk priced its IPO at 12 crowns.", "奥斯克发行价定为12元"),
    ],
)
def test_what_the_lead_of_a_first_report_said_is_no_news_within_hours(title: str, lead: str, later: str) -> None:
    before, now = told_of(title, lead), told_of(later)
    assert news(told_of(title), now, 0, "", "")
    assert news(before, now, AGAIN_MS - 1, "", "") == ""
    assert news(before, now, AGAIN_MS, "", "")


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("Judge rules Osk must face trial over looms", "Osk loses bid to end weavers' lawsuit"),
        ("Judge rules Osk must face trial over looms", "Judge denies Osk's motion over looms"),
        ("Jury sides with Osk over looms", "Osk wins trial as jury rejects weavers' claims"),
        ("Jury sides with Osk over looms", "陪审团裁定奥斯克未违约"),
        ("Osk loses appeal over looms", "奥斯克织机案上诉败诉"),
        ("芬湖上市首日大涨", "芬湖此前递交招股书"),
        ("Fernlake tells mills to hold off on Osk looms", "Fernlake urges mills to pause Osk orders"),
        ("Osk wins US licences for looms", "Osk gets US approval to sell looms"),
        ("Osk published the model Loom-5 on Hugging Face", "Osk releases open-weight Loom 5"),
        ("Weavers' suit against Osk can go forward, judge says", "Osk loses bid to toss weavers' lawsuit"),
        ("Judge declines to dismiss weavers' case against Osk", "法官驳回奥斯克撤案动议"),
        ("Osk pushes Loom 5 back by a quarter", "奥斯克织机五代推迟一个季度"),
        ("Osk denies it is in talks with Fernlake", "Osk has no plans to merge with Fernlake"),
        ("奥斯克：没有与芬湖合并的计划", "Osk denies merger with Fernlake"),
        ("Osk keeps its forecast after wool curbs", "Osk says wool curbs will not change its forecast"),
        ("Osk keeps its forecast after wool curbs", "奥斯克：羊毛管制不会影响业绩展望"),
        ("Osk keeps its forecast after wool curbs", "Osk won't be hurt by wool curbs, it says"),
    ],
)
def test_one_stage_in_other_words_is_told_once(first: str, later: str) -> None:
    assert news(told_of(first), told_of(later), 0, "", "") == ""


@pytest.mark.parametrize(
    ("first", "later", "fresh"),
    [
        ("Osk in talks to buy Fernlake", "Osk to acquire Fernlake", "a deal"),
        ("Osk in talks to buy Fernlake", "Osk in advanced talks to acquire Fernlake", ""),
        ("Osk buys Fernlake", "Osk agrees to buy Fernlake", ""),
        ("奥斯克据悉洽购芬湖", "奥斯克宣布收购芬湖", "a deal"),
        ("Weavers weigh action against Osk", "Weavers sue Osk over looms", "lawsuit"),
        ("Judge rules for Osk on looms", "Jury finds against Osk on looms", "verdict"),
    ],
)
def test_what_is_agreed_after_talks_is_news(first: str, later: str, fresh: str) -> None:
    assert news(told_of(first), told_of(later), 0, "", "") == fresh


@pytest.mark.parametrize(
    ("first", "later", "fresh"),
    [
        ("Osk launches Loom 5", "Osk raises price of Loom 5", "price change"),
        ("Loom 5 is out", "Loom 5 is cheaper by half", "price change"),
        ("Osk open-sources Loom 5", "Loom 5 outage hits weavers", "outage"),
        ("奥斯克发布织机5", "织机5宕机", "outage"),
        ("Loom 5 down for thousands of weavers", "织机5宕机", ""),
        ("Osk and Fernlake scrap merger", "奥斯克终止与芬湖合并", ""),
        ("芬湖今日上市", "芬湖登陆科创板", ""),
        ("芬湖发行价定为12元", "芬湖此前招股", ""),
        ("Loom 5 released by Osk", "Italy bans Loom 5", "ban"),
        ("Osk unveils Loom 5", "Loom 5 jailbroken within hours", "flaw"),
        ("奥斯克推出织机5", "织机5被指抄袭", "accusation"),
        ("Osk unveils Loom 5", "Weavers criticise Loom 5", "accusation"),
        ("Osk unveils Loom 5 at a lower price", "Osk cuts the price of Loom 5", ""),
        ("Osk to release Loom 5", "Osk cuts the price of Loom 5", ""),
        ("Weavers strike at Osk", "Osk cuts prices", ""),
        ("Loom 5 cheaper by half", "Loom 5 hacked", "flaw"),
        ("What Loom 5 cost", "Italy bans Loom 5", "ban"),
        ("Italy restricts Loom 5", "Loom 5 banned in Italy", ""),
        ("Osk cloud outage explained: root cause of outage was a loom", "Osk outage over", ""),
        ("奥斯克发布织机5", "不排除涨价可能", ""),
    ],
)
def test_what_happens_to_a_product_is_news_of_its_launch_alone(first: str, later: str, fresh: str) -> None:
    assert news(told_of(first), told_of(later), 0, "", "") == fresh


@pytest.mark.parametrize("said", [*STAGES, *FLAGS, *AFTERMATH])
@settings(max_examples=20)  # of each of them, others each time
@given(st.data())
def test_no_title_that_names_a_stage_is_passed_over(said: Saying, data: st.DataObject) -> None:
    title = fold(data.draw(st.from_regex(said.pattern.pattern)))
    if said.pattern.search(title):
        name, found = said.name, flags(title)
        assert name in found or not found.isdisjoint(MORE_EXACTLY.get(name, ()))


def test_a_chamber_that_approves_has_passed() -> None:
    assert flags("house approves loom act") == {"House vote"} | (flags("house approves loom act") - {"approval"})
    passed, approved = (State(flags=flags(f"house {verb} loom act")) for verb in ("passes", "approves"))
    assert news(passed, approved, 0, "", "") == ""


@pytest.mark.parametrize(
    ("title", "flag", "is_one"),
    [
        ("千问正式开源", "confirmation", False),
        ("织机应用正式上架", "confirmation", False),
        ("芬湖官宣建厂", "confirmation", False),
        ("osk has officially lost the plot", "confirmation", False),
        ("osk publishes open-weight model", "open source", True),
        ("osk pulls loom 5 after fire", "withdrawal", True),
        ("osk pulls ahead in looms", "withdrawal", False),
        ("芬湖通过港交所聆讯", "approval", True),
        ("osk's central bank raises interest rates", "rate decision", True),
        ("央行宣布降息25个基点", "rate decision", True),
        ("osk's central bank to raise rates, economists say", "rate decision", False),
    ],
)
def test_what_flags_mean(title: str, flag: str, is_one: bool) -> None:
    assert (flag in flags(title)) is is_one


@pytest.mark.parametrize(
    "title",
    ["智谱上市首日：开源模型公司的资本答卷", "Open-source model startup lists in Hong Kong", "开源社区迎来新主席"],
)
def test_what_somebody_is_said_to_be_is_no_release(title: str) -> None:
    assert "open source" not in flags(fold(title))
