"""Sentences: where they end, and which of them say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.language.sentences import clean, is_cjk_text, repeats, split, words
from bot.core.language.wrapping import boilerplate


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("One.", ["One."]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        (
            "Mr. Smith met Sen. Jones on Nov. 24 at 5.6 percent.",
            ["Mr. Smith met Sen. Jones on Nov. 24 at 5.6 percent."],
        ),
        ("J. P. Morgan rose. Others fell.", ["J. P. Morgan rose.", "Others fell."]),
        ("The U.S. Department agreed. It did.", ["The U.S. Department agreed.", "It did."]),
        ("He lives in the U.S. The law is new.", ["He lives in the U.S.", "The law is new."]),
        ("Acme Inc. Chief Joe left. Acme Corp. The end.", ["Acme Inc. Chief Joe left.", "Acme Corp.", "The end."]),
        ("It ended at 5 p.m. on Monday.", ["It ended at 5 p.m. on Monday."]),
        ("Version 2.0 is out. see below.", ["Version 2.0 is out. see below."]),
        ("version 2.0 is out. mr. a. smith uses it here.", ["version 2.0 is out.", "mr. a. smith uses it here."]),
        ("it is made in the u.s. and sold . it sells .", ["it is made in the u.s. and sold .", "it sells ."]),
        ("`` it is so . '' he left ... then came back .", ["`` it is so . ''", "he left ... then came back ."]),
        ("Wait... What?! No.", ["Wait...", "What?!", "No."]),
        ("First line\nSecond line. Third", ["First line", "Second line.", "Third"]),
        ("中国限制出口。公司股价下跌！“真的吗？”他说。", ["中国限制出口。", "公司股价下跌！", "“真的吗？”", "他说。"]),
        ("word . Next word .", ["word .", "Next word ."]),
    ],
)
def test_split(text: str, sentences: list[str]) -> None:
    assert list(split(text)) == sentences


WIRE = """\
   The ministry said on Tuesday that it would review each request to export
chips, and that it would answer within thirty days of Jan. 3.
   Companies had asked for it, among them Acme Inc. and two others that make
