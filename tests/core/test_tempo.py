"""A feed's rhythm, learnt from its entries' own dates."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import ParsedEntry
from bot.core.polling import tempo as core
from bot.core.polling.tempo import Tempo, dump, expected, load, rate, slot
from bot.core.units import HOUR_MS, WEEK_MS

NOW = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
MONDAY = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp() * 1000)


def entry(at: int | None, name: str = "") -> ParsedEntry:
    published = None if at is None else datetime.fromtimestamp(at / 1000, UTC)
    return ParsedEntry(name or str(at), "", "", "", "", published)


def observe(tempo: Tempo, entries: list[ParsedEntry], now: int) -> tuple[Tempo, int]:
    """A poll whose body listed these."""
    return core.observe(tempo, core.listed(entries), now)


def office(weeks: int, per_hour: int = 4) -> list[int]:
    """Posts on weekdays from 09:00 to 17:00 UTC, ending with last Friday."""
    return [
        MONDAY - (week * 7 - day) * 24 * HOUR_MS + hour * HOUR_MS + n * HOUR_MS // per_hour
        for week in range(1, weeks + 1)
        for day in range(5)
        for hour in range(9, 17)
        for n in range(per_hour)
    ]


def test_slots_begin_on_monday() -> None:
    assert slot(MONDAY) == 0
    assert slot(MONDAY - 1) == 167
    assert slot(NOW) == 24 + 12


def test_a_first_body_shows_the_hours_of_the_week() -> None:
    tempo, new = observe(Tempo(), [entry(at) for at in office(4)], NOW)
    assert new == 640
    assert rate(tempo, MONDAY + 10 * HOUR_MS + WEEK_MS) == pytest.approx(4, rel=0.35)
    assert rate(tempo, MONDAY + 2 * HOUR_MS + WEEK_MS) < 1
    assert rate(tempo, MONDAY + 5 * 24 * HOUR_MS + 10 * HOUR_MS) < 0.5
    assert expected(tempo, NOW, NOW + WEEK_MS) == pytest.approx(160, rel=0.3)
    assert expected(tempo, NOW, NOW + 3 * WEEK_MS) == pytest.approx(3 * expected(tempo, NOW, NOW + WEEK_MS))
    assert expected(tempo, NOW, NOW) == expected(tempo, NOW, NOW - 1) == 0


def test_later_posts_count_once_by_their_own_hour() -> None:
    tempo, _ = observe(Tempo(), [entry(NOW - 3 * HOUR_MS)], NOW)
    for look in range(5):
        tempo, new = observe(tempo, [entry(NOW + HOUR_MS), entry(NOW - 3 * HOUR_MS)], NOW + 2 * HOUR_MS + look)
        assert new == (1 if look == 0 else 0)
    assert tempo.mark == NOW + HOUR_MS


def test_a_change_of_habits_is_learnt() -> None:
    tempo, _ = observe(Tempo(), [entry(at) for at in office(4)], NOW)
    for day in range(60):
        now = NOW + day * 24 * HOUR_MS
        tempo, _ = observe(tempo, [entry(now - 14 * HOUR_MS + n * 60_000) for n in range(8)], now)
    later = NOW + 60 * 24 * HOUR_MS
    at_22, at_10 = later - later % (24 * HOUR_MS) + 22 * HOUR_MS, later - later % (24 * HOUR_MS) + 10 * HOUR_MS
    assert rate(tempo, at_22) > 4 * rate(tempo, at_10)


def test_more_posts_in_an_hour_than_are_kept_count_as_many_as_are_kept() -> None:
    """Counts are 16 bits of sixteenths: 4,096 posts are the most that an hour of the week remembers."""
    tempo, new = observe(Tempo(), [entry(NOW - 600_000 + n, str(n)) for n in range(5000)], NOW)
    assert new == 5000
    assert load(dump(tempo)) == tempo
    assert rate(tempo, NOW - 60_000) > rate(tempo, NOW + 12 * HOUR_MS)


def test_undated_entries_count_above_the_one_that_was_on_top() -> None:
    tempo, new = observe(Tempo(), [entry(None, "b"), entry(None, "a")], NOW)
    assert new == 2
    tempo, new = observe(tempo, [entry(None, "d"), entry(None, "c"), entry(None, "b")], NOW + HOUR_MS)
    assert new == 2
    tempo, new = observe(tempo, [entry(None, "d"), entry(None, "c")], NOW + 2 * HOUR_MS)
    assert new == 0
    _, new = observe(tempo, [entry(None, f"n{n}") for n in range(30)], NOW + 3 * HOUR_MS)
    assert new == 10, "all replaced: one page at most"


@pytest.mark.case_id(67)
def test_case_067_dates_from_the_future_are_no_dates() -> None:
    tempo, _ = observe(Tempo(), [entry(NOW + WEEK_MS), entry(NOW - HOUR_MS), entry(-5)], NOW)
    assert tempo.mark == NOW - HOUR_MS
    assert tempo.gap == 0


def test_an_unknown_feed_has_a_modest_rate_and_a_burst_fades() -> None:
    assert rate(Tempo(), NOW) == 0.25
    burst, _ = observe(Tempo(), [entry(NOW - n * 60_000) for n in range(30)], NOW)
    assert rate(burst, NOW) > 20
    assert rate(burst, NOW + 24 * HOUR_MS) < rate(burst, NOW) / 3
    assert burst.gap == 60_000
    assert expected(Tempo(), NOW, NOW + 4 * HOUR_MS) == pytest.approx(1)


def test_one_post_is_no_burst_and_a_flood_is_no_more_than_one_a_minute() -> None:
    tempo, _ = observe(Tempo(), [entry(NOW - 3 * HOUR_MS)], NOW)
    tempo, _ = observe(tempo, [entry(NOW + HOUR_MS)], NOW + HOUR_MS)
    assert rate(tempo, NOW + HOUR_MS) < 3
    flood, _ = observe(tempo, [entry(NOW + HOUR_MS + n, str(n)) for n in range(500)], NOW + 2 * HOUR_MS)
    assert flood.hot == 60


def test_what_comes_on_sundays_may_come_on_saturdays() -> None:
    """One day of a weekend tells what the other may bring, and nothing of the days between."""
    sundays = [MONDAY - (week * 7 + 1) * 24 * HOUR_MS + 10 * HOUR_MS + n for week in range(4) for n in range(8)]
    tempo, _ = observe(Tempo(), [entry(at, str(at)) for at in sundays], MONDAY)
    saturday = MONDAY + 5 * 24 * HOUR_MS
    assert rate(tempo, saturday + 10 * HOUR_MS) > 2 * rate(tempo, MONDAY + 10 * HOUR_MS + HOUR_MS)
    assert rate(tempo, saturday + 10 * HOUR_MS) > 2 * rate(tempo, saturday + 3 * HOUR_MS)


def test_a_list_too_short_to_tell_leaves_the_gap_that_was_learnt() -> None:
    tempo, _ = observe(Tempo(), [entry(NOW - n * 60_000) for n in range(30)], NOW)
    tempo, _ = observe(tempo, [entry(NOW + HOUR_MS)], NOW + HOUR_MS)
    assert tempo.gap == 60_000


def test_posts_are_predicted_better_by_the_hour_than_by_the_mean() -> None:
    dice = random.Random(5)
    posts = sorted(at + dice.randrange(HOUR_MS) for at in office(6, 2))
    learnt, test = [at for at in posts if at < MONDAY - WEEK_MS], [at for at in posts if at >= MONDAY - WEEK_MS]
    tempo, _ = observe(Tempo(), [entry(at) for at in learnt], MONDAY - WEEK_MS)
    mean = expected(tempo, MONDAY - WEEK_MS, MONDAY) / 168
    there = sum(rate(tempo, at) for at in test) / len(test)
    assert there > 2 * mean


def test_state_survives_as_text_and_rubbish_starts_anew() -> None:
    tempo, _ = observe(Tempo(), [entry(at) for at in office(3)], NOW)
    assert load(dump(tempo)) == tempo
    assert dump(Tempo()) == "{}"
    assert load("") == load("no json") == load("[1]") == load('{"start": "x"}') == Tempo()
    assert load('{"start": 5, "colour": "red"}') == Tempo(start=5)
    assert len(dump(tempo)) < 800
    broken = load(dump(tempo).replace('"posts":"', '"posts":"x'))
    assert observe(broken, [entry(NOW)], NOW)[1] == 1


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.one_of(st.none(), st.integers(NOW - 60 * WEEK_MS, NOW + WEEK_MS)), max_size=60), st.integers(0, 9))
def test_any_dates_make_a_usable_state(stamps: list[int | None], polls: int) -> None:
    tempo = Tempo()
    for poll in range(polls):
        now = NOW + poll * 7 * HOUR_MS
        tempo, new = observe(tempo, [entry(at, f"{at}-{n}") for n, at in enumerate(stamps)], now)
        assert 0 <= new <= len(stamps)
        assert 0 < rate(tempo, now) < 500
    assert load(dump(tempo)) == tempo


@given(st.text(max_size=30))
def test_any_text_is_a_state(text: str) -> None:
    assert isinstance(load(text), Tempo)
