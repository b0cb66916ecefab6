"""What a report that fits a story is to it: another matter, the same told again, or what came next."""

from __future__ import annotations

import pytest

from bot.core.model import Entry
from bot.core.stories.again import (
    another_day,
    another_matter,
    copies_another,
    copies_with_news,
    figures_apart,
    matter,
    tells_again,
)
from bot.core.stories.cluster import StoryView, document
from bot.core.stories.commonness import Commonness
from bot.core.stories.score import Judged, judge
from bot.core.stories.side import Member, Side, member
from bot.core.stories.weights import DEFAULT

HOUR = 3_600_000
FIRST = "Tillow opens a plough works in Oslo with 300 staff"
AGAIN = "Plough works in Oslo opened by Tillow, 300 staff"
OTHER = "Tillow opens a bakery in Lisbon with 45 staff"
NEXT = "Insurers weigh 7 claims of farmers after a blaze at Tillow"
ZH_FIRST = "青禾农机奥斯陆犁具厂开业 雇用300人 月产80台 占地6公顷"
ZH_AGAIN = "青禾农机犁具厂在奥斯陆开业，300人月产80台，占地6公顷"
ZH_OTHER = "青禾农机里斯本面包厂开业 首日卖出4500个，补货2次，排队7小时"


def read(title: str, source: str = "") -> Member:
    return member(document(Entry("1", "", title, source=source)).features, Commonness(), source=source)


def story(*reports: Member) -> StoryView:
    return StoryView(1, len(reports), 0, 0, {reports[0].script: Side(reports, len(reports))})


def said(one: Member, view: StoryView, meant: float = 0.0) -> Judged:
    return judge(one, view.sides[one.script], DEFAULT)._replace(meant=meant)


@pytest.mark.parametrize(
    ("first", "title", "another"),
    [(FIRST, AGAIN, False), (FIRST, OTHER, True), (ZH_FIRST, ZH_AGAIN, False), (ZH_FIRST, ZH_OTHER, True)],
)
def test_another_event_in_the_same_words(first: str, title: str, another: bool) -> None:
    one, view = read(title), story(read(first))
    found = another_matter(one, view, said(one, view), 9 * HOUR)
    assert (found is not None) is another
    assert found is None or (found.hard and found.reason == "another matter in the same words")


def test_what_words_cannot_tell_is_not_asked() -> None:
    one, view = read(OTHER), story(read(FIRST))
    assert another_matter(one, view, said(one, view), 9 * HOUR)
    assert not another_matter(one, view, said(one, view, meant=0.7), 9 * HOUR)
    assert not another_matter(one, view, Judged(0.9, 0.2, (0.1,) * 6), 9 * HOUR)
    assert not another_matter(one, story(read(ZH_FIRST)), said(one, view), 9 * HOUR)
    sentence = read(
        f"{OTHER}, where it means to bake what fishermen, sailors and those who mend their nets eat at dawn"
    )
    assert not another_matter(sentence, view, said(sentence, view), 9 * HOUR)


def test_the_same_is_told_again_and_what_came_next_is_not() -> None:
    view = story(read(FIRST))
    for title, again in ((AGAIN, True), (NEXT, False)):
        one = read(title)
        assert tells_again(one, view, said(one, view), HOUR) is again


def test_an_outlet_seldom_tells_one_thing_twice() -> None:
    title = "King tours plough works that Tillow opened in Oslo"
    view = story(read(FIRST, "Harbour Post"))
    theirs, own, nobody = (read(title, source) for source in ("Bay News", "Harbour Post", ""))
    assert tells_again(theirs, view, said(theirs, view), 40 * HOUR)
    assert not tells_again(own, view, said(own, view), 40 * HOUR)
    assert tells_again(nobody, story(read(FIRST)), said(nobody, view), 40 * HOUR)


