"""A story that turned out to be two: when it is taken apart, and when not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.core.model import Entry
from bot.core.stories.cluster import document, lone_story
from bot.core.stories.commonness import Commonness
from bot.core.stories.followup import State, part_of, parted
from bot.core.stories.merging import linked
from bot.core.stories.side import Member, member
from bot.core.stories.splitting import Parts, enough, parts
from bot.core.stories.views import StoryView
from bot.core.stories.weights import DEFAULT
from bot.core.units import DAY_MS
from tests.stories.falls import falls
from tests.stories.twins import twins

COMMON = Commonness()


def members(entries: Sequence[Entry]) -> list[Member]:
    return [member(document(entry).features, COMMON) for entry in entries]


def apart(entries: Sequence[Entry]) -> Parts | None:
    return parts(members(entries), [entry.at // DAY_MS for entry in entries], DEFAULT)


TWINS = [entry for entry, _ in twins()]
ONE, OTHER = TWINS[::2], TWINS[1::2]


def test_two_captures_are_told_apart_by_their_ships_and_counts() -> None:
    found = apart(TWINS)
    assert found
    assert (found.one, found.other) == (tuple(range(0, 12, 2)), tuple(range(1, 12, 2)))
    assert {"mysor", "gibe", "#23"} <= set(found.marks)
    assert {"sukanya", "#26"} <= set(found.other_marks)


def test_two_events_are_told_apart_by_their_words_where_nothing_named_marks_one() -> None:
    found = apart(falls())
    assert found
    assert (found.one, found.other) == (tuple(range(0, 10, 2)), tuple(range(1, 10, 2)))
    assert {"brother", "cave"} <= set(found.marks)
    assert {"rait", "gaskin"} <= set(found.other_marks)


def test_a_report_goes_where_its_words_belong_whatever_it_names() -> None:
    misleading = Entry(
        "",
        "",
        "A Sukanya for the Gibe",
        "Grenades and ladders were found where pirates had chased a ship in the Gulf of Aden; a helicopter fired and "
        "the boat was boarded. Ethiopian sailors heard shots, called for help and spoke of a long hour.",
    )
    found = apart([*TWINS, misleading])
    assert found
    assert found.one == (*range(0, 12, 2), 12)


def test_the_first_report_is_of_the_first_part_whatever_comes_first() -> None:
    found = apart([*OTHER, *ONE])
    assert found
    assert found.one == tuple(range(6))
    assert "sukanya" in found.marks


def test_one_event_stays_one_story() -> None:
    assert apart(ONE) is None
    assert apart([*ONE, *ONE]) is None  # told twice, it is still one


def test_a_few_reports_are_too_few_to_tell() -> None:
    assert not enough(7)
    assert apart([*ONE[:4], *OTHER[:3]]) is None
    assert apart([*ONE, *OTHER[:3]]) is None


def test_bare_headlines_tell_too_little() -> None:
    assert apart([replace(one, summary="") for one in TWINS]) is None


def test_nothing_is_nothing() -> None:
    assert parts([], [], DEFAULT) is None


def test_a_part_without_marks_of_its_own_is_no_story() -> None:
    """A long report names more than a short one: that one part lacks what the other has is not enough."""
    plain = [
        Entry("", "", f"Indian navy captures pirates in Gulf of Aden, {word}", "A vessel was saved.")
        for word in ("again", "officials", "reports", "now", "today")
    ]
    assert apart([*plain, *ONE]) is None


def test_days_are_no_marks() -> None:
    """An event is told of on several days."""
    told = "A vessel was saved by a warship in the Gulf of Aden, and the men who had chased it were disarmed and held."
    early = [replace(one, summary=f"{told} It was on Monday, {_filler(at)}.") for at, one in enumerate(ONE)]
    late = [replace(one, summary=f"{told} It was on Friday, {_filler(9 + at)}.") for at, one in enumerate(ONE)]
    assert apart([*early, *late]) is None


def test_reports_of_one_day_that_name_two_weekdays_tell_of_two_events() -> None:
    assert apart(_alike("")) is None
    found = apart(_alike(" on Monday", " on Thursday"))
    assert found
    assert found.one == tuple(range(0, 12, 2))


def test_reports_of_several_days_that_each_name_their_own_tell_of_a_story_that_goes_on() -> None:
    later = 3 * DAY_MS
    told = [
        replace(one, first_seen=one.at + later * (at % 2), published=None)
        for at, one in enumerate(_alike(" on Monday", " on Thursday"))
    ]
    assert apart(told) is None


def _alike(*days: str) -> list[Entry]:
    """The twins with one more sentence that all of them share but for the day."""
    told = (
        "A vessel was saved by a warship in the Gulf of Aden{}, and the men who had chased it were disarmed and held."
    )
    return [replace(one, summary=f"{one.summary} {told.format(days[at % len(days)])}") for at, one in enumerate(TWINS)]


@pytest.mark.usefixtures("untraced")
def test_many_reports_are_looked_at_in_part_and_all_shared_out() -> None:
    more = [replace(one, summary=f"{one.summary} {_filler(number)}") for number, one in enumerate(TWINS * 5)]
    found = apart([*TWINS, *more])
    assert found
    assert sorted((*found.one, *found.other)) == list(range(72))
    assert all(place % 2 == 0 for place in found.one)


def _filler(number: int) -> str:
    return " ".join(f"w{number}x{place}" for place in range(20))


def test_a_report_in_another_script_goes_with_what_it_shares() -> None:
    chinese = Entry("", "", "印度海军Sukanya号在亚丁湾抓获26名海盗", "Sukanya号当时正为商船护航，共缴获26支枪。")
    found = apart([*TWINS, chinese])
    assert found
    assert 12 in found.other


def test_two_that_were_told_apart_know_it() -> None:
    one, other = part_of(State(), 7), part_of(State(frozenset({"denial"})), 7)
    assert parted(one, other)
    assert not parted(one, part_of(State(), 8))
    assert not parted(State(), other)


def test_what_was_told_apart_never_merges_again() -> None:
    def half(of: Sequence[Entry], apart_from: int = 0) -> StoryView:
        view = lone_story([document(one) for one in of], COMMON)
        return replace(view, state=part_of(view.state, apart_from)) if apart_from else view

    assert linked(half(ONE[:3]), [other := half(ONE[3:])], DEFAULT) == [other]
    assert linked(half(ONE[:3], 7), [half(ONE[3:], 7)], DEFAULT) == []
    assert linked(half(ONE[:3], 7), [other := half(ONE[3:], 8)], DEFAULT) == [other]