machines for it. They were heard."""


@pytest.mark.parametrize("text", [WIRE, WIRE.replace("\n   ", "\n\n").strip()])
def test_lines_that_were_broken_for_a_width_are_joined(text: str) -> None:
    assert [(said[:10], said[-10:]) for said in split(text)] == [
        ("The minist", "of Jan. 3."),
        ("Companies ", "es for it."),
        ("They were ", "ere heard."),
    ]


def test_lines_of_their_own_stay() -> None:
    lines = [
        "Chip maker widens its ban on the sale of tools",
        "What it means",
        "Shares fell by 5.6% on Tuesday in Asia",
    ]
    assert list(split("\n".join(lines))) == lines


@given(st.text(alphabet='aB .!?。\n"”U.S', max_size=120))
def test_splitting_loses_nothing(text: str) -> None:
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "sentence",
    [
        "Read more",
        "Continue reading at example.com.",
        "The post Big news appeared first on Example.",
        "Click here to subscribe.",
        "Sign up for our newsletter.",
        "Image: Getty",
        "Comments",
        "Article URL: https://example.com",
        "Points: 12",
        "© 2026 Example Ltd.",
        "Copyright 2026 Example.",
        "All rights reserved.",
        "By Jane Doe and John Roe",
        "By .",
        "12 shares .",
        "Updated: 3 July 2026",
        "submitted by /u/someone",
        "点击查看全文",
        "责任编辑：张三",
        "来源：新华社",
        "本文来自微信公众号",
        "責任編輯：李四",
        "广告",
        "[link] [85 comments]",
        "submitted by reader1 to worldnews [link] [911 comments]",
        "submitted by reader1 to worldnews",
        "Your browser does not support the video tag.",
        "View fullsize",
        "Tweet",
        "A. Reader posted a photo:",
        "Photo by Ann Other / The Paper",
        "Weiterlesen auf Die Seite",
        "Reading time: ~10 minutes",
        "5 min read",
        "此主题相关图片如下：",
        "Leia mais no Jornal!",
        "Lire la suite",
        "Читать далее",
    ],
)
def test_boilerplate(sentence: str) -> None:
    assert boilerplate(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Copyright law changes in Europe.",
        "Published research shows a rise.",
        "By Friday the deal was dead.",
        "Updated guidance lifts Nvidia.",
        "Shares rose 5 percent.",
        "Subscribers rose by a million.",
        "The link between them is clear.",
        "Tagged birds returned.",
        "The phrase first appeared on a banner in 1916.",
        "Photo by photo, the rover maps the crater.",
        "Tweets moved the price.",
        "Submitted by both parties to the court, the deal may stand.",
        "Links between the two were found.",
        "来源国名单扩大。",
        "记者从会议上获悉，规则将改。",
    ],
)
def test_news_is_no_boilerplate(sentence: str) -> None:
    assert not boilerplate(sentence)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("BEIJING, Nov 24 (Reuters) - China acted.", ["China acted."]),
        ("(CNN) -- A storm hit.", ["A storm hit."]),
        ("PHNOM PENH, Cambodia (AP) _ A leader spoke.", ["A leader spoke."]),
        ("WASHINGTON — The bill passed.", ["The bill passed."]),
        ("新华社北京11月24日电（记者张三）中国商务部表示限制出口。", ["中国商务部表示限制出口。"]),
        ("11月24日消息，公司上调指引。", ["公司上调指引。"]),
        ("【快讯】公司上调指引。", ["公司上调指引。"]),
        (
            "By . A Reporter . PUBLISHED: . 10:06 EST, 3 July 2013 . | . UPDATED: . 11:06 EST, 3 July 2013 . Rain .",
            ["Rain ."],
        ),
        ("by . a reporter . published : . 10:06 est , 3 july 2013 . rain .", ["rain ."]),
        ("marseille , france -lrb- cnn -rrb- a storm hit .", ["a storm hit ."]),
        ("NASA and ESA agreed.", ["NASA and ESA agreed."]),
        ("The Central Bank (CB) raised its rate.", ["The Central Bank (CB) raised its rate."]),
        ("The Associated Press (AP) said so.", ["The Associated Press (AP) said so."]),
        ("The Central Bank (CB) - a late one - raised it.", ["The Central Bank (CB) - a late one - raised it."]),
        ("Nova York, 24 set (EFE).- O índice fechou em baixa.", ["O índice fechou em baixa."]),
        ("MADRI, 24 SET (ANSA) - A enfermeira falou.", ["A enfermeira falou."]),
        ("Washington (CNN)President Smith spoke.", ["President Smith spoke."]),
        ("[allNews] On Monday they met.", ["On Monday they met."]),
        ("[Daily News] The minister resigned.", ["The minister resigned."]),
        ("PUBLISHED twice in a year, it sold well.", ["PUBLISHED twice in a year, it sold well."]),
    ],
)
def test_datelines_and_bylines_go(text: str, kept: list[str]) -> None:
    assert clean(text) == kept


def test_the_title_is_not_said_again() -> None:
    assert clean("Chip ban widened. The rule takes effect on Monday.", "Chip ban widened") == [
        "The rule takes effect on Monday."
    ]
    assert clean("China widens its chip ban with new rules on memory.", "China widens chip ban") == [
        "China widens its chip ban with new rules on memory."
    ]
    assert clean("商务部限制稀土出口。公司股价大跌。", "商务部限制稀土出口") == ["公司股价大跌。"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ministers met. They agreed on a deal that will […]", ["Ministers met."]),
        ("Ministers met to discuss [...]", ["Ministers met to discuss…"]),
        ("Ministers met to discuss… Continue reading the story", ["Ministers met to discuss…"]),
        ("Ministers met to discuss", ["Ministers met to discuss"]),
        ("A full sentence. " + "Word and " * 40, ["A full sentence."]),
        ("Ministers met. They agreed…", ["Ministers met."]),
        (
            "Os ministros se reuniram para discutir (5... Leia mais no Jornal!",
            ["Os ministros se reuniram para discutir (5…"],
        ),
    ],
)
def test_what_was_cut_is_left_out(text: str, kept: list[str]) -> None:
    assert clean(text) == kept


def test_no_more_than_asked_for() -> None:
    assert clean("One here. Two here. Three here.", most=2) == ["One here.", "Two here."]


def test_words_of_any_script() -> None:
    assert words("H20 chips, 中芯 Ärger") == ["h20", "chips", "中", "芯", "ärger"]
    assert is_cjk_text("中芯国际 SMIC 上调指引")
    assert not is_cjk_text("SMIC (中芯) raised its guidance")
    assert not is_cjk_text("ascii")


def test_repeats_needs_something_told() -> None:
    assert not repeats("Anything at all", frozenset())
    assert repeats("chip ban widened", frozenset({"chip", "ban", "widened"}))


def test_what_a_page_builder_left_in_brackets_goes() -> None:
    text = '[vc_row width="1/2" css=".a"][vc_column]Ministers met.[/vc_column] They [sic] agreed [1].[/vc_row]'
    assert clean(text) == ["Ministers met.", "They [sic] agreed [1]."]
    assert clean("[fusion_text columns=”” font_size=”1″]Ministers met.[/fusion_text]") == ["Ministers met."]


@pytest.mark.parametrize(
    "below",
    [
        "The post What now? Ministers meet. appeared first on A Site.",
        "The post Six ways to win first appeared on A Site.",
        "Der Beitrag Sechs Wege. Teil 1 erschien zuerst auf seite.example.",
        "L'articolo Sei modi. Ecco quali sembra essere il primo su sito.example.",
        "La entrada Seis formas se publicó primero en El Sitio.",
        "Запись Шесть путей впервые появилась Сайт.",
    ],
)
def test_what_a_blog_sets_below_its_posts_goes(below: str) -> None:
    assert clean(f"Ministers met. {below}") == ["Ministers met."]
    assert clean(f"Ministers met.\n{below}\nThey agreed.") == ["Ministers met.", "They agreed."]
