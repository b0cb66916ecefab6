"""A report that stood alone is taken into the story that it tells of, once there is one that is sure of itself."""

from __future__ import annotations

from dataclasses import replace

from bot.core.model import Entry
from bot.core.stories.cluster import document, lone_story
from bot.core.stories.commonness import Commonness
from bot.core.stories.merging import looked_back
from bot.core.stories.score import judged_by
from bot.core.stories.side import member
from bot.core.stories.views import StoryView
from bot.core.stories.weights import DEFAULT
from tests.stories.twins import twins

COMMON = Commonness()
CAPTURE = [entry for entry, event in twins() if event == "Mysore"]
COLUMN = Entry(
    "",
    "",
    "What a raid of pirates feels like",
    "First one hears the boats. Then one prays. A cook of the Gibe has told his paper of fear and of a helicopter over "
    "the Gulf of Aden that he will not forget as long as he lives.",
)


def story(*entries: Entry) -> StoryView:
    return lone_story([document(entry) for entry in entries], COMMON)


def score(entry: Entry, view: StoryView) -> float:
    return judged_by(member(document(entry).features, COMMON), view, DEFAULT).score


def test_a_column_becomes_part_of_the_story_that_it_is_about() -> None:
    grown, column = story(*CAPTURE), story(COLUMN)
    assert DEFAULT.back < score(COLUMN, grown) < DEFAULT.merge
    assert looked_back(grown, [column], DEFAULT) == [column]


def test_a_title_that_says_nothing_of_it_is_no_hindrance() -> None:
    """Columns are headed by a word of their writer's; the text tells what they are about."""
    grown, column = story(*CAPTURE), story(replace(COLUMN, title="Dinner at eight"))
    assert looked_back(grown, [column], DEFAULT) == [column]


def test_a_column_with_hardly_a_word_of_the_story_is_part_of_it_too() -> None:
    said = (
        "A cook from Yemen has told his paper of fear and of a helicopter that he will not forget as long as he lives."
    )
    memory = replace(COLUMN, summary=f"First one hears the boats. Then one prays. {said} His mother waited at home.")
    grown, alone = story(*CAPTURE), story(memory)
    assert DEFAULT.back < score(memory, grown) < 0.1
    assert looked_back(grown, [alone], DEFAULT) == [alone]


def test_a_report_of_something_else_stays_alone() -> None:
    said = (
        "Cooks from Yemen and Somalia meet in Delhi this week; a jury of sailors is to say whose bread lasts longest."
    )
    contest = replace(COLUMN, title="Bread for a long hour", summary=f"{said} The winner is given an oven.")
    assert looked_back(story(*CAPTURE), [story(contest)], DEFAULT) == []


def test_not_before_the_story_has_grown() -> None:
    few = story(*CAPTURE[:4])
    assert score(COLUMN, few) > DEFAULT.back
    assert looked_back(few, [story(COLUMN)], DEFAULT) == []


def test_two_reports_need_more_for_they_are_a_story() -> None:
    assert DEFAULT.back < score(COLUMN, story(*CAPTURE)) < DEFAULT.merge
    assert looked_back(story(*CAPTURE), [story(COLUMN, COLUMN)], DEFAULT) == []


def test_a_bare_headline_needs_more_for_it_tells_little() -> None:
    grown, headline = story(*CAPTURE), Entry("", "", "Cook of the Gibe tells of fear in the gulf")
    assert DEFAULT.back < score(headline, grown) < DEFAULT.merge
    assert looked_back(grown, [story(headline)], DEFAULT) == []


def test_what_comes_days_later_is_surely_of_the_matter_or_not_part_of_it() -> None:
    grown = story(*CAPTURE)
    soon, late = (at_hours(story(COLUMN), hours) for hours in (10, 40))
    assert looked_back(grown, [soon], DEFAULT) == [soon]
    assert looked_back(grown, [late], DEFAULT) == []
    assert looked_back(grown, [late, soon], DEFAULT) == [soon]


def at_hours(view: StoryView, hours: int) -> StoryView:
    return replace(view, first_at=hours * 3_600_000, last_at=hours * 3_600_000)


def test_a_passage_in_chinese_needs_more_for_its_model_gives_more_to_strangers() -> None:
    told = [
        "海港队主场两分险胜山城队，主力后卫出战四十分钟拿下全场最高分，赛后主教练表示球队防守做得很好",
        "常规赛海港队主场两分险胜山城队，主力后卫拿下全场最高分三十八分，山城队三连胜被终结",
        "两分险胜山城队，海港队主场终结对手三连胜，主力后卫三十八分全场最高，主教练称赞防守",
        "主力后卫三十八分，海港队主场险胜山城队两分，对手连胜终结，赛后主教练称防守很好",
        "海港队险胜山城队两分，主力后卫拿下三十八分，山城队连胜被终结，主场球迷欢呼",
    ]
    grown = story(*(Entry("", "", text[:18], text, lang="zh") for text in told))
    said = (
        "海港队、全场最高分的故事成了城北小学的话题，陪三百个孩子上了一堂体育课，孩子们收到签名海报和新篮球，"
        "校长说这是学校建校以来最热闹的一天，下学期会开设新的兴趣班，也欢迎更多家长报名参加志愿活动，"
        "放学路上还下起了小雨，门口的小店卖完了所有饮料，司机师傅等到天黑才离开，第二天报纸登出了合影。"
    )
    other = Entry("", "", "海港队到访小学", said, lang="zh")
    assert DEFAULT.back < score(other, grown) < DEFAULT.merge
    assert looked_back(grown, [story(other)], DEFAULT) == []
