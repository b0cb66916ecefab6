"""HKEXnews' announcements: stocks, Hong Kong times, pages, two languages as one act, and the title search."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.core.polling.schedule import plan
from bot.core.polling.tempo import load
from bot.core.stories.ladders import ladder
from bot.ingest.feedstate import answered
from bot.ports import Feed, Polled
from tests.fakes.recorded import Recorded, said
from tests.guard import aside
from tests.shared import SHARED, needs_shared
from tests.sources.kit import NOW, entries, facts, poll

ROOT = "https://www1.hkexnews.hk/ncms/json/eds/lcisehk1relsd"
URL = f"{ROOT}e_1.json"
DOWN = FetchError("timeout", "no complete answer within 25 s")


def page(language: str, number: int) -> str:
    return f"{ROOT}{language}_{number}.json"


def act(number: int, title: str = "BUSINESS UPDATE", **fields: object) -> dict[str, object]:
    return {
        "newsId": number,
        "title": title,
        "lTxt": "Announcements and Notices - [Other - Business Update]",
        "relTime": "24/11/2026 08:13",
        "webPath": f"/listedco/listconews/sehk/2026/1124/{number}.pdf",
        "t2Code": "19750",
        "stock": [{"sc": "02513", "sn": "KNOWLEDGE ATLAS"}],
    } | fields


def listed(*rows: object, pages: object = 1) -> dict[str, object]:
    return {"maxNumOfFile": pages, "newsInfoLst": list(rows)}


def chinese(number: int, title: str = "業務更新", **fields: object) -> dict[str, object]:
    return act(number, title, stock=[{"sc": "02513", "sn": "智譜"}], lTxt="公告及通告 - [其他 - 業務更新]", **fields)


async def test_an_act_in_two_languages_is_one_entry():
    fetch = Recorded({page("e", 1): said(listed(act(900))), page("c", 1): said(listed(chinese(901)))})
    polled = await poll("hkex", fetch, URL)
    (entry,) = entries(polled)
    assert entry.title == "KNOWLEDGE ATLAS (2513.HK): BUSINESS UPDATE"
    assert "業務更新 · 智譜" in entry.summary
    assert entry.lang == "en"
    assert entry.published == datetime(2026, 11, 24, 0, 13, tzinfo=UTC)
    assert entry.link == "https://www1.hkexnews.hk/listedco/listconews/sehk/2026/1124/900.pdf"
    assert facts(entry, "company", "company_zh", "tickers") == ["KNOWLEDGE ATLAS", "智譜", "2513.HK"]
    assert polled.notes == ()


async def test_whichever_language_comes_first_the_act_keeps_its_id():
    def only(language: str, row: dict[str, object]) -> Recorded:
        other = "c" if language == "e" else "e"
        return Recorded({page(language, 1): said(listed(row)), page(other, 1): said(listed())})

    english = entries(await poll("hkex", only("e", act(900)), URL))[0]
    first_chinese = entries(await poll("hkex", only("c", chinese(901)), URL))[0]
    both = Recorded({page("e", 1): said(listed(act(900))), page("c", 1): said(listed(chinese(901)))})
    assert english.id == first_chinese.id == entries(await poll("hkex", both, URL))[0].id
    assert first_chinese.title == "智譜 (2513.HK): 業務更新"
    assert first_chinese.lang == "zh"


async def test_two_acts_of_one_minute_and_category_stay_two_and_meet_their_own_translation():
    english = listed(act(902, "SECOND"), act(900, "FIRST"))
    fetch = Recorded({page("e", 1): said(english), page("c", 1): said(listed(chinese(903, "二"), chinese(901, "一")))})
    found = entries(await poll("hkex", fetch, URL))
    assert {(entry.title.split(": ")[1], "一" in entry.summary) for entry in found} == {
        ("FIRST", True),
        ("SECOND", False),
    }


async def test_several_stocks_are_one_story_with_many_tickers():
    row = act(900, stock=[{"sc": "00700", "sn": "TENCENT"}, {"sc": "80700", "sn": "TENCENT-R"}])
    fetch = Recorded({page("e", 1): said(listed(row)), page("c", 1): said(listed())})
    (entry,) = entries(await poll("hkex", fetch, URL))
    assert entry.title == "TENCENT (0700.HK, 80700.HK): BUSINESS UPDATE"
    assert facts(entry, "tickers") == ["0700.HK,80700.HK"]


async def test_titles_are_one_line_and_their_html_is_undone():
    fetch = Recorded({page("e", 1): said(listed(act(900, "R&amp;D\nUPDATE &lt;2&gt;"))), page("c", 1): said(listed())})
    (entry,) = entries(await poll("hkex", fetch, URL))
    assert entry.title == "KNOWLEDGE ATLAS (2513.HK): R&amp;D UPDATE &lt;2&gt;"


async def test_every_page_is_read_and_later_only_down_to_what_is_known():
    pages = {
        page(lang, n): said(listed(act(1000 - 10 * n - (lang == "c")), pages=3)) for lang in "ec" for n in (1, 2, 3)
    }
    fetch = Recorded(pages)
    first = await poll("hkex", fetch, URL)
    assert len(fetch.asked) == 6
    fetch.asked.clear()
    await poll("hkex", fetch, URL, memo=first.memo)
    assert [asked.url for asked in fetch.asked] == [page("e", 1), page("c", 1)]


async def test_a_day_of_thousands_of_acts_never_holds_the_loop():
    """`tests.guard` fails whoever does."""
    with aside():
        first = said(listed(*(act(n, relTime=f"24/11/2026 {n // 60 % 24:02}:{n % 60:02}") for n in range(9000, 0, -1))))
    polled = await poll("hkex", Recorded({page("e", 1): first, page("c", 1): said(listed())}), URL)
    assert len(entries(polled)) == 1500
    assert polled.notes == (
        "hkex: 9,000 rows, of which the first 5,000 were read",
        "5000 entries, of which the first 1500 were taken",
    )


def week(language: str, number: int) -> str:
    return page(language, number).replace("sehk1rel", "sehk7rel")


def days(*rows: dict[str, object], today: Sequence[dict[str, object]] = ()) -> Recorded:
    """Today's list, and that of seven days, whose last rows stand on a second page."""
    fetch = Recorded({page("e", 1): said(listed(*today)), page("c", 1): said(listed()), week("c", 1): said(listed())})
    fetch.say(week("e", 1), said(listed(*today, *rows[:2], pages=2)))
    fetch.say(week("e", 2), said(listed(*rows[2:], pages=2)))
    return fetch


