"""cninfo: nulls, marked hits, days as milliseconds, exchanges by code, pages."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.core.stories.ladders import ladder
from bot.core.units import DAY_MS
from bot.ports import Feed
from tests.fakes.recorded import Recorded, said
from tests.shared import SHARED, needs_shared
from tests.sources.kit import NOW, entries, facts, poll, source

BASE = "https://www.cninfo.com.cn/new/hisAnnouncement/query"
URL = f"{BASE}?column=szse&category=category_scgkfx_szsh"
MIDNIGHT = int(datetime(2026, 11, 23, 16, tzinfo=UTC).timestamp() * 1000)


def row(number: int = 1, **fields: object) -> dict[str, object]:
    return {
        "announcementId": str(number),
        "announcementTitle": "<em>首次公开发行</em>股票招股意向书",
        "announcementTime": MIDNIGHT,
        "secCode": "688999",
        "secName": "示例科技",
        "adjunctUrl": "finalpage/2026-11-24/1.PDF",
    } | fields


def answer(*rows: object, more: object = False) -> dict[str, object]:
    return {"announcements": list(rows), "hasMore": more}


async def test_an_announcement_with_its_company_ticker_and_day():
    polled = await poll("cninfo", Recorded({BASE: said(answer(row()))}), URL)
    (entry,) = entries(polled)
    assert entry.title == "示例科技：首次公开发行股票招股意向书"
    assert entry.link == "https://static.cninfo.com.cn/finalpage/2026-11-24/1.PDF"
    assert entry.published == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert (entry.lang, entry.id) == ("zh", "cninfo:1")
    assert facts(entry, "company", "tickers", "stage") == ["示例科技", "688999.SH", "prospectus"]
    assert polled.notes == ()


async def test_the_query_is_posted_as_a_form_with_days_in_shanghai():
    fetch = Recorded({BASE: said(answer())})
    late_evening_utc = int(datetime(2026, 11, 24, 17, 30, tzinfo=UTC).timestamp() * 1000)
    await poll("cninfo", fetch, URL, now=late_evening_utc, days=1)
    asked = fetch.asked[0]
    form = parse_qs((asked.data or b"").decode())
    assert form["column"] == ["szse"]
    assert form["category"] == ["category_scgkfx_szsh"]
    assert form["seDate"] == ["2026-11-24~2026-11-26"]
    assert asked.headers["X-Requested-With"] == "XMLHttpRequest"
    assert asked.headers["Referer"].startswith("https://www.cninfo.com.cn/")


async def test_a_null_list_is_an_empty_one():
    assert entries(await poll("cninfo", Recorded({BASE: said({"announcements": None, "hasMore": False})}), URL)) == ()


@pytest.mark.parametrize(
    ("code", "ticker"),
    [
        ("600000", "600000.SH"),
        ("000001", "000001.SZ"),
        ("300750", "300750.SZ"),
        ("920001", "920001.BJ"),
        ("830001", "830001.BJ"),
        ("900901", "900901.SH"),
        ("00700", "0700.HK"),
        ("X1", ""),
    ],
)
async def test_the_exchange_follows_from_the_code(code, ticker):
    (entry,) = entries(await poll("cninfo", Recorded({BASE: said(answer(row(secCode=code)))}), URL))
    assert facts(entry, "tickers") == [ticker]


async def test_an_offering_climbs_its_ladder():
    titles = [
        "招股说明书（申报稿）",
        "招股说明书（上会稿）",
        "招股说明书（注册稿）",
        "招股说明书",
        "网上中签结果公告",
        "上市公告书",
    ]
    rows = [row(n, announcementTitle=title) for n, title in enumerate(titles)]
    steps = [ladder(entry) for entry in entries(await poll("cninfo", Recorded({BASE: said(answer(*rows))}), URL))]
    assert [step.order for step in steps if step] == [1, 3, 4, 6, 7, 8]
    (other,) = entries(await poll("cninfo", Recorded({BASE: said(answer(row(announcementTitle="年度报告")))}), URL))
    assert ladder(other) is None


async def test_pages_end_at_what_is_known():
    pages = [said(answer(row(9), more=True)), said(answer(row(8), more=True)), said(answer(row(7), more=False))]
    fetch = Recorded({BASE: list(pages)})
    first = await poll("cninfo", fetch, URL)
    assert [parse_qs((asked.data or b"").decode())["pageNum"] for asked in fetch.asked] == [["1"], ["2"], ["3"]]
    fetch.say(BASE, said(answer(row(10), row(9), more=True)))
    fetch.asked.clear()
    assert len(entries(await poll("cninfo", fetch, URL, memo=first.memo))) == 2
    assert len(fetch.asked) == 1


async def test_an_empty_answer_forgets_nothing_and_pages_beyond_the_last_are_said():
    fetch = Recorded({BASE: said(answer(row(9), more=False))})
    first = await poll("cninfo", fetch, URL)
    fetch.say(BASE, said({"announcements": None, "hasMore": False}))
    assert (await poll("cninfo", fetch, URL, memo=first.memo)).memo == ""  # the one before stays
    fetch.say(BASE, *(said(answer(row(100 - n), more=True)) for n in range(5)))
    polled = await poll("cninfo", fetch, URL, memo=first.memo)
    assert len(entries(polled)) == 5
    assert polled.notes == ("cninfo: more came since the last poll than one poll reads; the next ones read on",)


@pytest.mark.parametrize(("days_away", "first"), [(0, "2026-11-21"), (6, "2026-11-17"), (90, "2026-10-25")])
async def test_after_a_week_without_an_answer_the_days_missed_are_asked_for_too(days_away, first):
    fetch = Recorded({BASE: said(answer())})
    feed = Feed(1, URL, "cninfo", last_ok=NOW - days_away * DAY_MS)
    await source("cninfo", fetch).poll(feed, NOW)
    assert parse_qs((fetch.asked[0].data or b"").decode())["seDate"] == [f"{first}~2026-11-25"]


async def test_times_as_text_out_of_range_or_absent():
    rows = [row(1, announcementTime=str(MIDNIGHT)), row(2, announcementTime=10**30), row(3, announcementTime=None)]
    polled = await poll("cninfo", Recorded({BASE: said(answer(*rows))}), URL)
    assert [entry.published is not None for entry in entries(polled)] == [True, False, False]
    assert polled.notes == ("cninfo: announcementTime is missing or has changed in 1 of 3 items",)


async def test_a_row_with_little_in_it_is_kept():
    polled = await poll(
        "cninfo", Recorded({BASE: said(answer({"announcementId": 5, "announcementTitle": "公告"}))}), URL
    )
    (entry,) = entries(polled)
    assert (entry.id, entry.title, entry.link, entry.summary) == ("cninfo:5", "公告", "", "")
    assert len(polled.notes) == 4


async def test_a_web_page_or_another_shape_is_named():
    for body, told in (("<html>", "expected JSON"), ({"list": []}, "no field announcements")):
        with pytest.raises(NotAFeed, match=told):
            await poll("cninfo", Recorded({BASE: said(body)}), URL, now=NOW)


@needs_shared
async def test_the_documented_shape_is_read_whole():
    body = (SHARED / "samples" / "shapes" / "cninfo_hisAnnouncement.json").read_bytes()
    polled = await poll("cninfo", Recorded({BASE: said(body)}), URL)
    assert polled.notes == ()
    assert entries(polled)[0].title == "示例科技：首次公开发行股票招股意向书"


async def test_a_page_that_fails_loses_neither_what_stands_before_it_nor_what_stands_on_it():
    fetch = Recorded({BASE: [said(answer(row(9), more=True)), FetchError("timeout", "no answer")]})
    polled = await poll("cninfo", fetch, URL, memo='{"seen":["7"]}')
    assert [entry.id for entry in entries(polled)] == ["cninfo:9"]
    assert polled.notes == ("cninfo: older rows were not read, they are asked for again: no answer",)
    fetch.say(BASE, said(answer(row(9), more=True)), said(answer(row(8), row(7), more=True)))
    again = await poll("cninfo", fetch, URL, memo=polled.memo)
    assert ([entry.id for entry in entries(again)], again.notes) == (["cninfo:9", "cninfo:8", "cninfo:7"], ())


async def test_a_new_announcement_may_stand_below_a_known_one_of_its_day():
    """Their times are a bare day: the order within it is anybody's."""
    fetch = Recorded({BASE: [said(answer(row(9), more=True)), said(answer(row(7), row(8), more=False))]})
    polled = await poll("cninfo", fetch, URL, memo='{"seen":["7"]}')
    assert [entry.id for entry in entries(polled)] == ["cninfo:9", "cninfo:7", "cninfo:8"]


@pytest.mark.parametrize(("more", "asked", "notes"), [("true", 2, 0), (1, 2, 0), ("false", 1, 0), ([], 1, 1)])
async def test_whether_there_is_more_may_be_said_in_another_type(more: object, asked: int, notes: int):
    fetch = Recorded({BASE: [said(answer(row(9), more=more)), said(answer(row(8)))]})
    polled = await poll("cninfo", fetch, URL, memo='{"seen":["7"]}')
    assert (len(fetch.asked), len(polled.notes)) == (asked, notes)
