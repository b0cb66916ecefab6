"""When to poll next: the feed's own rate, what servers wish, limits, back-off, jitter."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.polling.schedule import WISH_MAX_S, Plan, after_answer, after_error, conditional, plan
from bot.core.polling.tempo import Tempo
from bot.core.units import HOUR_MS, WEEK_MS

NOON = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)  # a Tuesday
LIMITS = Plan(60, 3600, {})
DICE = st.floats(0, 1)
KINDS = [
    *("timeout", "dns", "tls", "refused", "address", "too-large", "redirect", "auth", "challenge"),
    *("not-found", "gone", "rate-limit", "server", "protocol", "http", "not-a-feed", "unexpected"),
]


def at_rate(per_hour: float, **known: int) -> Tempo:
    """A feed that posts evenly."""
    level = min(93, max(0, round(5 * math.log2(per_hour)) + 50))
    return replace(Tempo(start=1, levels=chr(33 + level) * 168), **known)


def seconds(tempo: Tempo, die: float = 0.5, limits: Plan = LIMITS, **wishes: int) -> float:
    return (after_answer(tempo, limits, NOON, die, **wishes) - NOON) / 1000


def test_the_interval_goes_with_one_over_the_root_of_the_rate() -> None:
    assert seconds(at_rate(1)) == pytest.approx(600, rel=0.01)
    assert seconds(at_rate(4)) == pytest.approx(300, rel=0.01)
    assert seconds(at_rate(0.25)) == pytest.approx(1200, rel=0.01)
    assert seconds(at_rate(300)) == 60
    assert seconds(at_rate(0.001)) == 3600


def test_a_quiet_night_does_not_reach_into_the_morning() -> None:
    quiet, busy = chr(33 + 15), chr(33 + 75)  # 0.008 and 32 posts an hour
    noon_slot = 24 + 12
    levels = "".join(busy if slot > noon_slot else quiet for slot in range(168))
    night = replace(Tempo(start=1), levels=levels)
    late = NOON + 50 * 60_000
    assert (after_answer(night, LIMITS, late, 0.5) - late) / 1000 == pytest.approx(600 + 106, abs=15)
    assert (after_answer(night, LIMITS, NOON - 3 * HOUR_MS, 0.5) - NOON + 3 * HOUR_MS) / 1000 == 3600


def test_a_burst_shortens_the_interval_while_it_lasts() -> None:
    burst = replace(at_rate(0.1), hot=9.0, hot_at=NOON)
    assert seconds(burst) < 250
    assert seconds(replace(burst, hot_at=NOON - 12 * HOUR_MS)) == pytest.approx(seconds(at_rate(0.1)), rel=0.02)


@given(DICE)
def test_jitter_is_a_tenth_and_never_under_the_floor(die: float) -> None:
    assert 540 <= seconds(at_rate(1), die) <= 661
    assert 60 <= seconds(at_rate(300), die) <= 66.1


@pytest.mark.case_id(20)
@pytest.mark.parametrize(
    ("wishes", "wanted"),
    [
        ({"max_age_s": 1800}, 1800),
        ({"ttl_s": 1800}, 1800),
        ({"max_age_s": 60, "ttl_s": 60}, 600),
        ({"max_age_s": 504_576_000}, WISH_MAX_S),
        ({"max_age_s": 1800, "ttl_s": 3000}, 3000),
        ({"max_age_s": -5}, 600),
    ],
)
def test_case_020_wishes_lengthen_within_five_hours(wishes: dict[str, int], wanted: float) -> None:
    assert seconds(at_rate(1), **wishes) == pytest.approx(wanted, rel=0.01)


def test_equal_floor_and_ceiling_are_the_interval() -> None:
    fixed = plan("trade", {"every_s": 600}, 1, 1)
    assert seconds(at_rate(0.01), 0.5, fixed, max_age_s=9000) == 1
    assert (after_error("timeout", 1, fixed, NOON, 1.0) - NOON) / 1000 == 2


def test_limits_by_tier() -> None:
    assert plan("official", {}, 45, 3600).floor_s == 45
    assert plan("wire", {}, 45, 3600).floor_s == 60
    assert plan("wire", {}, 3600, 3600).floor_s == 3600


@given(DICE, st.integers(0, 167))
def test_a_feed_with_hours_is_asked_at_its_own_pace_in_them(die: float, hour: int) -> None:
    limits = plan("official", {"every_s": 60, "hours": "mon-fri 06:00-22:00 UTC"}, 45, 3600)
    now = NOON + hour * HOUR_MS + 600_000
    interval = (after_answer(at_rate(0.5), limits, now, die, ttl_s=7200) - now) / 1000
    moment = datetime.fromtimestamp(now / 1000, UTC)
    if moment.weekday() < 5 and 6 <= moment.hour < 22:
        assert 54 <= interval <= 60
    else:
        assert 60 < interval <= WISH_MAX_S * 1.1


def test_the_opening_of_hours_is_not_slept_through() -> None:
    limits = plan("official", {"every_s": 60, "hours": "mon-fri 06:00-22:00 UTC"}, 45, 3600)
    before = NOON - 6 * HOUR_MS - 300_000
    assert after_answer(at_rate(0.01), limits, before, 0.9) == NOON - 6 * HOUR_MS
    assert after_answer(at_rate(0.01), limits, NOON - 6 * HOUR_MS - 10, 0.9) == NOON - 6 * HOUR_MS - 10 + 45_000


@pytest.mark.case_id(4)
@pytest.mark.case_id(22)
def test_case_004_022_empty_and_cut_answers_are_asked_again_soon_then_less() -> None:
    assert seconds(at_rate(0.01, empty=1)) == 300
    assert seconds(at_rate(0.01, cut=1)) == 60
    assert seconds(at_rate(0.01, cut=3)) == 240
    assert seconds(at_rate(0.01, empty=9)) == 3600
    assert seconds(at_rate(0.01, cut=1), limits=plan("wire", {}, 1, 1)) == 1


@pytest.mark.case_id(4)
def test_case_004_a_list_that_is_empty_overnight_is_not_slept_through_in_its_hours() -> None:
    """Today's announcements, or public inspection, are none until the first of them."""
    limits = plan("official", {"every_s": 60, "hours": "mon-fri 06:00-22:00 UTC"}, 45, 3600)
    opening, night = NOON - 6 * HOUR_MS, at_rate(0.01, empty=9)
    assert after_answer(night, limits, opening - 300_000, 0.5) == opening
    assert after_answer(night, limits, opening - 3 * HOUR_MS, 0.5) == opening - 2 * HOUR_MS
    assert after_answer(night, limits, opening, 0.5) == opening + 60_000
    assert after_answer(at_rate(0.01, empty=1), limits, opening - 10, 0.5) == opening - 10 + 45_000


