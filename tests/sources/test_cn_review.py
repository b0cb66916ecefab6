"""Listing reviews in Shanghai, Shenzhen and Beijing: three shapes, one ladder, and what is not documented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from bot.core.errors import NotAFeed
from bot.core.stories.ladders import ladder
from bot.ports import Feed, Fetched
from tests.fakes.recorded import Recorded, said
from tests.sources.kit import entries, facts, poll, source

SSE = "https://query.sse.com.cn/commonSoaQuery.do?sqlId=SH_XM_LB"
SZSE = "https://www.szse.cn/api/ras/projectrends/query?bizType=1&pageIndex=0&pageSize=50"
BSE = "https://www.bse.cn/projectNewsController/infoResult.do"
MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def shanghai(**fields: object) -> dict[str, object]:
    issuer = {"s_issueCompanyFullName": "示例科技股份有限公司"}
    return {
        "stockAuditNum": "901",
        "stockAuditName": "示例科技",
        "currStatus": 1,
        "updateDate": "20261124093000",
        "issueMarketType": 1,
        "stockIssuer": [issuer],
    } | fields


def shenzhen(**fields: object) -> dict[str, object]:
    named = {"prjid": 7, "cmpnm": "示例芯片股份有限公司", "prjst": "已受理"}
    return {**named, "boardName": "创业板", "updtdt": "2026-11-24"} | fields


def beijing(**fields: object) -> dict[str, object]:
    when = {"time": int(MORNING.timestamp() * 1000)}
    return {"id": 3, "companyName": "示例材料", "status": "P01", "stockCode": "874000", "updateDate": when} | fields


def in_shanghai(*rows: object) -> dict[str, object]:
    return {"pageHelp": {"data": list(rows)}}


async def test_shanghai():
    polled = await poll("cn-review", Recorded({SSE: said(in_shanghai(shanghai()))}), SSE)
    (entry,) = entries(polled)
    assert entry.title == "示例科技股份有限公司：上交所科创板 IPO 审核：已受理"
    assert entry.link == "https://www.sse.com.cn/listing/renewal/ipo/index_listing_detail.shtml?auditId=901"
    assert (entry.published, entry.lang, entry.form) == (MORNING, "zh", "发行上市审核")
    assert facts(entry, "company", "stage") == ["示例科技股份有限公司", "application"]
    assert polled.notes == ()


async def test_shenzhen():
    polled = await poll("cn-review", Recorded({SZSE: said({"data": [shenzhen()], "totalSize": 1})}), SZSE)
    (entry,) = entries(polled)
    assert entry.title == "示例芯片股份有限公司：深交所创业板 IPO 审核：已受理"
    assert entry.link == "https://www.szse.cn/listing/projectdynamic/ipo/detail/index.html?id=7"
    assert entry.published == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert polled.notes == ()


async def test_beijing_is_asked_by_form_and_answers_with_a_call():
    body = 'cb([{"listInfo":{"content":[{"id":3,"companyName":"示例材料","status":"P01","updateDate":{"time":0}}]}}])'
    fetch = Recorded({BSE: said(body)})
    (entry,) = entries(await poll("cn-review", fetch, f"{BSE}?page=0&sortfield=updateDate"))
    assert entry.title == "示例材料：北交所 IPO 审核：已受理"
    assert parse_qs((fetch.asked[0].data or b"").decode()) == {"page": ["0"], "sortfield": ["updateDate"]}
    assert fetch.asked[0].headers["Referer"] == "https://www.bse.cn/audit/project_news_detail.html"


async def test_a_beijing_ticker_and_time():
    (entry,) = entries(await poll("cn-review", Recorded({BSE: said([{"listInfo": {"content": [beijing()]}}])}), BSE))
    assert (entry.published, facts(entry, "tickers")) == (MORNING, ["874000.BJ"])
    rows = [beijing(updateDate="2026-11-24"), beijing(updateDate=None)]
    dated = entries(await poll("cn-review", Recorded({BSE: said([{"listInfo": {"content": rows}}])}), BSE))
    assert [entry.published for entry in dated] == [datetime(2026, 11, 23, 16, tzinfo=UTC), None]


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        ("已受理", "application"),
        ("已问询", "inquiry"),
        ("通过", "committee"),
        ("上市委会议通过", "committee"),
        ("复审通过", "committee"),
        ("复审不通过", "ended"),
        ("未通过", "ended"),
        ("暂缓审议", ""),
        ("提交注册", "registration"),
        ("注册生效", "effective"),
        ("不予注册", "ended"),
        ("终止注册", "ended"),
        ("中止", ""),
        ("撤回", "ended"),
        ("一种新的状态", ""),
    ],
)
async def test_a_state_is_a_step_of_the_ladder_or_only_told(status: str, stage: str):
    fetch = Recorded({SZSE: said({"data": [shenzhen(prjst=status)]})})
    (entry,) = entries(await poll("cn-review", fetch, SZSE))
    assert entry.title.endswith(status)
    assert facts(entry, "stage") == [stage]
    assert (ladder(entry) is None) == (stage == "")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"currStatus": 3, "commitiResult": 1}, "上市委会议通过"),
        ({"currStatus": "3", "commitiResult": "2"}, "上市委会议未通过"),
        ({"currStatus": 3, "commitiResult": ""}, "上市委会议"),
        ({"currStatus": 5, "registeResult": 1}, "注册生效"),
        ({"currStatus": 5, "registeResult": 3}, "终止注册"),
        ({"currStatus": 5}, "注册结果"),
    ],
)
async def test_shanghai_tells_results_apart(fields: dict[str, object], status: str):
    (entry,) = entries(await poll("cn-review", Recorded({SSE: said(in_shanghai(shanghai(**fields)))}), SSE))
    assert entry.title.endswith(f"审核：{status}")


async def test_numbers_on_which_public_clients_differ_end_nothing():
    rows = [shanghai(currStatus=number) for number in (6, 7, 8)]
    assert {
        facts(entry, "stage")[0]
        for entry in entries(await poll("cn-review", Recorded({SSE: said(in_shanghai(*rows))}), SSE))
    } == {""}


async def test_a_review_that_is_suspended_again_is_told_again_and_what_is_dated_anew_is_not():
    def at(day: int, status: int) -> Recorded:
        return Recorded({SSE: said(in_shanghai(shanghai(currStatus=status, updateDate=f"202611{day:02}093000")))})

    told, memo = list[str](), ""
    for day, status in ((3, 6), (4, 2), (6, 2), (9, 6), (9, 6)):
        polled = await poll("cn-review", at(day, status), SSE, memo=memo)
        told += [entry.id for entry in entries(polled)]
        memo = polled.memo
    first, asked, again, second, same = told
    assert (asked, second) == (again, same)
    assert len({first, asked, second}) == 3


async def test_one_process_from_the_application_to_the_registration():
    rows = [shanghai(currStatus=number, registeResult=1, commitiResult=1) for number in (1, 2, 3, 4, 5)]
    told = entries(await poll("cn-review", Recorded({SSE: said(in_shanghai(*rows))}), SSE))
    steps = [ladder(entry) for entry in told]
    assert [step.order for step in steps if step] == [1, 2, 3, 4, 5]
    assert len({step.process for step in steps if step}) == 1
    assert len({entry.id for entry in told}) == 5


async def test_a_field_that_went_is_named_and_the_rest_kept():
    rows = [shanghai(), {"stockAuditNum": "902", "stockAuditName": "另一家", "currStatus": "新", "updateDate": None}]
    polled = await poll("cn-review", Recorded({SSE: said(in_shanghai(*rows))}), SSE)
    assert [entry.title for entry in entries(polled)][1] == "另一家：上交所 IPO 审核有更新"
    assert polled.notes == (
        "cn-review: currStatus is missing or has changed in 1 of 2 items",
        "cn-review: updateDate is missing or has changed in 1 of 2 items",
    )
    unknown = await poll("cn-review", Recorded({BSE: said([{"listInfo": {"content": [beijing(status="Q1")]}}])}), BSE)
    assert unknown.notes == ("cn-review: status is missing or has changed in 1 of 1 items",)


@pytest.mark.parametrize(
    ("url", "body", "told"),
    [
        (SSE, "<html>", "expected JSON"),
        (SSE, {"result": []}, "上交所 has no pageHelp"),
        (SZSE, {"data": "none"}, "no list"),
        (SZSE, [], "深交所 has no data"),
        (BSE, {"listInfo": {}}, "北交所 has no 0"),
        (BSE, "cb([])", "北交所 has no listInfo"),
    ],
)
async def test_another_shape_is_named(url: str, body: object, told: str):
    with pytest.raises(NotAFeed, match=told):
        await poll("cn-review", Recorded({url: said(body)}), url)


async def test_an_address_of_another_list_is_refused():
    with pytest.raises(NotAFeed, match=r"docs/sources\.md"):
        await poll("cn-review", Recorded({}), "https://www.sse.com.cn/other")


async def test_a_null_list_is_an_empty_one():
    assert entries(await poll("cn-review", Recorded({SZSE: said({"data": None})}), SZSE)) == ()


@pytest.mark.parametrize(
    ("url", "second", "wrap"),
    [
        (
            f"{SSE}&pageHelp.pageSize=1&pageHelp.pageNo=1&pageHelp.beginPage=1&pageHelp.endPage=1",
            f"{SSE}&pageHelp.pageSize=1&pageHelp.pageNo=2&pageHelp.beginPage=2&pageHelp.endPage=2",
            lambda n: in_shanghai(shanghai(stockAuditNum=str(n))),
        ),
        (SZSE, SZSE.replace("pageIndex=0", "pageIndex=1"), lambda n: {"data": [shenzhen(prjid=n)]}),
    ],
)
async def test_on_a_busy_day_page_after_page_is_read_until_a_known_state(url, second, wrap):
    fetch = Recorded({url: said(wrap(1))})
    first = await poll("cn-review", fetch, url)
    assert [asked.url for asked in fetch.asked] == [url]
    fetch.say(url, said(wrap(3)))
    fetch.say(second, said(wrap(2)))
    fetch.say(second.replace("=2", "=3").replace("Index=1", "Index=2"), said(wrap(1)))
    polled = await poll("cn-review", fetch, url, memo=first.memo)
    assert [entry.id.split(":")[2] for entry in entries(polled)] == ["3", "2", "1"]
    assert (len(fetch.asked), polled.notes) == (4, ())
    await poll("cn-review", fetch, url, memo=polled.memo)
    assert len(fetch.asked) == 5


async def test_beijings_next_page_is_asked_by_form():
    def pages(*numbers: int) -> list[Fetched]:
        return [said([{"listInfo": {"content": [beijing(id=n)]}}]) for n in numbers]

    fetch = Recorded({BSE: pages(3, 2)})
    polled = await poll("cn-review", fetch, f"{BSE}?page=0&sortfield=updateDate", memo='{"seen":["2:已受理"]}')
    assert len(entries(polled)) == 2
    assert [parse_qs((asked.data or b"").decode())["page"] for asked in fetch.asked] == [["0"], ["1"]]


async def test_an_unchanged_list_is_read_no_further_unless_a_page_is_owed():
    fetch = Recorded({SZSE: said({"data": [shenzhen(prjid=3)]})})
    first = await poll("cn-review", fetch, SZSE, memo='{"seen":["1:已受理"]}')
    assert len(first.notes) == 1  # page two is not there
    feed = Feed(1, SZSE, "cn-review", memo=first.memo, body_hash=first.body_hash)
    fetch.say(SZSE.replace("Index=0", "Index=1"), said({"data": [shenzhen(prjid=2), shenzhen(prjid=1)]}))
    owed = await source("cn-review", fetch).poll(feed, 0)
    assert [entry.id.split(":")[2] for entry in entries(owed)] == ["3", "2", "1"]
    same = await source("cn-review", fetch).poll(replace(feed, memo=owed.memo), 0)
    assert same.parsed is None


@pytest.mark.parametrize("body", ["f(1)" + " " * 300_000 + "x", " " * 300_000 + "(", "f(" * 100_000])
async def test_a_body_that_only_begins_like_a_call_costs_no_time(body: str):
    """The pattern that looked for the call's end tried all ways to share out the spaces: hours."""
    with pytest.raises(NotAFeed, match="expected JSON"):
        await poll("cn-review", Recorded({BSE: said(body)}), BSE)