def numbers(polled: Polled) -> list[int]:
    return [int(entry.link.rpartition("/")[2].removesuffix(".pdf")) for entry in entries(polled)]


async def test_what_came_after_the_last_poll_of_a_day_is_read_on_the_next_from_the_list_of_seven_days():
    rows = [act(number, relTime=f"23/11/2026 {number % 24:02}:00") for number in (905, 904, 903, 902)]
    morning = [act(910), act(909, relTime="24/11/2026 08:00")]
    before = await poll("hkex", Recorded({page("e", 1): said(listed(rows[2])), page("c", 1): said(listed())}), URL)
    fetch = days(*rows, today=morning)
    polled = await poll("hkex", fetch, URL, memo=before.memo)
    assert numbers(polled) == [910, 909, 905, 904, 903]
    assert polled.notes == ()
    fetch.asked.clear()
    assert numbers(await poll("hkex", fetch, URL, memo=polled.memo)) == [910, 909]
    assert [asked.url for asked in fetch.asked] == [page("e", 1), page("c", 1)]


async def test_a_day_without_announcements_forgets_nothing():
    rows = [act(number, relTime=f"20/11/2026 {number % 24:02}:00") for number in (905, 904)]
    memo = (await poll("hkex", Recorded({page("e", 1): said(listed(*rows)), page("c", 1): said(listed())}), URL)).memo
    for _ in range(3):
        polled = await poll("hkex", days(*rows), URL, memo=memo)
        assert (numbers(polled), polled.memo, polled.notes) == ([905], memo, ())  # 904 is known, its minute may go on


