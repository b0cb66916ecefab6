"""Filings in words."""

from __future__ import annotations

import pytest

from bot.core.alerts.filing import FORMS, ITEMS_8K, details, form_words, headline, item_words


def line(form: str, **facts: str) -> str:
    """Both lines of an alert, as parts of one."""
    return " · ".join(filter(None, (headline(form, tuple(facts.items())), details(form, tuple(facts.items())))))


def test_an_s1_reads_like_a_colleagues_line():
    said = line("S-1", company="Acme AI", tickers="ACME", accession="0001234567-26-000001")
    assert said == "Acme AI filed an S-1 (IPO registration) · proposed ticker ACME · accession 0001234567-26-000001"


def test_who_is_listed_has_a_ticker_that_is_not_proposed():
    said = line("8-K", company="Acme", items="8.01", tickers="ACME,ACMEW", accession="0001234567-26-000002")
    assert (
        said == "Acme filed an 8-K (other events) · tickers ACME, ACMEW · items 8.01 · accession 0001234567-26-000002"
    )


def test_items_of_an_8k_are_told_in_words_and_exhibits_only_when_alone():
    assert headline("8-K", (("company", "Acme"), ("items", "2.02,9.01"))) == "Acme filed an 8-K (results of operations)"
    assert headline("8-K", (("company", "Acme"), ("items", "9.01"))) == "Acme filed an 8-K (exhibits)"
    assert "change of control; directors" in headline("8-K", (("company", "A"), ("items", "5.01,5.02")))


def test_an_amendment_says_so():
    assert headline("S-1/A", (("company", "Acme"),)) == "Acme filed an S-1/A (IPO registration, amended)"
    assert headline("8-K/A", (("company", "Acme"), ("items", "4.02"))).endswith("no longer reliable, amended)")
    assert headline("8-K/A", (("company", "Acme"),)) == "Acme filed an 8-K/A (current report, amended)"


def test_a_stake_names_the_company_that_it_is_in():
    said = headline("SCHEDULE 13D", (("company", "Fund LP"), ("about", "Target Inc")))
    assert said == "Fund LP filed a Schedule 13D (stake above 5 % that may seek influence) on Target Inc"


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ("S-1", "an S-1"),
        ("F-1/A", "an F-1/A"),
        ("8-K", "an 8-K"),
        ("6-K", "a 6-K"),
        ("10-K", "a 10-K"),
        ("424B4", "a 424B4"),
        ("4", "a Form 4"),
        ("4/A", "a Form 4/A"),
        ("D", "a Form D"),
        ("SC TO-T", "an SC TO-T"),
        ("DEF 14A", "a DEF 14A"),
        ("NT 10-K", "an NT 10-K"),
        ("RW", "an RW"),
        ("", "a document"),
        ("TA-1", "a TA-1"),
    ],
)
def test_forms_take_the_article_of_how_they_are_said(form, named):
    assert headline(form, (("company", "Acme"),)).startswith(f"Acme filed {named}")


def test_what_the_sec_does_is_told_as_its_act():
    assert headline("EFFECT", (("company", "Acme"),)) == "The SEC declared the registration of Acme effective"
    assert headline("UPLOAD", ()) == "The SEC's staff wrote to A company"


def test_unknown_forms_and_items_stay_bare():
    assert form_words("ZZZ") == ""
    assert form_words("ZZZ/A") == ""
    assert item_words("9.99") == "item 9.99"
    assert headline("ZZZ", ()) == "A company filed a ZZZ"


def test_details_leave_out_what_is_not_known():
    assert details("8-K", ()) == ""
    assert line("10-Q", company="Acme") == "Acme filed a 10-Q (quarterly report)"
    assert details("8-K", (("parties", "Other"), ("items", "1.01,9.01"), ("filed", "2026-01-12"))) == (
        "with Other · items 1.01, 9.01 · filed 2026-01-12"
    )


def test_no_words_are_empty_and_every_current_8k_item_has_some():
    assert all(FORMS.values())
    assert len(ITEMS_8K) == 33
    assert {code.partition(".")[0] for code in ITEMS_8K} == set("123456789")
