"""The listing pipeline in Hong Kong: every state once, two languages, lists that an applicant moves to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.core.errors import FetchError
from bot.core.model import ParsedEntry
from bot.core.stories.ladders import ladder
from bot.ports import Feed
from tests.fakes.recorded import Recorded, said
from tests.shared import SHARED, needs_shared
from tests.sources.kit import entries, facts, poll, source

ROOT = "https://www1.hkexnews.hk/ncms/json/eds/app"
ACTIVE, CHINESE = f"{ROOT}active_app_sehk_e.json", f"{ROOT}active_app_sehk_c.json"
LISTED, RETURNED = f"{ROOT}listed_app_sehk_e.json", f"{ROOT}returned_app_sehk_e.json"


def document(name: str, day: str = "14/11/2026", path: str = "sehk/2026/7/doc1.pdf") -> dict[str, object]:
    return {"d": day, "nF": name, "nS1": "Full Version", "u1": path, "u2": "sehk/2026/7/a.htm"}


PROOF = document("Application Proof (1st submission)")


def applicant(*documents: dict[str, object], phip: bool = False, **fields: object) -> dict[str, object]:
    return (
        {"id": 7, "d": "14/11/2026", "a": "Example Robotics Co., Ltd. - H", "s": "A", "hasPhip": phip}
        | {"ls": list(documents)}
        | fields
    )


async def _entries(url: str, *rows: object) -> list[ParsedEntry]:
    fetch = Recorded({url: said({"app": list(rows)}), CHINESE: said({"app": []})})
    return list(entries(await poll("hkex-ipo", fetch, url)))


async def states(url: str, *rows: object) -> list[tuple[str, str]]:
    return [(entry.id, facts(entry, "stage")[0]) for entry in await _entries(url, *rows)]


async def test_an_application_is_told_with_both_names():
    fetch = Recorded(
        {ACTIVE: said({"app": [applicant(PROOF)]}), CHINESE: said({"app": [{"id": 7, "a": "示例機器人"}]})}
    )
    polled = await poll("hkex-ipo", fetch, ACTIVE)
    (entry,) = entries(polled)
    assert entry.title == "Example Robotics Co., Ltd. (示例機器人) applied to list in Hong Kong"
    assert entry.link == "https://www1.hkexnews.hk/app/sehk/2026/7/doc1.pdf"
    assert entry.published == datetime(2026, 11, 13, 16, tzinfo=UTC)
    assert entry.form == "Application Proof"
    assert facts(entry, "company", "company_zh", "document") == [
        "Example Robotics Co., Ltd.",
        "示例機器人",
        "Application Proof (1st submission)",
    ]
    assert polled.notes == ()


async def test_a_filing_again_a_hearing_passed_and_a_listing_are_each_new_once():
    first = await states(ACTIVE, applicant(PROOF))
    again = document("Application Proof (2nd submission)", "20/11/2026", "sehk/2026/7/doc2.pdf")
    second = await states(ACTIVE, applicant(again, PROOF))
    heard = await states(ACTIVE, applicant(again, PROOF, phip=True))
    listed = await states(LISTED, applicant(again, PROOF, phip=True))
    assert set(first) < set(second) < set(heard)
    assert set(heard) - set(second) == {("hkex-ipo:7:phip", "phip")}
    assert listed == [("hkex-ipo:7:listing:14/11/2026", "listing")]
    assert [stage for _, stage in await states(RETURNED, applicant(PROOF))] == ["returned"]


async def test_the_pipeline_climbs_one_ladder():
    rows = [applicant(document("PHIP (1st submission)", path="p.pdf"), PROOF)]
    fetch = Recorded({ACTIVE: said({"app": rows}), LISTED: said({"app": rows})})
    active = entries(await poll("hkex-ipo", fetch, ACTIVE))
    listed = entries(await poll("hkex-ipo", fetch, LISTED))
    steps = [ladder(entry) for entry in (*active, *listed)]
    assert sorted(step.order for step in steps if step) == [1, 2, 5]
    assert {step.process for step in steps if step} == {"hkex-ipo:example robotics"}


async def test_a_hearing_has_no_date_of_its_own_and_no_address_that_is_the_proofs():
    proof, phip = sorted(await _entries(ACTIVE, applicant(PROOF, phip=True)), key=lambda entry: entry.form)
    assert proof.published is not None
    assert phip.published is None
    assert phip.link == proof.link + "?app=7&stage=phip"


async def test_states_stand_newest_first_and_undated_ones_before_them():
    rows = [applicant(PROOF), applicant(document("Application Proof", "15/11/2026", "b.pdf"), id=8)]
    rows.append(applicant(document("Application Proof", "soon", "c.pdf"), id=9))
    assert [entry_id.split(":")[1] for entry_id, _ in await states(ACTIVE, *rows)] == ["9", "8", "7"]


async def test_without_the_chinese_list_names_are_english_and_a_note_says_so():
    for other in (FetchError("timeout", "too slow"), said("<html>")):
        polled = await poll("hkex-ipo", Recorded({ACTIVE: said({"app": [applicant(PROOF)]}), CHINESE: other}), ACTIVE)
        assert entries(polled)[0].title == "Example Robotics Co., Ltd. applied to list in Hong Kong"
        assert polled.notes[0].startswith("hkex-ipo: no Chinese names: ")


async def test_an_unchanged_list_costs_one_request():
    fetch = Recorded({ACTIVE: said({"app": [applicant(PROOF)]}, etag='"1"'), CHINESE: said({"app": []})})
    first = await poll("hkex-ipo", fetch, ACTIVE)
    feed = replace(Feed(1, ACTIVE, "hkex-ipo"), etag=first.etag)
    fetch.asked.clear()
    again = await source("hkex-ipo", fetch).poll(feed, 0)
    assert (again.status, again.parsed, again.etag) == (304, None, '"1"')
    assert len(fetch.asked) == 1


async def test_a_list_that_is_no_english_one_has_no_twin():
    url = f"{ROOT}active_app_sehk_c.json"
    fetch = Recorded({url: said({"app": [applicant(PROOF)]})})
    assert len(entries(await poll("hkex-ipo", fetch, url))) == 1
    assert len(fetch.asked) == 1


async def test_rows_without_documents_and_fields_of_another_type_are_kept_and_noted():
    fetch = Recorded({ACTIVE: said({"app": [applicant(ls=None, phip=True, d=None), 3]}), CHINESE: said({"app": []})})
    polled = await poll("hkex-ipo", fetch, ACTIVE)
    (entry,) = entries(polled)
    assert entry.link == "https://www1.hkexnews.hk/app/appindex.html?app=7&stage=phip"
    assert {note.split(" is missing")[0] for note in polled.notes} == {
        "hkex-ipo: (an item)",
        "hkex-ipo: ls",
    }


@needs_shared
async def test_the_documented_pipeline_is_read_whole():
    body = (SHARED / "samples" / "shapes" / "hkex_appactive_appphip_sehk_e.json").read_bytes()
    polled = await poll("hkex-ipo", Recorded({ACTIVE: said(body), CHINESE: said({"app": []})}), ACTIVE)
    assert polled.notes == ()
    assert [entry.title for entry in entries(polled)] == ["Example Robotics Co., Ltd. applied to list in Hong Kong"]


async def test_a_hearing_that_is_said_to_be_passed_in_another_type_is_told():
    for passed in (True, "Y", "true", 1):
        assert "phip" in [stage for _, stage in await states(ACTIVE, applicant(PROOF, hasPhip=passed))]
    for not_yet in (False, "N", 0, None):
        assert "phip" not in [stage for _, stage in await states(ACTIVE, applicant(PROOF, hasPhip=not_yet))]
    fetch = Recorded({ACTIVE: said({"app": [applicant(PROOF, hasPhip={"date": "14/11/2026"})]}), CHINESE: said({})})
    polled = await poll("hkex-ipo", fetch, ACTIVE)
    assert "hkex-ipo: hasPhip is missing or has changed in 1 of 1 items" in polled.notes


async def test_of_a_long_list_the_newest_moves_are_taken():
    """A list of all that were ever listed names the oldest first."""
    rows = [applicant(PROOF, id=n, d=f"{1 + n % 28:02}/{1 + n // 28:02}/2025") for n in range(300)]
    rows += [applicant(PROOF, id=n, d=f"{1 + n % 28:02}/{1 + (n - 300) // 28:02}/2026") for n in range(300, 600)]
    fetch = Recorded({LISTED: said({"app": rows})})
    taken = {entry.id.split(":")[1] for entry in entries(await poll("hkex-ipo", fetch, LISTED))}
    assert "599" in taken
    assert "0" not in taken
