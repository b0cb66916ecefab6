"""Whether two halves of what reports tell part them alike."""

from __future__ import annotations

import random

from bot.core.stories.agreement import agreement, halves
from bot.core.stories.side import Member
from bot.core.stories.twomeans import FEWEST, rarity, settled


def report(words: list[str], years: frozenset[int] = frozenset()) -> Member:
    weights = dict.fromkeys(words, 100)
    return Member("la", len(words), weights, 100, frozenset(), weights, years)


def drawn(words: list[str], reports: int, seed: int) -> list[Member]:
    chance = random.Random(seed)
    return [report(chance.sample(words, 12)) for _ in range(reports)]


ONE = [f"one{number}" for number in range(24)]
OTHER = [f"other{number}" for number in range(24)]
PARTED = (True,) * 6 + (False,) * 6


def test_two_events_are_parted_alike_by_any_half_of_their_words() -> None:
    assert agreement(PARTED, halves([*drawn(ONE, 6, 1), *drawn(OTHER, 6, 2)])) == 1.0


def test_one_event_is_parted_otherwise_by_each_half() -> None:
    assert agreement(PARTED, halves(drawn(ONE, 12, 1))) < 0.8


def test_a_half_that_leaves_a_part_too_small_tells_nothing() -> None:
    assert agreement((True,) * 9 + (False,) * 3, halves(drawn(ONE, 12, 1))) == 0.5


def test_years_part_nothing() -> None:
    told = drawn(ONE, 12, 1)
    early = [report([*one.weights, "#2008"], frozenset({2008})) for one in told[:6]]
    late = [report([*one.weights, "#2013"], frozenset({2013})) for one in told[6:]]
    assert agreement(PARTED, halves([*early, *late])) == agreement(PARTED, halves(told))


def test_a_term_of_one_report_or_of_nearly_all_tells_nothing() -> None:
    told = [report(["all", *(["some"] if number < 6 else []), f"own{number}"]) for number in range(12)]
    assert list(rarity(told)) == ["some"]


def test_reports_go_to_the_part_that_they_are_nearer_to() -> None:
    near = [[1.0 if (a < 5) == (b < 5) else 0.1 for b in range(10)] for a in range(10)]
    begun = (True, True, True, True, False, True, False, False, False, False)
    assert settled(near, begun) == (True,) * 5 + (False,) * 5


def test_a_part_of_too_few_is_none() -> None:
    near = [[1.0] * 10 for _ in range(10)]
    assert settled(near, (True,) * (FEWEST - 1) + (False,) * (11 - FEWEST)) is None


def test_reports_that_change_places_for_ever_are_left_after_a_while() -> None:
    size = 10
    near = [[0.0] * size for _ in range(size)]
    for a in range(size):
        for b in range(size):
            near[a][b] = -1.0 if a % 2 == b % 2 else 1.0
    begun = tuple(number % 2 == 0 for number in range(size))
    assert settled(near, begun) in (begun, tuple(not one for one in begun))