def test_an_official_paper_is_silent_only_where_it_is_surely_the_same() -> None:
    title = "King tours plough works that Tillow opened in Oslo"
    for told, again in ((title, False), (AGAIN, True)):
        one, view = read(told), story(read(FIRST))
        assert tells_again(one, view, said(one, view), 40 * HOUR)
        assert tells_again(one, view, said(one, view), 40 * HOUR, official=True) is again


def test_what_nobody_can_compare_is_told_again() -> None:
    one, view = read(NEXT), story(read(FIRST))
    assert not tells_again(one, view, said(one, view), HOUR)
    assert tells_again(one, view, said(one, view, meant=0.95), HOUR)
    assert tells_again(one, view, Judged(0.9, 0.2, (0.1,) * 6), HOUR)
    assert tells_again(one, story(read(ZH_FIRST)), said(one, view), HOUR)


def test_the_next_official_paper_is_told_within_the_hour_too() -> None:
    one, view = (
        read("Commerce holds hearing on connected trucks rule"),
        story(read("Commerce proposes rule on connected trucks")),
    )
    assert tells_again(one, view, said(one, view), HOUR)
    assert not tells_again(one, view, said(one, view), HOUR, official=True)


def test_reports_without_a_title() -> None:
    one = read("")
    view = story(one)
    assert not tells_again(one, view, said(one, view), 72 * HOUR)


def test_a_copy_tells_the_same_more_or_something_else() -> None:
    view = story(read(FIRST))
    for title, another, more in ((AGAIN, False, False), (OTHER, True, True)):
        one = read(title)
        assert copies_another(one, view, HOUR) is another
        assert copies_with_news(one, view, HOUR) is more
    zh = story(read(ZH_FIRST))
    assert not copies_another(read(OTHER), zh, HOUR)
    assert not copies_with_news(read(OTHER), zh, HOUR)


def test_an_outlets_own_copy_has_news_where_anothers_has_none() -> None:
    title = "King tours plough works that Tillow opened in Oslo"
    view = story(read(FIRST, "Harbour Post"))
    assert copies_with_news(read(title, "Harbour Post"), view, 9 * HOUR)
    assert not copies_with_news(read(title, "Bay News"), view, 9 * HOUR)
    assert not copies_another(read(title, "Harbour Post"), view, 9 * HOUR)


def test_how_likely_a_report_is_of_a_matter() -> None:
    view = story(read(FIRST))
    same, other = (matter(one, view, said(one, view), 9 * HOUR) for one in map(read, (AGAIN, OTHER)))
    assert same is not None
    assert other is not None
    assert other < 0.5 < 0.9 < same
    assert matter(read(OTHER), story(read(ZH_FIRST)), Judged(0.9, 0.2, ()), HOUR) is None


def test_titles_that_tell_a_figure_each() -> None:
    view = story(read(FIRST))
    assert figures_apart(read(OTHER), view)
    assert not figures_apart(read(AGAIN), view)
    assert not figures_apart(read("Tillow opens a bakery in Lisbon"), view)
    assert not figures_apart(read(OTHER), story(read(ZH_FIRST)))


@pytest.mark.parametrize(
    ("first", "title", "another"),
    [
        ("Plough market opens flat on May 4", "Plough market opens flat on May 5", True),
        ("犁具协会3月5日报价持平", "犁具协会3月6日报价持平", True),
        ("Plough market opens flat on May 4", "Plough market opens flat, May 4", False),
        ("Plough market opens flat on May 4", "Plough market opens flat", False),
        ("Tillow opens works on May 4", "Strike at Tillow ends after talks, ministers say, on May 9", False),
    ],
)
def test_the_same_of_another_day_is_neither_told_again_nor_copied(first: str, title: str, another: bool) -> None:
    one, view = read(title), story(read(first))
    assert another_day(one, view) is another
    found = another_matter(one, view, said(one, view), HOUR)
    assert (found is not None and found.reason == "another day in the same words") is another
    assert copies_another(one, view, HOUR) or not another


def test_days_in_another_language_are_not_compared() -> None:
    assert not another_day(read("犁具协会3月6日报价持平"), story(read("Plough market opens flat on March 5")))
