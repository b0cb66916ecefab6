"""When digests are due, over zones and their clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands.cadence import (
    Cadence,
    Phase,
    cadence_of,
    digest_kind,
    next_end,
    parse_mode,
    parse_quiet,
    phase,
    quiet_end,
)
from bot.core.errors import QueryError
from bot.core.language.zones import parse_zone, zone_of

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kolkata",
]
TIMES = st.integers(1_262_304_000_000, 2_000_000_000_000)
HOUR, DAY = 3_600_000, 86_400_000


def ms(text: str, zone: str = "") -> int:
    told = datetime.fromisoformat(text)
    return round((told if told.tzinfo else told.replace(tzinfo=zone_of(zone) or UTC)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("instant", "instant"),
        ("Hourly", "hourly"),
        ("daily", "daily 09:00"),
        ("daily at 7:30", "daily 07:30"),
        ("weekly", "weekly mon 09:00"),
        ("weekly  Friday 18:00", "weekly fri 18:00"),
        ("daily １８:３０", "daily 18:30"),
        ("weekly tues 18:00", "weekly tue 18:00"),
        ("weekly weds", "weekly wed 09:00"),
        ("weekly thurs", "weekly thu 09:00"),
        ("weekly 周五 17：00", "weekly fri 17:00"),
        ("weekly 星期日", "weekly sun 09:00"),
        ("weekly 禮拜天 8:00", "weekly sun 08:00"),
        ("daily 8pm", "daily 20:00"),
        ("daily at 7:30 a.m.", "daily 07:30"),
        ("daily 7.30pm", "daily 19:30"),
        ("daily 12am", "daily 00:00"),
        ("daily 12 PM", "daily 12:00"),
        ("daily noon", "daily 12:00"),
        ("daily at midnight", "daily 00:00"),
        ("daily 18", "daily 18:00"),
        ("weekly fri 5 pm", "weekly fri 17:00"),
        ("每天早上8点半", "daily 08:30"),
        ("每日 晚上12点", "daily 00:00"),
        ("daily 凌晨十二点", "daily 00:00"),
        ("daily 中午1点", "daily 13:00"),
        ("daily 晚8:05", "daily 20:05"),
        ("daily 二十三點五十九分", "daily 23:59"),
        ("daily 十點零五分", "daily 10:05"),
        ("每周五下午五点一刻", "weekly fri 17:15"),
        ("每週 週三 两点", "weekly wed 02:00"),
        ("每小时", "hourly"),
        ("every day at 8am", "daily 08:00"),
        ("everyday 8 a.m.", "daily 08:00"),
        ("every Friday 5pm", "weekly fri 17:00"),
        ("every week on sunday", "weekly sun 09:00"),
        ("each hour", "hourly"),
        ("即時", "instant"),
    ],
)
def test_modes(said: str, kept: str) -> None:
    assert parse_mode(said) == parse_mode(kept) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "sometimes", "daily mon 09:00", "weekly foo 09:00", "hourly 09:00", "daily 24:00", "daily 09:60"),
        *("daily 13pm", "daily 0am", "daily 8 pmx", "daily 7.30", "daily 8:60 pm", "daily 25", "hourly 8pm"),
        *("daily 晚上2点", "daily 上午13点", "daily 早上8:30 pm", "daily 三十点", "每月"),
        *("weekly monkey", "weekly friend 17:00", "weekly satellite", "weekly sunny", "weekly 周八", "weekly 五"),
    ],
)
def test_what_is_no_mode(wrong: str) -> None:
    with pytest.raises(QueryError):
        parse_mode(wrong)


@pytest.mark.parametrize(
    ("said", "near"),
    [
        *(("8pm", "daily 20:00"), ("at 20:30", "daily 20:30"), ("18", "daily 18:00"), ("晚上8点", "daily 20:00")),
        *(("Friday", "weekly fri 09:00"), ("on mon at 8 am", "weekly mon 08:00"), ("周五17：00", "weekly fri 17:00")),
    ],
)
def test_a_time_or_day_alone_is_told_the_mode_that_it_may_be(said: str, near: str) -> None:
    with pytest.raises(QueryError, match=f"how often: mode={near}$"):
        parse_mode(said)
    assert parse_mode(near) == near


@pytest.mark.parametrize("said", ["", "sometimes", "25", "fri 25:00", "friends"])
def test_what_is_neither_is_told_all_modes(said: str) -> None:
    with pytest.raises(QueryError, match="must be instant, hourly, daily"):
        parse_mode(said)


def test_quiet_hours_and_zones_are_checked() -> None:
    assert parse_quiet("22:00 – 7:00") == "22:00-07:00"
    assert parse_quiet("22：00～7：00") == parse_quiet("22:00至07:00") == "22:00-07:00"
    assert parse_zone(" Asia/Shanghai ") == parse_zone("asia/shanghai") == parse_zone("北京") == "Asia/Shanghai"
    assert (parse_zone("berlin"), parse_zone("New York"), parse_zone("utc")) == (
        *("Europe/Berlin", "America/New_York", "UTC"),
    )
    assert (parse_zone("EST"), parse_zone("pst")) == ("America/New_York", "America/Los_Angeles")
    assert parse_quiet("10pm-7am") == parse_quiet("from 10 PM to 7 a.m.") == parse_quiet("22-7") == "22:00-07:00"
    assert parse_quiet("晚上10点到早上7点半") == "22:00-07:30"
    for wrong in ("10-7am", "22-7pm", "10pm-10pm", "13pm-7am"):
        with pytest.raises(QueryError):
            parse_quiet(wrong)
    for wrong in ("late", "22:00-22:00", "9:00-09:00", "25:00-07:00", "22:00-07:60", "22:00-22:００"):
        with pytest.raises(QueryError):
            parse_quiet(wrong)
    for wrong in ("", "Mars/Olympus", "../etc/passwd", "Europe/Berlin\0"):
        with pytest.raises(QueryError):
            parse_zone(wrong)


@pytest.mark.parametrize(
    ("said", "kept", "hours"),
    [
        *(
            ("UTC+8", "UTC+8", 8),
            ("gmt-5", "UTC-5", -5),
            ("utc +05:30", "UTC+5:30", 5.5),
            ("UTC−3:30", "UTC-3:30", -3.5),
        ),
        *(
            ("+8", "UTC+8", 8),
            ("UTC＋8", "UTC+8", 8),
            ("UTC+0", "UTC", 0),
            ("东八区", "UTC+8", 8),
            ("西五區", "UTC-5", -5),
        ),
        *(("北京时间", "Asia/Shanghai", 8), ("HKT", "Asia/Hong_Kong", 8), ("Tokyo time", "Asia/Tokyo", 9)),
        *(("台湾时间", "Asia/Taipei", 8), ("Eastern Time", "America/New_York", -5)),
    ],
)
def test_a_zone_is_told_as_people_call_it(said: str, kept: str, hours: float) -> None:
    zone = zone_of(kept)
    assert parse_zone(said) == parse_zone(kept) == kept
    assert zone is not None
    assert datetime(2026, 1, 8, tzinfo=zone).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("wrong", ["UTC+15", "UTC-13", "UTC+8:07", "UTC+", "8", "东十三区", "time", "UTC+8+8"])
def test_what_is_no_zone(wrong: str) -> None:
    with pytest.raises(QueryError, match="UTC\\+8"):
        parse_zone(wrong)


def test_a_name_of_several_zones_is_refused_with_cities() -> None:
    with pytest.raises(
        QueryError, match="“CST” is the name of several zones; give a city, such as Chicago or Shanghai"
    ):
        parse_zone("CST")
    assert parse_zone("Chicago") == "America/Chicago"


def test_options_become_a_cadence() -> None:
    assert cadence_of({}) == Cadence()
    assert cadence_of({"mode": "hourly"}) == Cadence("hourly")
    weekly = cadence_of({"mode": "weekly fri 18:30", "quiet": "22:00-07:00"})
    assert weekly == Cadence("weekly", 1110, 4, (1320, 420))


def test_an_instant_subscription_holds_nothing() -> None:
    assert phase(Cadence(), UTC, 0) == Phase(0, 0)


def test_quiet_hours_hold_until_their_end() -> None:
    night = Cadence(quiet=(1320, 420))
    zone = "Europe/Berlin"
    assert phase(night, zone_of(zone), ms("2026-11-24 21:59", zone)) == Phase(0, ms("2026-11-24 22:00", zone))
    morning = ms("2026-11-25 07:00", zone)
    assert phase(night, zone_of(zone), ms("2026-11-24 22:00", zone)) == Phase(morning, morning)
    assert phase(night, zone_of(zone), ms("2026-11-25 06:59", zone)) == Phase(morning, morning)
    assert phase(night, zone_of(zone), morning).hold_until == 0
    noon = Cadence(quiet=(720, 780))
    assert quiet_end(noon, UTC, ms("2026-11-24 12:30")) == ms("2026-11-24 13:00")
    assert quiet_end(noon, UTC, ms("2026-11-24 13:00")) == 0


def test_a_digest_that_ends_in_quiet_hours_waits_for_their_end() -> None:
    early = Cadence("daily", 360, quiet=(1320, 420))
    seven = ms("2026-11-25 07:00")
    assert phase(early, UTC, ms("2026-11-24 12:00")) == Phase(seven, seven)


def test_a_digest_holds_until_its_period_ends() -> None:
    nine = ms("2026-11-25 09:00")
    assert phase(Cadence("daily"), UTC, ms("2026-11-24 12:00")) == Phase(nine, nine)


@pytest.mark.case_id(71)
@pytest.mark.parametrize(
    ("before", "due"),
    [
        ("2026-03-28 12:00", "2026-03-29 03:30"),  # 02:30 is left out that night: an hour later
        ("2026-03-29 12:00", "2026-03-30 02:30"),
        ("2026-10-24 12:00", "2026-10-25 02:30"),  # 02:30 comes twice that night: the first of them
    ],
)
def test_case_071_a_time_that_is_left_out_or_comes_twice_is_taken_once(before: str, due: str) -> None:
    zone = zone_of("Europe/Berlin")
    end = next_end(Cadence("daily", 150), zone, ms(before, "Europe/Berlin"))
    assert end == ms(due, "Europe/Berlin")
    assert next_end(Cadence("daily", 150), zone, end) > end + 20 * HOUR


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(71)
@given(
    now=TIMES, zone=st.sampled_from(ZONES), at=st.integers(0, 1439), mode=st.sampled_from(["hourly", "daily", "weekly"])
)
def test_case_071_ends_go_up_and_come_once_a_period(now: int, zone: str, at: int, mode: str) -> None:
    where, cadence = zone_of(zone), Cadence(mode, at, 2)
    ends = [next_end(cadence, where, now)]
    for _ in range(4):
        ends.append(next_end(cadence, where, ends[-1]))
    steps = [later - earlier for earlier, later in zip([now, *ends], ends, strict=False)]
    period = {"hourly": HOUR, "daily": DAY, "weekly": 7 * DAY}[mode]
    assert all(step > 0 for step in steps)
    assert all(period - 2 * HOUR - DAY * (zone == "Pacific/Apia") <= step for step in steps[1:] if mode != "hourly")
    assert all(step <= period + 2 * HOUR + DAY * (zone == "Pacific/Apia") for step in steps)
    days = [datetime.fromtimestamp(end / 1000, where).date() for end in ends]
    assert mode == "hourly" or len(set(days)) == len(days) or zone == "Pacific/Apia"


@pytest.mark.case_id(71)
@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        ((1320, 150), "2026-10-25T00:29Z", "2026-10-25T00:30Z"),
        ((1320, 150), "2026-10-25T01:10Z", ""),  # 02:10 for the second time: they ended at 02:30, the first time
        ((150, 420), "2026-10-25T01:10Z", "2026-10-25T06:00Z"),  # they began at 02:30, the first time
        ((150, 420), "2026-03-29T01:29Z", ""),  # 02:30 is left out: they begin at 03:30
        ((150, 420), "2026-03-29T01:30Z", "2026-03-29T05:00Z"),
        ((150, 195), "2026-03-29T01:20Z", ""),  # 02:30 to 03:15: nothing is left of them that night
        ((150, 195), "2026-03-28T12:00Z", ""),
    ],
)
def test_case_071_quiet_hours_are_one_stretch_on_the_night_of_a_change(
    quiet: tuple[int, int], now: str, until: str
) -> None:
    end = quiet_end(Cadence(quiet=quiet), zone_of("Europe/Berlin"), ms(now))
    assert end == (ms(until) if until else 0)


@pytest.mark.case_id(71)
def test_case_071_hourly_digests_are_not_held_for_a_day_on_the_night_of_a_change() -> None:
    """Quiet hours that end in the hour that comes twice: what comes after them is told at the next full hour."""
    zone, hourly = zone_of("Europe/Berlin"), Cadence("hourly", quiet=(1320, 150))
    ends = [ms("2026-10-24T21:05Z")]
    for _ in range(3):
        ends.append(phase(hourly, zone, ends[-1]).hold_until)
    assert ends[1:] == [ms("2026-10-25T00:30Z"), ms("2026-10-25T01:00Z"), ms("2026-10-25T02:00Z")]


@given(now=TIMES, zone=st.sampled_from(ZONES), start=st.integers(0, 1439), length=st.integers(1, 1439))
def test_quiet_hours_hold_no_longer_than_they_are(now: int, zone: str, start: int, length: int) -> None:
    end = quiet_end(Cadence(quiet=(start, (start + length) % 1440)), zone_of(zone), now)
    assert end == 0 or end - now <= length * 60_000 + HOUR + DAY * (zone == "Pacific/Apia")


@given(now=TIMES, zone=st.sampled_from(ZONES), start=st.integers(0, 1439), length=st.integers(1, 1439))
def test_quiet_hours_end_within_a_day(now: int, zone: str, start: int, length: int) -> None:
    where, cadence = zone_of(zone), Cadence(quiet=(start, (start + length) % 1440))
    hold, turn = phase(cadence, where, now)
    assert turn > now
    assert hold in (0, turn)
    assert turn - now <= 2 * DAY + HOUR


@pytest.mark.parametrize(
    ("held", "periods", "kind"),
    [
        ([("digest", 9)], [(9, "daily"), (10, "hourly")], "daily"),
        ([("digest", 9)], [(9, "instant")], "quiet"),
        ([("burst", 5)], [(9, "daily")], "burst"),
        ([("burst", 5), ("digest", 9)], [(9, "daily")], "digest"),
        ([("digest", 9)], [(9, "daily"), (9, "weekly")], "digest"),
        ([("digest", 9)], [], "digest"),
    ],
)
def test_a_digest_is_named_by_what_it_ends(
    held: list[tuple[str, int]], periods: list[tuple[int, str]], kind: str
) -> None:
    assert digest_kind(held, periods) == kind
