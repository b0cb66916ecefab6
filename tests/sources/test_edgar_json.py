"""EDGAR's JSON: a company's columns, and full-text search."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.errors import NotAFeed
from bot.ports import Feed
from tests.fakes.recorded import Recorded, said
from tests.shared import SHARED, needs_shared
from tests.sources.kit import entries, facts, poll, source

COMPANY = "https://data.sec.gov/submissions/CIK0000000042.json"
SEARCH = "https://efts.sec.gov/LATEST/search-index?q=%22export+control%22&forms=8-K"


def submissions(**columns: list[object]) -> dict[str, object]:
    recent: dict[str, list[object]] = {
        "accessionNumber": ["0000000042-26-000002", "0000000042-26-000001"],
        "filingDate": ["2026-11-24", "2026-11-20"],
        "acceptanceDateTime": ["2026-11-24T16:05:10.000Z", "2026-11-20T07:00:00.000Z"],
        "form": ["8-K", "4"],
        "items": ["2.02,9.01", ""],
        "primaryDocument": ["acme-8k.htm", ""],
    }
    return {"cik": "42", "name": "Acme Corp", "tickers": ["ACME"], "filings": {"recent": recent | columns}}


def hit(hit_id: str = "0000000042-26-000002:ex99.htm", **source: object) -> dict[str, object]:
    fields: dict[str, object] = {
        "adsh": "0000000042-26-000002",
        "ciks": ["0000000042"],
        "display_names": ["Acme Corp  (ACME, ACMEW)  (CIK 0000000042)", "Parent Co  (CIK 0000000043)"],
        "form": "8-K",
        "file_date": "2026-11-24",
        "items": ["7.01"],
    }
    return {"_id": hit_id, "_source": fields | source}


async def test_columns_become_filings_with_new_york_times():
    polled = await poll("edgar-company", Recorded({COMPANY: said(submissions())}), COMPANY)
    first, second = entries(polled)
    assert first.title == "Acme Corp filed an 8-K (results of operations)"
    assert first.published == datetime(2026, 11, 24, 21, 5, 10, tzinfo=UTC)
    assert first.link == "https://www.sec.gov/Archives/edgar/data/42/000000004226000002/acme-8k.htm"
    assert second.link.endswith("/000000004226000001/0000000042-26-000001-index.htm")
    assert first.id == "urn:tag:sec.gov,2008:accession-number=0000000042-26-000002"
    assert facts(first, "cik", "tickers", "items") == ["0000000042", "ACME", "2.02,9.01"]
    assert polled.notes == ()


async def test_a_column_that_went_missing_is_one_line_and_the_rest_is_kept():
    body = submissions()
    del body["filings"]["recent"]["primaryDocument"]  # type: ignore[index]
    body["filings"]["recent"]["acceptanceDateTime"] = ["2026-11-24T16:05:10.000Z"]  # type: ignore[index]
    polled = await poll("edgar-company", Recorded({COMPANY: said(body)}), COMPANY, forms=("8-K", "4"))
    assert [entry.form for entry in entries(polled)] == ["8-K", "4"]
    assert entries(polled)[1].published == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert len(polled.notes) == 2
    assert all("is missing or has changed" in note for note in polled.notes)


@pytest.mark.parametrize("body", [{}, [], {"filings": None}, {"filings": {"recent": []}}, {"filings": {"recent": {}}}])
async def test_an_answer_of_another_shape_names_the_field(body):
    with pytest.raises(NotAFeed, match=r"filings\.recent\.accessionNumber"):
        await poll("edgar-company", Recorded({COMPANY: said(body)}), COMPANY)


async def test_the_same_bytes_are_not_read_twice():
    fetch = Recorded({COMPANY: said(submissions()), SEARCH: said({"hits": {"hits": [hit()]}})})
    for kind, url in (("edgar-company", COMPANY), ("edgar-search", SEARCH)):
        feed = Feed(1, url, kind)
        first = await source(kind, fetch).poll(feed, 0)
        again = await source(kind, fetch).poll(replace(feed, body_hash=first.body_hash), 0)
        assert first.parsed is not None
        assert again.parsed is None


async def test_a_search_gives_one_entry_a_filing_however_many_documents_were_hit():
    body = {"hits": {"hits": [hit(), hit("0000000042-26-000002:other.htm")]}}
    (entry,) = entries(await poll("edgar-search", Recorded({SEARCH: said(body)}), SEARCH))
    assert entry.title == "Acme Corp filed an 8-K (Regulation FD disclosure)"
    assert facts(entry, "company", "tickers", "cik", "parties") == [
        "Acme Corp",
        "ACME, ACMEW",
        "0000000042",
        "Parent Co",
    ]
    assert entry.link == "https://www.sec.gov/Archives/edgar/data/42/000000004226000002/ex99.htm"
    assert entry.published == datetime(2026, 11, 24, 5, tzinfo=UTC)


async def test_hits_without_fields_are_noted_and_kept_as_far_as_they_go():
    bare = {"_id": "0000000042-26-000003:a.htm", "_source": {"form": "6-K", "display_names": "Acme"}}
    body = {"hits": {"hits": [bare, {"_id": "x"}, {"_id": "", "_source": {}}, "no object"]}}
    polled = await poll("edgar-search", Recorded({SEARCH: said(body)}), SEARCH)
    (entry,) = entries(polled)
    assert facts(entry, "accession") == ["0000000042-26-000003"]
    assert {note.split(" is missing")[0].removeprefix("edgar-search: ") for note in polled.notes} == {
        "(an item)",
        "adsh",
        "display_names",
        "_source",
        "file_date",
    }


@pytest.mark.parametrize("body", [{}, {"hits": []}, {"hits": {}}, [1]])
async def test_a_search_of_another_shape_is_named(body):
    with pytest.raises(NotAFeed, match="hits"):
        await poll("edgar-search", Recorded({SEARCH: said(body)}), SEARCH)


@needs_shared
async def test_a_recorded_companys_filings_lie_in_edgars_hours():
    body = json.loads((SHARED / "samples" / "sec" / "company_submission_tesla_2022.json").read_text())
    polled = await poll("edgar-company", Recorded({COMPANY: said(body)}), COMPANY)
    found = entries(polled)
    assert len(found) == 100
    assert polled.notes == ()
    assert all(facts(entry, "company", "cik") == ["Tesla, Inc.", "0001318605"] for entry in found)
    hours = [entry.published.hour for entry in found if entry.published]
    assert len(hours) == 100
    assert sum(6 <= hour < 22 for hour in hours) >= 99


@needs_shared
async def test_the_documented_search_answer_is_read_whole():
    body = (SHARED / "samples" / "shapes" / "sec_efts.json").read_bytes()
    polled = await poll("edgar-search", Recorded({SEARCH: said(body)}), SEARCH)
    (entry,) = entries(polled)
    assert polled.notes == ()
    assert facts(entry, "company", "tickers", "parties") == ["Example Chips Inc.", "EXCH", "Example Parent"]
    assert entry.title == "Example Chips Inc. filed an 8-K (Regulation FD disclosure)"
