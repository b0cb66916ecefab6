"""Business hours as a person writes them, and when a feed with a wish is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.polling.rhythm import due_by, opens, parse_hours

NY = "mon-fri 06:00-22:00 America/New_York"


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)


def test_inside_the_hours_it_is_now():
    assert opens(parse_hours(NY), ms(2026, 11, 24, 15)) == ms(2026, 11, 24, 15)


def test_outside_it_is_the_next_opening():
    assert opens(parse_hours(NY), ms(2026, 11, 24, 3)) == ms(2026, 11, 24, 11)
    assert opens(parse_hours(NY), ms(2026, 11, 25, 3, 30)) == ms(2026, 11, 25, 11)
    friday_night = ms(2026, 11, 28, 3)
    assert opens(parse_hours(NY), friday_night) == ms(2026, 11, 30, 11)


def test_the_end_is_not_included():
    assert opens(parse_hours(NY), ms(2026, 11, 24, 3, 0) - 1) == ms(2026, 11, 24, 3, 0) - 1
    assert opens(parse_hours(NY), ms(2026, 11, 24, 3, 0)) == ms(2026, 11, 24, 11)


@pytest.mark.parametrize(
    ("before", "opening"),
    [((2026, 3, 8, 4), (2026, 3, 9, 10)), ((2026, 10, 31, 4), (2026, 11, 2, 11))],
)
def test_summer_time_moves_the_opening(before, opening):
    assert opens(parse_hours(NY), ms(*before)) == ms(*opening)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("sat 00:00-24:00 UTC", {5}),
        ("sat-mon 08:00-09:00 UTC", {5, 6, 0}),
        ("08:00-09:00 UTC", set(range(7))),
        ("mon-mon 08:00-09:00 UTC", {0}),
    ],
)
def test_days_may_be_one_or_wrap_or_be_left_out(text, days):
    assert parse_hours(text).days == days


@pytest.mark.parametrize(
    "text",
    [
        "",
        "always",
        "mon-fri 6:00-22:00 America/New_York",
        "mon-fri 06:00-22:00",
        "mon-fri 06:00-22:00 New York",
        "mon-fri 06:00-22:00 Mars/Base",
        "mon-fri 06:00-25:00 UTC",
        "mon-fri 22:00-06:00 UTC",
        "mon-fri 06:00-06:00 UTC",
        "moo-fri 06:00-22:00 UTC",
        "mon-fri 06:00-22:00 ../../etc/passwd",
    ],
)
def test_what_can_not_be_hours_is_refused_in_words(text):
    with pytest.raises(ValueError, match=r"form|zone|ends|days") as refused:
        parse_hours(text)
    assert "\n" not in str(refused.value)


def test_due_in_hours_after_its_pace_and_outside_at_the_opening():
    options = {"every_s": 45, "hours": NY}
    assert due_by(options, ms(2026, 11, 24, 15)) == ms(2026, 11, 24, 15) + 45_000
    assert due_by(options, ms(2026, 11, 24, 4)) == ms(2026, 11, 24, 11)
    assert due_by({"every_s": 45}, ms(2026, 11, 24, 4)) == ms(2026, 11, 24, 4) + 45_000
    assert due_by({"hours": NY}, ms(2026, 11, 24, 4)) is None
    assert due_by({}, 0) is None


@given(st.integers(ms(2025, 1, 1), ms(2028, 1, 1)), st.sampled_from([NY, "sun 23:00-24:00 Asia/Hong_Kong"]))
def test_an_opening_lies_ahead_within_a_week_and_is_open(now, text):
    hours = parse_hours(text)
    opening = opens(hours, now)
    assert now <= opening <= now + 8 * 86_400_000
    assert opens(hours, opening) == opening
