"""The Federal Register: three states of one document, Washington's days, agencies, pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.core.errors import NotAFeed
from bot.core.polling.schedule import plan
from bot.core.polling.tempo import load
from bot.core.stories.ladders import ladder
from bot.ingest.feedstate import answered
from bot.ports import Feed
from tests.fakes.recorded import Recorded, said
from tests.shared import SHARED, needs_shared
from tests.sources.kit import NOW, entries, facts, poll

DOCUMENTS = "https://www.federalregister.gov/api/v1/documents.json?order=newest"
INSPECTION = "https://www.federalregister.gov/api/v1/public-inspection-documents/current.json"
DAY = 86_400_000
COMMERCE = {"name": "Commerce Department", "slug": "commerce-department", "id": 54, "parent_id": None}
BIS = {"name": "Industry and Security Bureau", "slug": "industry-and-security-bureau", "id": 241, "parent_id": 54}


def document(number: str = "2026-21001", **fields: object) -> dict[str, object]:
    return {
        "document_number": number,
        "type": "Rule",
        "title": "Controls on chips",
        "abstract": "The bureau adds entries.",
        "publication_date": "2026-11-24",
        "effective_on": "2026-11-26",
        "agencies": [COMMERCE, BIS],
        "html_url": f"https://www.federalregister.gov/documents/2026/11/24/{number}/controls",
        "docket_ids": ["BIS-2026-0001"],
    } | fields


def early(number: str = "2026-21001", **fields: object) -> dict[str, object]:
    return {
        "document_number": number,
        "type": "Rule",
        "title": "Controls on chips",
        "filing_type": "special",
        "filed_at": "2026-11-23T08:45:00.000-05:00",
        "publication_date": "2026-11-24",
        "pdf_url": f"https://public-inspection.federalregister.gov/{number}.pdf",
        "agencies": [{"slug": "industry-and-security-bureau", "name": "Industry and Security Bureau"}],
    } | fields


async def test_inspection_publication_and_force_are_three_steps_of_one_story():
    scoop = entries(await poll("federal-register", Recorded({INSPECTION: said({"results": [early()]})}), INSPECTION))
    fetch = Recorded({DOCUMENTS: said({"results": [document()], "next_page_url": None})})
    published = await poll("federal-register", fetch, DOCUMENTS)
    later = await poll("federal-register", fetch, DOCUMENTS, memo=published.memo, now=NOW + 2 * DAY)
    in_force = entries(later)[0]
    steps = [ladder(entry) for entry in (scoop[0], entries(published)[0], in_force)]
    assert [(step.process, step.rung, step.order) for step in steps if step] == [
        ("rule:2026-21001", "inspection", 1),
        ("rule:2026-21001", "published", 2),
        ("rule:2026-21001", "effective", 3),
    ]
    assert len({entry.id for entry in (scoop[0], entries(published)[0], in_force)}) == 3
    assert len({entry.link for entry in (scoop[0], entries(published)[0], in_force)}) == 3


async def test_what_an_entry_says():
    (entry,) = entries(
        await poll("federal-register", Recorded({DOCUMENTS: said({"results": [document()]})}), DOCUMENTS)
    )
    assert entry.title == "Controls on chips"
    assert entry.summary == (
        "The bureau adds entries. Published · in force from 2026-11-26 · Industry and Security Bureau"
        " · document 2026-21001"
    )
    assert entry.published == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert facts(entry, "agencies", "docket", "publishes") == [
        "Industry and Security Bureau",
        "BIS-2026-0001",
        "2026-11-24",
    ]
    assert (entry.form, entry.lang) == ("Rule", "en")


async def test_public_inspection_has_its_own_clock_and_says_when_it_will_be_published():
    (entry,) = entries(await poll("federal-register", Recorded({INSPECTION: said({"results": [early()]})}), INSPECTION))
    assert entry.published == datetime(2026, 11, 23, 13, 45, tzinfo=UTC)
    assert entry.summary.startswith("On public inspection · publication 2026-11-24")
    assert entry.link == "https://public-inspection.federalregister.gov/2026-21001.pdf"


async def test_a_rule_comes_into_force_once_on_its_day_in_washington():
    fetch = Recorded({DOCUMENTS: said({"results": [document()]})})
    first = await poll("federal-register", fetch, DOCUMENTS)
    evening_before = int(datetime(2026, 11, 26, 4, 59, tzinfo=UTC).timestamp() * 1000)
    before = await poll("federal-register", fetch, DOCUMENTS, memo=first.memo, now=evening_before)
    on_the_day = await poll("federal-register", fetch, DOCUMENTS, memo=before.memo, now=evening_before + 60_000)
    after = await poll("federal-register", fetch, DOCUMENTS, memo=on_the_day.memo, now=evening_before + DAY)
    stages = [[facts(entry, "stage")[0] for entry in entries(polled)] for polled in (first, before, on_the_day, after)]
    assert stages == [["published"], ["published"], ["effective", "published"], ["published"]]
    told = entries(on_the_day)[0]
    assert told.link == "https://www.federalregister.gov/d/2026-21001"
    assert told.title == "Controls on chips"
    assert told.summary == "In force · Industry and Security Bureau · document 2026-21001"


async def test_agencies_and_types_choose():
    rows = [
        document("1", agencies=[{"slug": "fish-and-wildlife-service", "name": "Fish"}]),
        document("2", type="Notice"),
        document("3", agencies=None),
        document("4"),
    ]
    fetch = Recorded({DOCUMENTS: said({"results": rows})})
    options = {"agencies": ("industry-and-security-bureau",), "types": ("Rule",)}
    polled = await poll("federal-register", fetch, DOCUMENTS, **options)
    assert [facts(entry, "document") for entry in entries(polled)] == [["4"]]


async def test_pages_are_read_until_a_known_document_and_only_from_the_same_host():
    two, three = DOCUMENTS + "&page=2", DOCUMENTS + "&page=3"
    fetch = Recorded(
        {
            DOCUMENTS: said({"results": [document("5")], "next_page_url": two}),
            two: said({"results": [document("4")], "next_page_url": three}),
            three: said({"results": [document("3")], "next_page_url": "https://elsewhere.test/page4"}),
        }
    )
    await poll("federal-register", fetch, DOCUMENTS)
    assert len(fetch.asked) == 1
    await poll("federal-register", fetch, DOCUMENTS, memo='{"seen":["4"]}')
    assert [asked.url for asked in fetch.asked[1:]] == [DOCUMENTS, two]
    await poll("federal-register", fetch, DOCUMENTS, memo='{"seen":["1"]}')
    assert [asked.url for asked in fetch.asked[3:]] == [DOCUMENTS, two, three]
    fetch.say(DOCUMENTS, said({"results": [document("6")], "next_page_url": "https://elsewhere.test/2"}))
    await poll("federal-register", fetch, DOCUMENTS, memo='{"seen":["1"]}')
    assert len(fetch.asked) == 7


async def test_an_empty_list_forgets_nothing_and_pages_beyond_the_last_are_said():
    two, three, four = (f"{DOCUMENTS}&page={n}" for n in (2, 3, 4))
    fetch = Recorded({DOCUMENTS: said({"count": 0})})
    empty = await poll("federal-register", fetch, DOCUMENTS, memo='{"seen":["1"]}')
    fetch.say(DOCUMENTS, said({"results": [document("9")], "next_page_url": two}))
    fetch.say(two, said({"results": [document("8")], "next_page_url": three}))
    fetch.say(three, said({"results": [document("7", title=None)], "next_page_url": four}))
    polled = await poll("federal-register", fetch, DOCUMENTS, memo=empty.memo)
    assert [facts(entry, "document") for entry in entries(polled)] == [["9"], ["8"], ["7"]]
    assert polled.notes == (
        "federal-register: more came since the last poll than one poll reads; the next ones read on",
        "federal-register: title is missing or has changed in 1 of 3 items",
    )


async def test_no_results_at_all_is_an_empty_list_but_a_missing_field_is_named():
    assert entries(await poll("federal-register", Recorded({DOCUMENTS: said({"count": 0})}), DOCUMENTS)) == ()
    with pytest.raises(NotAFeed, match="no field results"):
        await poll("federal-register", Recorded({DOCUMENTS: said({"count": 3})}), DOCUMENTS)


async def test_a_document_with_fields_gone_is_kept_and_one_line_names_each():
    bare = {"document_number": "2026-1", "title": "Bare", "effective_on": 7, "agencies": [{"raw_name": "X"}, "odd"]}
    polled = await poll("federal-register", Recorded({DOCUMENTS: said({"results": [bare]})}), DOCUMENTS)
    (entry,) = entries(polled)
    assert (entry.title, entry.link, entry.published) == ("Bare", "", None)
    assert polled.notes == (
        "federal-register: publication_date is missing or has changed in 1 of 1 items",
        "federal-register: type is missing or has changed in 1 of 1 items",
    )


async def test_a_foreign_or_broken_memo_is_no_harm():
    fetch = Recorded({DOCUMENTS: said({"results": [document()]})})
    for memo in ("null", "not json", '{"seen":3,"coming":[1]}', '{"coming":{"9":["2026-01-01"]}}'):
        assert entries(await poll("federal-register", fetch, DOCUMENTS, memo=memo))


@needs_shared
async def test_the_documented_shapes_are_read_whole():
    shapes = SHARED / "samples" / "shapes"
    fetch = Recorded(
        {
            DOCUMENTS: said((shapes / "federal_register_documents.json").read_bytes()),
            INSPECTION: said((shapes / "federal_register_public_inspection.json").read_bytes()),
        }
    )
    published = await poll("federal-register", fetch, DOCUMENTS)
    scoop = await poll("federal-register", fetch, INSPECTION)
    assert published.notes == scoop.notes == ()
    assert [entry.form for entry in entries(published)] == ["Rule", "Notice"]
    assert facts(entries(scoop)[0], "document") == facts(entries(published)[0], "document") == ["2099-00001"]


async def test_a_page_that_fails_loses_neither_what_stands_before_it_nor_what_stands_on_it():
    two = DOCUMENTS + "&page=2"
    fetch = Recorded({DOCUMENTS: said({"results": [document("5")], "next_page_url": two}), two: said("<html>")})
    polled = await poll("federal-register", fetch, DOCUMENTS, memo='{"seen":["3"]}')
    assert [facts(entry, "document") for entry in entries(polled)] == [["5"]]
    assert polled.notes[0].startswith("federal-register: older rows were not read, they are asked for again: ")
    fetch.say(two, said({"results": [document("4"), document("3")]}))
    again = await poll("federal-register", fetch, DOCUMENTS, memo=polled.memo)
    assert ([facts(entry, "document") for entry in entries(again)], again.notes) == ([["5"], ["4"], ["3"]], ())


async def test_rows_that_no_longer_say_what_they_are_chosen_by_are_no_calm_day():
    rows = [{**document("1"), "agency_names": ["BIS"]}, {**document("2"), "kind": "Rule"}]
    del rows[0]["agencies"], rows[1]["type"]
    fetch = Recorded({DOCUMENTS: said({"results": rows})})
    options = {"agencies": ("industry-and-security-bureau",), "types": ("Rule",)}
    polled = await poll("federal-register", fetch, DOCUMENTS, **options)
    assert entries(polled) == ()
    assert polled.notes == (
        "federal-register: agencies is missing or has changed in 1 of 2 items",
        "federal-register: type is missing or has changed in 1 of 2 items",
    )


async def test_a_day_without_a_rule_of_the_agencies_wanted_is_no_empty_list():
    """It was asked ever more seldom, up to an hour, and the next morning's rules came as late."""
    fetch = Recorded({INSPECTION: said({"results": [document("1", agencies=[{"slug": "fish", "name": "Fish"}])]})})
    polled = await poll("federal-register", fetch, INSPECTION, agencies=("industry-and-security-bureau",))
    assert (entries(polled), polled.notes) == ((), ())
    settled = answered(Feed(1, INSPECTION, "federal-register"), polled, plan("official", {}, 45, 3600), NOW, 0.5)
    assert (load(settled.rhythm).empty, settled.baselined) == (0, True)
