"""EDGAR's list of current filings: parties merged, exact forms, paging, the end of the list, refusals."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.core.polling.schedule import after_error, plan
from bot.core.polling.tempo import load
from bot.ingest.feedstate import answered
from bot.ports import Feed
from bot.sources.feed_source import FeedSource
from bot.sources.kinds import SOURCES
from bot.sources.kit.tools import Tools
from tests.fakes.recorded import Recorded, said
from tests.process import process_key
from tests.shared import SHARED, needs_shared
from tests.sources.kit import NOW, entries, facts, parse_now, poll, source

URL = "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&type=S-1&owner=include&count=100&output=atom"


def page(start: int = 0) -> str:
    return URL.replace("count=100&output=atom", f"count=100&output=atom&start={start}")


def row(number: int, title: str, form: str, summary: str = "", term: bool = True) -> str:
    accession = f"0001234567-26-{number:06d}"
    category = f'<category scheme="https://www.sec.gov/" label="form type" term="{form}"/>' if term else ""
    return f"""<entry><title>{title}</title>
    <link rel="alternate" type="text/html" href="https://www.sec.gov/Archives/edgar/data/1/{accession}-index.htm"/>
    <summary type="html">&lt;b&gt;Filed:&lt;/b&gt; 2026-11-24 &lt;b&gt;AccNo:&lt;/b&gt; {accession} {summary}</summary>
    <updated>2026-11-24T09:30:00-05:00</updated>{category}
    <id>urn:tag:sec.gov,2008:accession-number={accession}</id></entry>"""


def listed(*rows: str) -> str:
    return f"""<?xml version="1.0" encoding="ISO-8859-1" ?><feed xmlns="http://www.w3.org/2005/Atom">
    <title>Latest Filings</title><id>x</id><updated>2026-11-24T10:00:00-05:00</updated>{"".join(rows)}</feed>"""


def full(first: int) -> str:
    return listed(*(row(first - n, f"S-1 - Acme {first - n} Inc (0000000001) (Filer)", "S-1") for n in range(100)))


async def test_a_filing_is_told_like_a_colleagues_line():
    fetch = Recorded({page(): said(listed(row(1, "S-1 - Acme AI, Inc. (0001234567) (Filer)", "S-1")))})
    (entry,) = entries(await poll("edgar", fetch, URL))
    assert entry.title == "Acme AI, Inc. filed an S-1 (IPO registration)"
    assert entry.summary == "accession 0001234567-26-000001 · filed 2026-11-24"
    assert (entry.form, entry.lang) == ("S-1", "en")
    assert entry.published == datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    assert entry.id == "urn:tag:sec.gov,2008:accession-number=0001234567-26-000001"
    assert process_key(entry) == "sec-offering:0001234567"


async def test_a_feed_of_filings_that_was_added_as_any_other_is_told_so_too():
    rows = (row(1, f"S-1 - Acme {name} (000000000{name}) (Filer)", "S-1") for name in (1, 2))
    fetch = Recorded({"https://www.sec.gov/some.atom": said(listed(*rows))})
    polled = await FeedSource(fetch, parse_now).poll(Feed(1, "https://www.sec.gov/some.atom"), 0)
    (entry,) = entries(polled)
    assert entry.title == "Acme 1 filed an S-1 (IPO registration)"
    assert facts(entry, "parties") == ["Acme 2"]
    assert process_key(entry) == "sec-offering:0000000001"


async def test_one_filing_with_many_parties_is_one_entry_that_names_them():
    rows = [row(7, f"424B2 - Trust No. {n} (00000000{n:02d}) (Filer)", "424B2") for n in range(1, 86)]
    (entry,) = entries(await poll("edgar", Recorded({page(): said(listed(*rows))}), URL))
    assert entry.title.startswith("Trust No. 1 filed a 424B2")
    assert facts(entry, "parties")[0].startswith("Trust No. 2; Trust No. 3; ")
    assert facts(entry, "parties")[0].endswith("Trust No. 11 and 74 more")


async def test_the_filer_of_a_stake_comes_before_the_company_that_it_is_about():
    rows = [
        row(8, "SCHEDULE 13D - Target &amp;amp; Co (0000000009) (Subject)", "SCHEDULE 13D"),
        row(8, "SCHEDULE 13D - Fund (X) LP (0000000008) (Filed by)", "SCHEDULE 13D"),
    ]
    (entry,) = entries(await poll("edgar", Recorded({page(): said(listed(*rows))}), URL))
    assert entry.title.startswith("Fund (X) LP filed a Schedule 13D")
    assert entry.title.endswith("on Target &amp; Co")
    assert facts(entry, "cik", "about", "parties") == ["0000000008", "Target & Co", ""]


async def test_an_insiders_trade_is_on_the_issuer():
    rows = [
        row(8, "4 - ACME CORP (0000000009) (Issuer)", "4"),
        row(8, "4 - DOE JANE (0000000008) (Reporting)", "4"),
    ]
    (entry,) = entries(await poll("edgar", Recorded({page(): said(listed(*rows))}), URL))
    assert entry.title == "DOE JANE filed a Form 4 (an insider's trade) on ACME CORP"


async def test_only_the_exact_forms_are_taken_because_type_is_a_prefix():
    rows = [
        row(n, f"{form} - Acme {n} (0000000001) (Filer)", form)
        for n, form in enumerate(["S-1", "S-11", "S-1/A", "S-1MEF"])
    ]
    fetch = Recorded({page(): said(listed(*rows))})
    polled = await poll("edgar", fetch, URL, forms=("S-1", "S-1/A"))
    assert [entry.form for entry in entries(polled)] == ["S-1", "S-1/A"]


async def test_items_of_an_8k_come_from_the_summary():
    items = "&lt;br&gt;Item 2.02: Results &lt;br&gt;Item 9.01: Exhibits"
    fetch = Recorded({page(): said(listed(row(3, "8-K - Acme (0000000001) (Filer)", "8-K", items)))})
    (entry,) = entries(await poll("edgar", fetch, URL))
    assert entry.title == "Acme filed an 8-K (results of operations)"
    assert facts(entry, "items") == ["2.02,9.01"]


async def test_a_title_of_another_shape_and_no_category_still_gives_an_entry():
    rows = [row(1, "Something new", "", term=False), row(2, "8-K - Acme (0000000001) (Filer)", "", term=False)]
    one, two = entries(await poll("edgar", Recorded({page(): said(listed(*rows))}), URL))
    assert one.title == "Something new filed a document"
    assert (two.form, two.title) == ("8-K", "Acme filed an 8-K (current report)")


async def test_the_first_poll_reads_one_page_later_ones_go_on_to_what_is_known():
    fetch = Recorded({page(0): said(full(1000)), page(100): said(full(900)), page(200): said(full(800))})
    first = await poll("edgar", fetch, URL)
    assert [asked.url for asked in fetch.asked] == [page(0)]
    fetch.say(page(0), said(full(1150)))
    fetch.say(page(100), said(full(1050)))
    second = await poll("edgar", fetch, URL, memo=first.memo)
    assert [asked.url for asked in fetch.asked[1:]] == [page(0), page(100)]
    assert len(entries(second)) == 199  # the last one is known, and its parties may go on
    third = await poll("edgar", fetch, URL, memo=second.memo)
    assert [asked.url for asked in fetch.asked[3:]] == [page(0)]
    assert third.memo == second.memo


async def test_a_first_poll_that_came_cut_is_no_baseline():
    """What it lacked would be news of the next."""
    first = await poll("edgar", Recorded({page(0): said(full(1000), complete=False)}), URL)
    assert first.parsed
    assert not first.parsed.complete


async def test_an_empty_list_forgets_nothing():
    fetch = Recorded({page(0): said(full(1000))})
    first = await poll("edgar", fetch, URL)
    fetch.say(page(0), said(listed()))
    assert (await poll("edgar", fetch, URL, memo=first.memo)).memo == ""  # the one before stays


async def test_a_burst_beyond_five_pages_is_said():
    fetch = Recorded({page(100 * n): said(full(9000 - 100 * n)) for n in range(6)})
    polled = await poll("edgar", fetch, URL, memo='{"seen":["0001234567-26-000001"]}')
    assert len(fetch.asked) == 5
    assert polled.notes == ("edgar: more came since the last poll than one poll reads; the next ones read on",)


async def test_past_the_end_503_is_the_end_of_the_list_and_no_outage():
    end = FetchError("server", "the server failed (HTTP 503)", status=503)
    fetch = Recorded({page(0): said(full(1000)), page(100): end})
    memo = '{"seen":["0001234567-26-000001"]}'
    once = await poll("edgar", fetch, URL, memo=memo)
    assert len(entries(once)) == 100
    assert once.notes == ("edgar: older rows were not read, they are asked for again: the server failed (HTTP 503)",)
    twice = await poll("edgar", fetch, URL, memo=once.memo)
    assert twice.notes == ()
    after = await poll("edgar", fetch, URL, memo=twice.memo)
    assert [asked.url for asked in fetch.asked] == [page(0), page(100), page(0), page(100), page(0)]
    assert after.notes == ()


async def test_a_page_that_failed_is_asked_for_again_so_that_no_filing_is_lost():
    down = FetchError("timeout", "no complete answer within 25 s")
    fetch = Recorded({page(0): said(full(1000)), page(100): [down, said(full(900))], page(200): said(full(800))})
    memo = '{"seen":["0001234567-26-000810"]}'
    once = await poll("edgar", fetch, URL, memo=memo)
    again = await poll("edgar", fetch, URL, memo=once.memo)
    assert len(entries(once)) == 100
    assert len(entries(again)) == 99 + 91  # down to what was known; what the first page ends with is, too


@pytest.mark.parametrize("broken", ["cut", "web page"])
async def test_a_page_that_is_not_whole_is_asked_for_again_so_that_no_filing_is_lost(broken: str):
    whole, memo = full(900), '{"seen":["0001234567-26-000890"]}'
    part = whole[: whole.index("</entry>", len(whole) // 20) + len("</entry>")]
    odd = said(part, complete=False) if broken == "cut" else said("<!DOCTYPE html><title>Sign in</title>")
    fetch = Recorded({page(0): said(full(1000)), page(100): [odd, said(whole)]})
    once = await poll("edgar", fetch, URL, memo=memo)
    assert len(once.notes) == 1
    told = {entry.id for polled in (once, await poll("edgar", fetch, URL, memo=once.memo)) for entry in entries(polled)}
    assert len(told) == 100 + 11


async def test_a_burst_beyond_five_pages_is_read_by_the_next_polls():
    fetch = Recorded({page(100 * n): said(full(9000 - 100 * n)) for n in range(9)})
    memo, told = '{"seen":["0001234567-26-008250"]}', set[str]()
    for _ in range(2):
        polled = await poll("edgar", fetch, URL, memo=memo)
        memo = polled.memo
        told |= {entry.id for entry in entries(polled)}
    assert (len(told), polled.notes) == (751, ())


async def test_a_known_filing_whose_parties_the_end_of_a_page_parts_is_not_told_without_its_filer():
    """As the list grew the company that a fund bought into was told to have filed: an edit of the headline."""
    stake = [
        row(1, "SCHEDULE 13D - Target Co (0000000009) (Subject)", "SCHEDULE 13D"),
        row(1, "SCHEDULE 13D - Fund LP (0000000008) (Filed by)", "SCHEDULE 13D"),
    ]
    rest = [row(n, f"SCHEDULE 13D - Fund {n} (0000000001) (Filer)", "SCHEDULE 13D") for n in range(200, 101, -1)]
    fetch = Recorded({page(0): said(listed(*rest[1:], *stake))})
    first = await poll("edgar", fetch, URL)
    assert entries(first)[-1].title.startswith("Fund LP filed")
    fetch.say(page(0), said(listed(*rest, stake[0])))
    then = entries(await poll("edgar", fetch, URL, memo=first.memo))
    assert (len(then), then[-1].title[:8]) == (99, "Fund 102")


async def test_a_filing_whose_parties_stand_where_one_poll_ends_is_told_by_the_next_with_all():
    def name(place: int) -> str:
        number = 8500 if place in (499, 500) else 9000 - place
        return row(number, f"S-1 - Fund {place} (0000000001) (Filer)", "S-1")

    pages = {page(start): said(listed(*map(name, range(start, start + 100)))) for start in range(0, 700, 100)}
    fetch, memo, told = Recorded(pages), '{"seen":["0001234567-26-008350"]}', list[str]()
    for _ in range(2):
        polled = await poll("edgar", fetch, URL, memo=memo)
        memo = polled.memo
        told += [facts(entry, "parties")[0] for entry in entries(polled) if entry.id.endswith("8500")]
    assert (told, polled.notes) == (["Fund 500"], ())


async def test_an_outage_of_the_first_page_is_an_error():
    fetch = Recorded({page(0): FetchError("server", "the server failed (HTTP 503)", status=503)})
    with pytest.raises(FetchError, match="503"):
        await poll("edgar", fetch, URL)


async def test_without_a_contact_the_sec_is_not_asked_at_all():
    fetch = Recorded()
    for kind in ("edgar", "edgar-company", "edgar-search"):
        with pytest.raises(FetchError, match="TOCSIN_FETCH_CONTACT") as refused:
            await source(kind, fetch, contact="").poll(Feed(1, URL, kind), 0)
        assert refused.value.kind == "auth"
    assert fetch.asked == []


async def test_403_is_named_as_the_secs_refusal_with_its_ten_minutes():
    fetch = Recorded({page(): FetchError("auth", "no", status=403)})
    with pytest.raises(FetchError, match=r"refuses this client \(403\)") as refused:
        await poll("edgar", fetch, URL)
    assert refused.value.retry_after_s == 600
    limits = plan("official", {}, 45, 3600)
    waits = [after_error(refused.value.kind, n, limits, 0, 1.0, refused.value.retry_after_s) for n in (1, 9)]
    assert waits == [660_000, 660_000], "a lock would close every list of filings for an hour or two"


async def test_all_requests_to_the_sec_take_a_turn_under_one_key():
    turns: list[tuple[str, int]] = []

    async def turn(key: str, every_ms: int) -> None:
        turns.append((key, every_ms))

    fetch = Recorded({page(): said(listed()), URL: FetchError("server", "x", status=500)})
    tools = Tools(fetch, FeedSource(fetch, parse_now), parse_now, "desk@example.test", turn)
    await SOURCES["edgar"].poll(tools, Feed(1, URL), 0)
    with pytest.raises(FetchError):
        await SOURCES["edgar-search"].poll(tools, Feed(2, URL), 0)
    assert turns == [("sec.gov", 100), ("sec.gov", 100)]
    assert [asked.every_ms for asked in fetch.asked] == [100, 100]


async def test_a_web_page_in_place_of_the_list_is_no_feed():
    with pytest.raises(NotAFeed, match=r"^edgar: a web page instead of a feed$"):
        await poll("edgar", Recorded({page(): said("<!DOCTYPE html><html><body>Down</body></html>")}), URL)
    with pytest.raises(NotAFeed, match=r"^edgar: a login page instead"):
        await poll("edgar", Recorded({page(): said("<!DOCTYPE html><html><title>Sign in</title></html>")}), URL)
    with pytest.raises(NotAFeed, match=r"^edgar: .*nor JSON Feed$"):
        await poll("edgar", Recorded({page(): said("<note/>")}), URL)


@needs_shared
async def test_recorded_pages_lose_no_filing_and_repeat_none():
    samples = SHARED / "samples" / "sec"
    rows = b"".join((samples / f"getcurrent_2026-01-12_start{n}.atom").read_bytes() for n in (0, 100, 200))
    pages = {page(n): said((samples / f"getcurrent_2026-01-12_start{n}.atom").read_bytes()) for n in (0, 100, 200)}
    pages[page(300)] = FetchError("server", "503", status=503)
    polled = await poll("edgar", Recorded(pages), URL, memo='{"seen":["none"]}')
    again = await poll("edgar", Recorded(pages), URL, memo=polled.memo)  # that the list ends there is known now
    assert {entry.id for entry in entries(again)} - {entry.id for entry in entries(polled)} == {entries(again)[-1].id}
    found = [*entries(polled), entries(again)[-1]]
    numbers = {part.split(b"<")[0].decode() for part in rows.split(b"accession-number=")[1:]}
    assert {facts(entry, "accession")[0] for entry in found} == numbers
    assert len(found) == len(numbers)
    assert all(entry.published and entry.form and " filed " in entry.title for entry in found)


@needs_shared
async def test_a_recorded_page_of_every_form_keeps_only_form_4():
    body = (SHARED / "samples" / "sec" / "getcurrent_2026-01-12_start0.atom").read_bytes()
    everything = entries(await poll("edgar", Recorded({page(): said(body)}), URL))
    only = entries(await poll("edgar", Recorded({page(): said(body)}), URL, forms=("4",)))
    assert {entry.form for entry in everything} > {"4", "424B2"}
    assert {entry.form for entry in only} == {"4"}


@needs_shared
async def test_recorded_trades_are_one_entry_each_with_insider_and_issuer():
    body = (SHARED / "samples" / "sec" / "getcurrent_2025-12-12_type4_prefix.atom").read_bytes()
    found = entries(await poll("edgar", Recorded({page(): said(body)}), URL))
    assert len(found) == len({entry.id for entry in found}) < body.count(b"<entry>")
    assert sum(" on " in entry.title for entry in found) > len(found) * 0.9


@needs_shared
async def test_the_recorded_page_past_the_end_is_no_list():
    body = (SHARED / "samples" / "sec" / "getcurrent_past_end_503.html").read_bytes()
    with pytest.raises(NotAFeed):
        await poll("edgar", Recorded({page(): said(body)}), URL)


async def test_a_list_without_the_forms_wanted_is_no_empty_one():
    """`type=` is a prefix: it may hold others of it alone."""
    others = await poll("edgar", Recorded({page(): said(full(9))}), URL, forms=("RW",))
    none = await poll("edgar", Recorded({page(): said(listed())}), URL, forms=("RW",))
    feed, limits = Feed(1, URL, "edgar"), plan("official", {}, 45, 3600)
    settled = [answered(feed, polled, limits, NOW, 0.5) for polled in (others, none)]
    assert entries(others) == entries(none) == ()
    assert [load(one.rhythm).empty for one in settled] == [0, 1]
    assert [one.baselined for one in settled] == [True, False]
