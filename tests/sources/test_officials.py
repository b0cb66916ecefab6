"""Official acts in a file's entries: told, and climbing their ladders, as if their own source had read them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.model import Entry, fact
from bot.core.stories.ladders import ladder
from bot.sources.officials import officially

FOLDER = "https://www.sec.gov/Archives/edgar/data/1999999/000199999926000001"
ROW = Entry(
    "1",
    f"{FOLDER}/0001999999-26-000001-index.htm",
    "S-1/A - Acme AI &amp; Sons, Inc. (0001999999) (Filer)",
    "Filed: 2026-01-05 AccNo: 0001999999-26-000001 Size: 5 MB",
    source="SEC EDGAR",
    published=1_767_225_600_000,
    first_seen=1_767_225_600_000,
)


def test_a_row_of_edgar_is_told_like_a_colleagues_line() -> None:
    told = officially(ROW)
    assert told.title == "Acme AI & Sons, Inc. filed an S-1/A (IPO registration, amended)"
    assert told.summary == "accession 0001999999-26-000001 · filed 2026-01-05"
    assert (told.form, told.tier, told.source, told.at) == ("S-1/A", "official", "SEC EDGAR", ROW.at)
    step = ladder(told)
    assert step is not None
    assert (step.process, step.rung) == ("sec-offering:0001999999", "amendment")
    assert officially(told) == told


@pytest.mark.parametrize(
    ("title", "form", "process"),
    [
        ("Acme AI, Inc. filed an S-1/A (IPO registration, amended)", "S-1/A", "sec-offering:acme ai"),
        ("Acme AI has filed its Form S-1", "S-1", "sec-offering:acme ai"),
        ("Acme AI filed an S-1", "", ""),
        ("Acme AI filed an S-1", "8-K", ""),
        ("S-1 - Acme AI (0001999999) (Chief Executive)", "S-1", ""),
    ],
)
def test_who_filed_is_taken_from_a_title_that_names_the_entrys_form(title: str, form: str, process: str) -> None:
    step = ladder(officially(Entry("1", "https://x.example/1", title, form=form)))
    assert (step.process if step else "") == process


@pytest.mark.parametrize(
    ("url", "stage"),
    [
        ("https://public-inspection.federalregister.gov/2026-00789.pdf", "inspection"),
        ("https://www.federalregister.gov/documents/2026/01/15/2026-00789/a-rule", "published"),
        ("https://www.federalregister.gov/d/2026-00789", "published"),
        ("https://www.federalregister.gov/agencies/industry-and-security-bureau", ""),
        ("https://federalregister.example/d/2026-00789", ""),
    ],
)
def test_a_document_of_the_federal_register_is_a_step_by_its_number(url: str, stage: str) -> None:
    told = officially(Entry("1", url, "Revision to License Review Policy"))
    assert fact(told.facts, "stage") == stage
    step = ladder(told)
    assert (step.process if step else "") == ("rule:2026-00789" if stage else "")
    assert (told.tier, told.form) == (("official", "Rule") if stage else ("trade", ""))


@pytest.mark.parametrize(
    ("title", "form", "source", "url", "process", "rung"),
    [
        ("Acme AI Co., Ltd. - Application Proof (1st submission)", "Application Proof", "HKEXnews", "",
         "hkex-ipo:acme ai", "application"),
        ("Acme AI Co., Ltd. (愛可): PHIP", "PHIP", "x", "https://www1.hkexnews.hk/a.pdf", "hkex-ipo:acme ai", "phip"),
        ("Acme AI - Prospectus", "Prospectus", "HKEX", "", "hkex-ipo:acme ai", "prospectus"),
        ("Acme AI - Prospectus", "Prospectus", "A bank", "", "", ""),
        ("v3.5", "Release", "GitHub", "https://github.com/Acme/Loom/releases/tag/v3.5.1",
         "release:acme/loom@3.5.1", "release"),
        ("Acme/Loom-7B", "Model", "Hugging Face", "https://huggingface.co/Acme/Loom-7B", "release:acme/loom", "model"),
        ("Acme/Loom-7B", "", "A forum", "https://huggingface.co/Acme/Loom-7B", "", ""),
    ],
)  # fmt: skip
def test_forms_of_the_exchange_and_of_hubs_are_steps(
    title: str, form: str, source: str, url: str, process: str, rung: str
) -> None:
    told = officially(Entry("1", url, title, form=form, source=source))
    step = ladder(told)
    assert (step.process, step.rung) == (process, rung) if step else process == ""
    assert told.tier == ("official" if process else "trade")
    assert told.title == title


def test_what_a_source_has_read_stays_as_it_is() -> None:
    read = replace(ROW, facts=(("cik", "1"),))
    assert officially(read) is read


def test_a_filing_is_the_same_act_under_whatever_words_link_to_it() -> None:
    """In one file a filing may be told in a row and in a sentence."""
    said = Entry("2", ROW.url, "Acme AI & Sons has filed its Form S-1/A", form="S-1/A")
    assert fact(officially(said).facts, "act") == fact(officially(ROW).facts, "act") != ""
    elsewhere = replace(said, url="https://x.example/1")
    assert fact(officially(elsewhere).facts, "act") == "2"