async def test_days_that_could_not_be_read_are_said_and_today_is_told():
    fetch = days(act(901), today=[act(910)])
    fetch.say(week("e", 1), DOWN)
    polled = await poll("hkex", fetch, URL, memo='{"seen":["900"]}')
    assert numbers(polled) == [910]
    assert polled.notes[0].startswith("hkex: older rows were not read, they are asked for again: no complete")
    again = await poll("hkex", days(act(901), act(900), today=[act(910)]), URL, memo=polled.memo)
    assert (numbers(again), again.notes) == ([910, 901, 900], ())
    polled = await poll("hkex", days(act(901), today=[act(910)]), URL, memo='{"seen":["1"]}')
    assert (numbers(polled), polled.notes) == ([910, 901], ())  # all that the list of seven days holds
    empty = days(act(901))
    empty.say(week("e", 1), DOWN)
    assert (await poll("hkex", empty, URL, memo='{"seen":["900"]}')).memo == ""  # asked again at the next poll


async def test_a_list_that_moves_on_between_two_pages_gives_no_act_twice():
    fetch = Recorded({page("c", 1): said(listed())})
    fetch.say(page("e", 1), said(listed(act(901), act(900), pages=2)))
    fetch.say(page("e", 2), said(listed(act(900), act(890, relTime="24/11/2026 07:00"), pages=2)))
    found = entries(await poll("hkex", fetch, URL))
    assert [entry.id.partition("/2026 ")[2] for entry in found] == [
        "08:13:19750:1",
        "08:13:19750:0",
        "07:00:19750:0",
    ]


async def test_a_list_of_over_twenty_pages_is_read_by_several_polls_and_says_so():
    acts = [act(2000 - n, relTime=f"24/11/2026 {20 - n // 4}:{59 - n % 4}") for n in range(31)]
    rows = {page("e", n): said(listed(acts[n], pages=30)) for n in range(1, 31)}
    assert (await poll("hkex", Recorded(rows), URL, languages=("e",))).notes == ()  # the first poll begins somewhere
    polled = await poll("hkex", Recorded(rows), URL, languages=("e",), memo='{"seen":["1975"]}')
    assert len(entries(polled)) == 19  # the last one's minute may go on
    more = ("hkex: more came since the last poll than one poll reads; the next ones read on",)
    assert polled.notes == more
    both = {week("e", n): rows[page("e", n)] for n in range(1, 31)} | {page("e", 1): said(listed(act(2001)))}
    told: list[int] = []
    notes, memo = more, '{"seen":["1975"]}'
    while notes:
        fetch = Recorded(both)
        polled = await poll("hkex", fetch, URL, languages=("e",), memo=memo)
        told, notes, memo = told + numbers(polled), polled.notes, polled.memo
        assert len(fetch.asked) <= 20
    assert [number for number in told if number != 2001] == list(range(1999, 1975, -1))  # 1975 is known


async def test_what_one_language_missed_before_midnight_is_read_when_it_answers_again():
    """Some acts are announced in Chinese alone."""
    fetch = Recorded({page("e", 1): said(listed(act(900))), page("c", 1): said(listed(chinese(899, "一")))})
    memo = (await poll("hkex", fetch, URL)).memo
    fetch.say(page("c", 1), DOWN)
    memo = (await poll("hkex", fetch, URL, memo=memo)).memo
    late = chinese(905, "只有中文", relTime="24/11/2026 23:30", t2Code="1")
    fetch = Recorded({page("e", 1): said(listed()), page("c", 1): said(listed())})
    fetch.say(week("e", 1), said(listed(act(900))))
    fetch.say(week("c", 1), said(listed(late, chinese(899, "一"))))
    assert 905 in numbers(await poll("hkex", fetch, URL, memo=memo))


async def test_a_page_that_fails_holds_up_nothing_that_stands_before_it():
    rows = [act(900), act(850, relTime="24/11/2026 07:30")]
    fetch = Recorded({page("e", 1): said(listed(*rows, pages=2)), page("e", 2): DOWN, page("c", 1): said(listed())})
    polled = await poll("hkex", fetch, URL, memo='{"seen":["700"]}')
    assert numbers(polled) == [900]  # another act of 850's minute may stand on page two
    fetch.say(week("e", 1), said(listed(*rows, act(800, relTime="24/11/2026 07:00"), act(700))))
    again = await poll("hkex", fetch, URL, memo=polled.memo)
    assert {850, 800} <= set(numbers(again))


