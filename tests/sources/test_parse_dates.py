"""Dates: what every form means, and that what is no date or could be two is None."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.adopt import adopt
from bot.ports import Feed
from bot.sources.feed import parse
from bot.sources.parsing.dates import parse_date
from bot.sources.parsing.zones import offset_minutes

EVENING = datetime(2026, 11, 24, 18, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 24 Nov 2026 18:15:04 GMT",
        "Tue, 24 Nov 2026 18:15:04 +0000",
        "Tue, 24 Nov 2026 18:15:04 Z",
        "Tue, 24 Nov 2026 18:15:04 UT",
        "Tue, 24 Nov 2026 18:15:04",
        "24 Nov 2026 18:15:04 +0000 (UTC)",
        "Tue, 24 Nov 26 18:15:04 GMT",
        "Wed, 25 Nov 2026 02:15:04 +0800",
        "Tue, 24 Nov 2026 13:15:04 EST",
        "Tue, 24 Nov 2026 14:15:04 EDT",
        "Tue, 24 Nov 2026 12:15:04 CST",
        "Tue, 24 Nov 2026 11:15:04 PDT",
        "Tue, 24 Nov 2026 19:15:04 BST",
        "Tue, 24 Nov 2026 19:15:04 CET",
        "Wed, 25 Nov 2026 03:15:04 JST",
        "Tue, 24 Nov 2026 18:15:04 Etc/GMT",
        "Wed, 25 Nov 2026 02:15:04 GMT+08:00",
        "Tuesday, November 24, 2026 06:15:04 PM",
        "Tue, 24-Nov-2026 18:15:04 GMT",
        "Nov 24th, 2026 at 18:15:04",
        "Tue Nov 24 18:15:04 2026",
        "Tue Nov 24 18:15:04 GMT 2026",
        "mar., 24 nov. 2026 19:15:04 +0100",
        "Вт, 24 ноя 2026 21:15:04 MSK",
        "Τρι, 24 Νοε 2026 20:15:04 EET",
        "2026-11-24T18:15:04Z",
        "2026-11-24T18:15:04+00:00",
        "2026-11-24T18:15:04",
        "2026-11-24T18:15:04.123456789Z",
        "2026-11-24T18:15:4Z",
        "Tue, 24 Nov 2026 18:15:4 GMT",
        "2026-11-24T13:15:04-0500",
        "2026-11-24 18:15:04 UTC",
        "2026-11-24 18:15:04.0",
        "2026/11/24 18:15:04",
        "2026.11.24 18:15:04",
        "20261124T181504Z",
        "20261124T181504+0000",
        "2026-11-24T181504Z",
        "Tue,24 Nov 2026 18:15:04 -0000",
        "Tue , 24, Nov 2026 18:15:04 GMT",
        "Tue, 24 Nov 2026 11:15:04 MST -0700",
        "Tue, 24 Nov 2026 11:15:04 -0700 MST",
        "Tue, 24 Nov 2026 11:15:04 MST-07:00",
        "2026-11-24T11:15:04-07:00Z",
        "Tue, 24 Nov 2026 13:15:04 America/New_York",
        "Tue, 2026/11/24 13:15:04 EST",
        "Tue, 24 11 2026 18:15:04 +0000",
        "2026-11-24 at 18:15:04",
        "2026-11-25 上午 02:15:04",
        "2026. 11. 25. 오전 3:15:04",
        "24.11.2026 18:15:04",
        "24/11/2026 18:15:04",
        "11/24/2026 18:15:04",
        "  Tue,  24 Nov 2026\n18:15:04 GMT ",
        "1795544104",
        "1795544104000",
        "2026年11月25日 02:15:04",
        "2026年11月25日 凌晨2时15分4秒",
        "2026년 11월 25일 03:15:04",
    ],
)
def test_every_form_of_one_moment(text: str) -> None:
    assert parse_date(text) == EVENING


@pytest.mark.case_id(68)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "yesterday",
        "03/04/2026",
        "3-4-2026",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1763-11-24T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "Tue, 24 Nov 2026 18:15:04 +9999",
        "2026-11-24T18:15:04+23:00",
        "Tue, 24 Nov 2026 18:15:04 IST",
        "Tue, 24 Nov 2026 18:15:04 Nowhere",
        "29 Feb 2025 00:00:00 GMT",
        "31/02/2026",
        "2026-13-01",
        "2026-11-24T25:00:00Z",
        "2026-11-24T24:30:00Z",
        "24 Foo 2026 18:15:04 GMT",
        "Tue, 24 Foo 2026 18:15:04 GMT",
        "Foo Bar 24 18:15:04 2026",
        "24 Nov 2026 13:15:04 pm",
        "Tue, 24 Nov 2026 18:15:04 Atlantis/Poseidonis",
        "Tue, 24 Nov 2026 18:15:04 IST 0530",
        "Wed, 05 03 2019",
        "2026",
        "2026-11",
        "0",
        "12345",
        "9" * 30,
        "4" * 13,
        "x" * 500,
        "２０２６-11-24x",
        "2026年13月1日",
    ],
)
def test_case_068_no_date_or_two_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.case_id(68)
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24T24:00:00Z", datetime(2026, 11, 25, tzinfo=UTC)),
        ("Tue, 30 Jun 2015 23:59:60 GMT", datetime(2015, 7, 1, tzinfo=UTC)),
        ("Sat, 29 Feb 2028 10:00:00 GMT", datetime(2028, 2, 29, 10, tzinfo=UTC)),
        ("2026年11月24日", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11-24", datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-11-24+08:00", datetime(2026, 11, 23, 16, tzinfo=UTC)),
        ("24 Nov 2026 GMT", datetime(2026, 11, 24, tzinfo=UTC)),
        ("24 Jul 2026 12:00 Europe/Brussels", datetime(2026, 7, 24, 10, tzinfo=UTC)),
        ("2026年11月24日 上午12:05", datetime(2026, 11, 23, 16, 5, tzinfo=UTC)),
        ("20261124", datetime(2026, 11, 24, tzinfo=UTC)),
        ("24/11/2026", datetime(2026, 11, 24, tzinfo=UTC)),
        ("05/05/2026", datetime(2026, 5, 5, tzinfo=UTC)),
        ("Fri, 05/03/2019 - 15:21", datetime(2019, 5, 3, 15, 21, tzinfo=UTC)),
        ("12 juillet 2026", datetime(2026, 7, 12, tzinfo=UTC)),
        ("2026年11月24日 下午3:05", datetime(2026, 11, 24, 7, 5, tzinfo=UTC)),
        ("2026年11月24日 下午12:05", datetime(2026, 11, 24, 4, 5, tzinfo=UTC)),
        ("2026年11月24日 晚上20:05", datetime(2026, 11, 24, 12, 5, tzinfo=UTC)),
        ("24 Nov 2026 12:05:00 am", datetime(2026, 11, 24, 0, 5, tzinfo=UTC)),
    ],
)
def test_case_068_odd_dates_that_are_dates(text: str, expected: datetime) -> None:
    assert parse_date(text) == expected


@pytest.mark.case_id(73)
@given(st.datetimes(datetime.fromisoformat("1972-01-01"), datetime.fromisoformat("2098-01-01")), st.integers(-720, 840))
def test_case_073_all_are_aware_and_in_utc(local: datetime, offset: int) -> None:
    moment = local.replace(microsecond=0, tzinfo=UTC)
    there = moment + timedelta(minutes=offset)
    sign, minutes = ("-" if offset < 0 else "+"), abs(offset)
    zone = f"{sign}{minutes // 60:02}{minutes % 60:02}"
    for text in (there.strftime("%a, %d %b %Y %H:%M:%S ") + zone, there.strftime("%Y-%m-%dT%H:%M:%S") + zone):
        found = parse_date(text)
        assert found == moment
        assert found is not None
        assert found.utcoffset() == timedelta(0)


def test_china_says_cst_for_its_own_time() -> None:
    assert parse_date("Wed Nov 25 02:15:04 CST 2026", "zh") == EVENING
    assert parse_date("Wed, 25 Nov 2026 02:15:04 CST", "zh") == EVENING
    assert parse_date("2026年11月25日 03:15:04", "ja") == EVENING


def test_weekdays_settle_slashes_only_when_one_fits() -> None:
    assert parse_date("Tue, 05/03/2019") == datetime(2019, 3, 5, tzinfo=UTC)
    assert parse_date("Wed, 05/03/2019") is None


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [("z", 0), ("+0530", 330), ("-03:30", -210), ("utc+8", 480), ("+15:00", None), ("+0899", None), ("ist", None)],
)
def test_zones(zone: str, minutes: int | None) -> None:
    assert offset_minutes(zone) == minutes


@given(st.text(max_size=90))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or 1970 < found.year < 2101


@pytest.mark.case_id(67)
def test_case_067_a_future_date_is_read_but_not_believed() -> None:
    xml = "<rss><channel><item><title>T</title><pubDate>Fri, 24 Nov 2056 18:15:04 GMT</pubDate></item></channel></rss>"
    (item,) = parse(xml.encode(), {}).entries
    assert item.published == EVENING.replace(year=2056)
    now = int(EVENING.timestamp() * 1000)
    soon = adopt(item._replace(published=EVENING + timedelta(minutes=14)), Feed(1, "https://a.com"), now)
    later = adopt(item, Feed(1, "https://a.com"), now)
    assert (soon.published, later.published) == (now + 14 * 60_000, None)
    assert soon.at == later.at == now
