"""Summaries: an alert's length, whole sentences, never the title, one language, filings from their fields."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerts.summary import LIMIT, LIMIT_CJK, Doc, Told, entry_summary, shorten, story_sentences, summarise
from bot.core.language.sentences import words
from bot.core.model import Entry

LONG = " ".join(f"Sentence number {n} tells of something that happened in place {n}." for n in range(20))
CHINESE = "".join(f"第{n}句讲的是某地发生的一件事情，细节以后再说。" for n in range(20))


def entry(title: str = "A title", summary: str = "", content: str = "", **more: object) -> Entry:
    return Entry("1", "https://example.com/1", title, summary, content, **more)  # type: ignore[arg-type]


def test_whole_sentences_within_the_limit() -> None:
    summary = entry_summary(entry(summary=LONG))
    assert len(summary) <= LIMIT
    assert summary.endswith("in place 2.")
    chinese = entry_summary(entry(summary=CHINESE))
    assert len(chinese) <= LIMIT_CJK
    assert chinese.endswith("。")
    assert " " not in chinese


def test_the_content_stands_in_for_an_empty_summary() -> None:
    assert entry_summary(entry(summary="Read more", content="The news is here.")) == "The news is here."
    assert entry_summary(entry(title="Chip ban", summary="Chip ban.", content="")) == ""


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("Introduction\nMinisters met. They agreed.", "Ministers met. They agreed."),
        ("The X factor\nMinisters met.", "Ministers met."),
        ("背景\n部长们开会了。", "部长们开会了。"),
        ("Wow!\nMinisters met.", "Wow! Ministers met."),
        ("Two words", "Two words"),
        ("One. Two. Three. Four.", "One. Two. Three."),
    ],
)
def test_a_heading_above_the_text_is_no_sentence_of_it(text: str, summary: str) -> None:
    assert entry_summary(entry(summary=text)) == summary


def test_no_sentence_is_added_beyond_the_limit() -> None:
    long = "A sentence of some length tells " + "something new " * 12 + "here."
    assert entry_summary(entry(summary=f"{long} {long.replace('new', 'more')}")) == long


def test_a_first_sentence_that_is_too_long_is_cut_after_a_clause() -> None:
    sentence = "A very long sentence, " + "that goes on and on, " * 20 + "never ends."
    summary = entry_summary(entry(summary=sentence))
    assert len(summary) <= LIMIT
    assert summary.endswith("goes on and on…")


@pytest.mark.parametrize(
    ("sentence", "limit", "short"),
    [
        ("short", 10, "short"),
        ("one two three four", 12, "one two…"),
        ("unbreakable" * 3, 12, "unbreakable…"),
        ("第一部分，第二部分继续写下去", 8, "第一部分，第二…"),
        ("aaaa bbbb cccc, dddd eeee", 20, "aaaa bbbb cccc…"),
    ],
)
def test_shorten(sentence: str, limit: int, short: str) -> None:
    assert shorten(sentence, limit) == short


@pytest.mark.usefixtures("untraced")
@given(st.text(max_size=400), st.text(max_size=60))
def test_any_text_stays_within_the_limit(text: str, title: str) -> None:
    assert len(entry_summary(entry(title, text))) <= LIMIT


def test_a_filing_speaks_from_its_fields() -> None:
    facts = (("company", "Acme AI"), ("accession", "0001-26-1"))
    said = entry_summary(entry("S-1 - Acme AI (0001) (Filer)", form="S-1", facts=facts))
    assert said == "Acme AI filed an S-1 (IPO registration) · accession 0001-26-1"
    again = entry_summary(entry("Acme AI filed an S-1 (IPO registration)", form="S-1", facts=facts))
    assert again == "accession 0001-26-1"


# ── several reports ────────────────────────────────────────────────────────────────────────────────────────────

REPORTS = [
    Doc(
        "Acme buys Bolt", "Acme agreed to buy chip maker Bolt for two billion dollars. The founder likes chess.", "Wire"
    ),
    Doc("", "Chip maker Bolt will be bought by Acme for two billion dollars. Regulators must agree first.", "Paper"),
    Doc("", "Acme will pay two billion dollars for chip maker Bolt. Regulators must agree first, it said.", "Site"),
]
CHINESE_REPORTS = [
    Doc("中芯国际上调指引", "中芯国际周一上调第四季度收入指引至九成。公司称订单强劲。", "财新"),
    Doc("", "中芯国际上调第四季度收入指引，股价上涨。", "新浪"),
]


def test_one_document_gives_its_lead() -> None:
    assert summarise([Doc("", LONG)]).count("Sentence number") == 4
    assert summarise([Doc("", "Daily Mail Reporter . The man was found dead on Monday .")]).startswith("The man")
    assert summarise([Doc("", "Too short.")]) == "Too short."
    assert summarise([]) == ""
    assert summarise([Doc("Same words", "Same words.")]) == ""


def test_a_lead_stops_once_it_is_long() -> None:
    long = "word " * 75 + "end. Second sentence is here."
    assert summarise([Doc("", long)]).endswith("end.")


@pytest.mark.parametrize("limit", [5, 12, 40, 100])
def test_words_are_counted(limit: int) -> None:
    single = summarise([Doc("", LONG)], words=limit)
    assert 0 < len(single.split()) <= limit
    assert len(summarise(REPORTS, words=limit).split()) <= limit
    assert len(words(summarise([Doc("", CHINESE)], words=limit))) <= limit


def test_several_documents_are_told_by_what_they_share() -> None:
    told = story_sentences(REPORTS)
    text = " ".join(sentence.text for sentence in told)
    assert "two billion dollars" in text
    assert "chess" not in text
    assert len(text) <= LIMIT
    assert all(sentence.text in REPORTS[sentence.doc].text for sentence in told)
    assert summarise(REPORTS) == text


def test_documents_that_share_nothing_give_the_first_lead() -> None:
    docs = [Doc("", "Acme bought Bolt on Monday."), Doc("", "Rain fell in Spain all day.")]
    assert story_sentences(docs) == (Told("Acme bought Bolt on Monday.", 0),)
    assert story_sentences([Doc("", "Read more"), Doc("", "")]) == ()


def test_languages_never_mix() -> None:
    mixed = [*REPORTS, *CHINESE_REPORTS]
    assert summarise(mixed).isascii()
    assert "指引" in summarise(mixed, lang="zh")
    assert len(summarise(mixed, lang="zh")) <= LIMIT_CJK
    assert summarise(CHINESE_REPORTS, lang="en") != ""  # better another language than nothing
    assert {sentence.doc for sentence in story_sentences(mixed, lang="zh")} <= {3, 4}


def test_a_budget_that_no_sentence_fits_cuts_the_first() -> None:
    assert summarise(REPORTS, words=4) == "Acme agreed to buy…"
    assert summarise([Doc("", "第一句话有很多很多字，一直写下去。")], words=6) == "第一句话有…"