async def test_acts_of_one_minute_across_two_pages_keep_their_numbers_and_translations():
    """The head of the list of one language ends between two of them; a new one comes."""

    def minute(number: int) -> str:
        return f"24/11/2026 08:{number - 870}"

    def both(*numbers: int, pages: tuple[int, int] = (2, 2)) -> Recorded:
        english = [act(n, f"ON {n}", relTime="24/11/2026 08:13" if n in (900, 902) else minute(n)) for n in numbers]
        translated = [
            chinese(n + 1, f"關於{n}", relTime=row["relTime"]) for n, row in zip(numbers, english, strict=True)
        ]
        split = numbers.index(900)
        fetch = Recorded({page("e", 1): said(listed(*english[:split], pages=2))})
        fetch.say(page("e", 2), said(listed(*english[split:], pages=2)))
        fetch.say(page("c", 1), said(listed(*translated)))
        return fetch

    def ids(polled: Polled) -> dict[int, str]:
        return {number - number % 2: entry.id for number, entry in zip(numbers(polled), entries(polled), strict=True)}

    first = await poll("hkex", both(902, 900, 890), URL)
    again = ids(await poll("hkex", both(910, 902, 900, 890), URL, memo=first.memo))
    assert again == {**ids(first), 910: again[910]}


async def test_noise_is_dropped_by_category_in_either_language():
    rows = [act(900, lTxt="Next Day Disclosure Returns"), act(901, relTime="24/11/2026 09:00")]
    fetch = Recorded(
        {
            page("e", 1): said(listed(*rows)),
            page("c", 1): said(listed(chinese(902, "翌日披露報表", relTime="24/11/2026 10:00"))),
        }
    )
    found = entries(await poll("hkex", fetch, URL, drop=("Next Day Disclosure Return", "翌日披露報表")))
    assert [entry.link.rpartition("/")[2] for entry in found] == ["901.pdf"]


async def test_a_morning_of_noise_alone_is_no_empty_list():
    """It was asked ever more seldom, up to an hour, and the results of the morning came as late."""
    rows = [act(900 + n, lTxt="Next Day Disclosure Returns", relTime=f"24/11/2026 06:{n + 10}") for n in range(3)]
    fetch = Recorded({page("e", 1): said(listed(*rows)), page("c", 1): said(listed())})
    polled = await poll("hkex", fetch, URL, drop=("Next Day Disclosure Return",))
    assert entries(polled) == ()
    settled = answered(Feed(1, URL, "hkex"), polled, plan("official", {}, 45, 3600), NOW, 0.5)
    assert (load(settled.rhythm).empty, settled.baselined) == (0, True)


async def test_a_prospectus_and_allotment_results_are_rungs_of_the_listing():
    rows = [
        act(900, lTxt="Listing Documents - [Offer for Subscription]"),
        act(901, relTime="24/11/2026 09:00", lTxt="Announcements and Notices - [Allotment Results]"),
    ]
    fetch = Recorded({page("e", 1): said(listed(*rows)), page("c", 1): said(listed())})
    steps = [ladder(entry) for entry in entries(await poll("hkex", fetch, URL))]
    assert sorted((step.order, step.rung) for step in steps if step) == [(3, "prospectus"), (4, "allotment")]
    assert len({step.process for step in steps if step}) == 1


async def test_one_language_that_fails_is_a_note_the_other_is_read():
    fetch = Recorded({page("e", 1): said(listed(act(900))), page("c", 1): DOWN})
    polled = await poll("hkex", fetch, URL)
    assert len(entries(polled)) == 1
    assert polled.notes == ("hkex: only the list in one language was read: no complete answer within 25 s",)
    fetch = Recorded({page("e", 1): DOWN, page("c", 1): said(listed(chinese(901)))})
    with pytest.raises(FetchError):
        await poll("hkex", fetch, URL)
    assert len(entries(await poll("hkex", fetch, URL, languages=("c",)))) == 1


