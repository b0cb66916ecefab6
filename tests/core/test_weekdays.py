"""How surely two parts of a story name different weekdays."""

from __future__ import annotations

import math

import pytest

from bot.core.stories.side import Member
from bot.core.stories.weekdays import weekdays_apart

PARTED = (True,) * 4 + (False,) * 4
ONE_DAY = (7,) * 8


def report(**weights: int) -> Member:
    return Member("la", 60, weights, 100, frozenset(), weights, frozenset())


EARLY, LATE, NEVER = report(ship=90, monday=40), report(ship=90, thursday=40), report(ship=90, day=40)


def test_parts_that_name_two_days_are_apart_the_surer_the_more_reports_do() -> None:
    few = weekdays_apart([EARLY, NEVER, NEVER, NEVER, LATE, NEVER, NEVER, NEVER], PARTED, ONE_DAY)
    assert few == pytest.approx(math.log1p(2 * math.log(2)))
    assert weekdays_apart([EARLY] * 4 + [LATE] * 4, PARTED, ONE_DAY) > few


def test_parts_that_name_one_day_or_none_are_not() -> None:
    assert weekdays_apart([EARLY] * 8, PARTED, ONE_DAY) == 0.0
    assert weekdays_apart([NEVER] * 8, PARTED, ONE_DAY) == 0.0
    assert weekdays_apart([EARLY, LATE] * 4, PARTED, ONE_DAY) == 0.0


def test_reports_are_held_against_those_of_their_own_day() -> None:
    told = [EARLY] * 4 + [LATE] * 4
    assert weekdays_apart(told, PARTED, (1,) * 4 + (4,) * 4) == 0.0
    assert 0.0 < weekdays_apart(told, PARTED, (1, 1, 1, 4, 1, 4, 4, 4)) < weekdays_apart(told, PARTED, ONE_DAY)


def test_of_several_days_the_one_that_weighs_most_counts() -> None:
    both = report(ship=90, monday=40, thursday=20)
    assert weekdays_apart([both] * 4 + [EARLY] * 4, PARTED, ONE_DAY) == 0.0