def failed_s(kind: str, errors: int, die: float = 0.0, retry_after_s: float | None = None) -> float:
    return (after_error(kind, errors, LIMITS, NOON, die, retry_after_s) - NOON) / 1000


@pytest.mark.case_id(15)
def test_case_015_back_off_doubles_to_its_cap() -> None:
    assert [failed_s("server", n, 1.0) for n in (1, 2, 3, 4)] == [120, 180, 300, 540]
    assert failed_s("server", 30, 1.0) == 60 + 6 * 3600
    assert failed_s("server", 30, 0.0) == 60
    assert failed_s("server", 1, 0.5, 900) == 900


@pytest.mark.case_id(12)
def test_case_012_closed_feeds_are_asked_from_once_an_hour_to_once_a_day() -> None:
    assert failed_s("auth", 1) == failed_s("challenge", 1) == 3600
    assert failed_s("auth", 40, 1.0) == 86_400


@pytest.mark.case_id(14)
def test_case_014_retry_after_is_the_wait_within_a_minute_and_a_day() -> None:
    assert failed_s("rate-limit", 1, 0.0, 300) == 300
    assert failed_s("rate-limit", 1, 1.0, 300) == 330
    assert failed_s("rate-limit", 1, 0.0, 0) == 60
    assert failed_s("rate-limit", 1, 1.0, 1e9) == 86_400
    assert failed_s("rate-limit", 1, 0.0) == 600


@given(st.sampled_from(KINDS), st.integers(1, 500), DICE, st.one_of(st.none(), st.floats(0, 1e12)))
def test_every_failure_has_a_bounded_wait(kind: str, errors: int, die: float, wish: float | None) -> None:
    assert 60 <= failed_s(kind, errors, die, wish) <= 86_400


@given(
    st.builds(
        Tempo,
        start=st.just(1),
        levels=st.one_of(
            st.just(""), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=168, max_size=168)
        ),
        hot=st.floats(0, 60),
        hot_at=st.integers(NOON - WEEK_MS, NOON),
        empty=st.integers(0, 50),
        cut=st.integers(0, 50),
    ),
    st.integers(NOON, NOON + WEEK_MS),
    DICE,
    st.integers(-5, 10**12),
)
def test_every_answer_has_a_bounded_interval(tempo: Tempo, now: int, die: float, wish: int) -> None:
    interval = (after_answer(tempo, LIMITS, now, die, max_age_s=wish) - now) / 1000
    assert 60 <= interval <= WISH_MAX_S * 1.1


@pytest.mark.case_id(2)
def test_case_002_patience_with_not_modified_goes_by_the_rate() -> None:
    assert conditional(Tempo(), NOON)
    daily = at_rate(1 / 24, full=NOON - 7 * 24 * HOUR_MS)
    assert conditional(daily, NOON)
    assert not conditional(replace(daily, full=NOON - 9 * 24 * HOUR_MS), NOON)
    busy = at_rate(10, full=NOON - 5 * HOUR_MS)
    assert conditional(busy, NOON)
    assert not conditional(replace(busy, full=NOON - 7 * HOUR_MS), NOON)
