"""One outlet's lead with the sentence that matched; several outlets' sentences, each with its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerts.telling import Report, told, with_hit

LEAD = "The ministry published its yearly report on trade on Monday. Exports rose by four per cent."
FAR = "A later chapter says that licences for lithography tools will be reviewed."
ONE = Report(
    "Trade report is out", f"{LEAD} Officials spoke of a good year for ports. {FAR}", "Wire", "https://w.example/1"
)


def report(outlet: str, text: str, title: str = "Rule on chips") -> Report:
    return Report(title, text, outlet, f"https://{outlet.lower()}.example/")


def test_the_sentence_with_the_hit_is_added_when_the_lead_lacks_it() -> None:
    assert with_hit(LEAD, ONE, ["lithography"]) == f"{LEAD} … {FAR}"
    assert with_hit("", ONE, ["Lithography"]) == FAR


def test_nothing_is_added_when_title_or_lead_has_a_hit_or_no_sentence_does() -> None:
    assert with_hit(LEAD, ONE, ["exports"]) == LEAD
    assert with_hit(LEAD, ONE, ["trade report"]) == LEAD
    assert with_hit(LEAD, ONE, ["photoresist"]) == LEAD
    assert with_hit(LEAD, ONE, []) == LEAD


def test_chinese_sentences_are_joined_without_a_space() -> None:
    one = Report(
        "贸易报告发布", "商务部周一发布年度贸易报告。出口增长百分之四。报告称光刻机许可将重新审查。", "财新", ""
    )
    assert (
        with_hit("商务部周一发布年度贸易报告。", one, ["光刻机"])
        == "商务部周一发布年度贸易报告。… 报告称光刻机许可将重新审查。"
    )


def test_several_outlets_give_their_sentences_with_their_links() -> None:
    reports = [
        report("Alpha", "Officials said on Tuesday that exports of advanced chips need a licence from May."),
        report("Beta", "Three makers of memory must report each shipment to the ministry in the capital."),
        report("Gamma", "Exports of advanced chips need a licence from May, officials said."),
        report("Delta", "Makers of memory must report each shipment to the ministry."),
    ]
    summary, sentences = told("x", reports, (), "en")
    assert len({one.outlet for one in sentences}) > 1
    assert summary == " ".join(one.text for one in sentences)
    assert all(one.url == f"https://{one.outlet.lower()}.example/" for one in sentences)


def test_languages_never_mix() -> None:
    reports = [
        report("Alpha", "Officials said on Tuesday that exports of advanced chips need a licence from May."),
        report("财新", "官员周二表示，自五月起先进芯片出口须获许可。", "芯片新规"),
    ]
    assert told("Lead.", reports, (), "en") == ("Lead.", ())
    assert told("摘要。", reports, (), "zh") == ("摘要。", ())


def test_no_report_leaves_the_summary_as_it_is() -> None:
    assert told("Lead.", [], ("chip",), "en") == ("Lead.", ())


@pytest.mark.usefixtures("untraced")
@given(st.lists(st.builds(Report, st.text(), st.text(), st.sampled_from("ABC"), st.just("")), max_size=4), st.text())
def test_any_reports_give_a_summary(reports: list[Report], term: str) -> None:
    summary, sentences = told("Lead.", reports, (term,), "en")
    assert isinstance(summary, str)
    assert all(one.text in summary for one in sentences)