async def test_fields_that_went_missing_are_named_and_the_act_is_kept():
    rows = [act(900, stock=None, relTime="24.11.2026"), {"newsId": 901, "title": "BARE"}]
    fetch = Recorded({page("e", 1): said(listed(*rows, pages=None)), page("c", 1): said(listed())})
    polled = await poll("hkex", fetch, URL)
    found = {entry.id: entry for entry in entries(polled)}
    assert found["hkex:900"].published is None
    assert found["hkex:901"].title == "BARE"
    assert {note.split()[1] for note in polled.notes} == {"stock", "relTime", "webPath", "maxNumOfFile"}
    fetch = Recorded({page("e", 1): said(listed(*rows, pages="9" * 5000)), page("e", 2): said(listed())})
    assert len(entries(await poll("hkex", fetch, URL, languages=("e",)))) == 2


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"maxNumOfFile": 1}, "no field newsInfoLst"),
        ({"newsInfoLst": {"a": 1}}, "newsInfoLst is no list"),
        ([], "no field newsInfoLst"),
        ("<!DOCTYPE html><html>", "an HTML page"),
        ("<!DOCTYPE html><html><title>登录</title>", "a login page"),
        ("<html><body>Just a moment...", "a bot check"),
        ("", "an empty body"),
        ('{"newsInfoLst": [', "cut or broken"),
        ("Service unavailable", '"Service unavailable"'),
        ("<?xml version='1.0'?><a/>", "XML"),
    ],
)
async def test_what_is_not_the_list_is_named_in_one_line(body, told):
    with pytest.raises(NotAFeed, match=told) as refused:
        await poll("hkex", Recorded({page("e", 1): said(body)}), URL)
    assert "\n" not in str(refused.value)


async def test_a_null_list_is_an_empty_one():
    fetch = Recorded({page(lang, 1): said({"maxNumOfFile": 1, "newsInfoLst": None}) for lang in "ec"})
    assert entries(await poll("hkex", fetch, URL)) == ()


@needs_shared
async def test_the_documented_list_is_read_whole():
    body = (SHARED / "samples" / "shapes" / "hkex_lcisehk1relsde_1.json").read_bytes()
    polled = await poll("hkex", Recorded({page("e", 1): said(body), page("c", 1): said(listed())}), URL)
    assert polled.notes == ()
    assert [facts(entry, "tickers") for entry in entries(polled)] == [["0700.HK,80700.HK"], ["2513.HK"]]


# ── title search ────────────────────────────────────────────────────────────────────────────────────────────────


SEARCH = "https://www1.hkexnews.hk/search/titleSearchServlet.do?searchType=0&lang=E"


def record(**fields: object) -> dict[str, object]:
    return {
        "NEWS_ID": "12022263",
        "STOCK_NAME": "TENCENT<br/>TENCENT-R",
        "STOCK_CODE": "00700<br/>80700",
        "TITLE": "R&amp;D Update",
        "DATE_TIME": "11/02/2026 19:10",
        "FILE_LINK": "/listedco/1.pdf",
        "LONG_TEXT": "Announcements and Notices - [Other]",
    } | fields


async def test_json_inside_json_is_read():
    body = {"result": json.dumps([record()]), "hasNextRow": False}
    (entry,) = entries(await poll("hkex-search", Recorded({SEARCH: said(body)}), SEARCH))
    assert entry.title == "TENCENT TENCENT-R (0700.HK, 80700.HK): R&amp;D Update"
    assert entry.published == datetime(2026, 2, 11, 11, 10, tzinfo=UTC)


async def test_the_word_null_and_null_itself_are_no_records():
    for result in ("null", None):
        assert entries(await poll("hkex-search", Recorded({SEARCH: said({"result": result})}), SEARCH)) == ()


async def test_a_search_answer_of_another_shape_is_named():
    for body, told in (({"results": "[]"}, "no field result"), ({"result": "<html>"}, "holds no JSON")):
        with pytest.raises(NotAFeed, match=told):
            await poll("hkex-search", Recorded({SEARCH: said(body)}), SEARCH)


@needs_shared
async def test_the_recorded_search_is_read_whole():
    body = (SHARED / "samples" / "hkex" / "titleSearchServlet_one_record.json").read_bytes()
    polled = await poll("hkex-search", Recorded({SEARCH: said(body)}), SEARCH)
    (entry,) = entries(polled)
    assert polled.notes == ()
    assert entry.title == "ZHONGTAIFUTURES (1461.HK): Articles of Association"
