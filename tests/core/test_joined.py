"""What joined a report to a story, in whole words as they stand in it."""

from __future__ import annotations

import pytest

from bot.core.model import Entry, Placement
from bot.core.stories.joined import joined, outermost, words_of

RISE = Entry(
    "1", "https://x.example/1", "MiniMax doubles on first day of trading in Hong Kong", "HK$4.8 billion raised"
)
ZH = Entry("2", "https://x.example/2", "MiniMax港交所上市首日股价翻倍", "MiniMax在港交所掛牌。募資48億港元")


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ("minimax, doubl, trad, kong, hong", ("MiniMax doubles", "trading", "Hong Kong")),
        ("4.8e+09, hk", ("HK$4.8 billion",)),
        ("rais, 4.8e+09", ("HK$4.8 billion raised",)),
        ("minimax, minimax, nothere", ("MiniMax",)),
        ("nothere, norhere", ("nothere", "norhere")),
    ],
)
def test_terms_are_the_words_of_the_report(terms: str, words: tuple[str, ...]) -> None:
    assert words_of(terms.split(", "), [RISE]) == words


def test_pairs_of_chinese_characters_are_the_longest_stretch_in_the_script_of_the_report() -> None:
    assert words_of(["minimax", "挂牌", "所挂", "港交"], [ZH]) == ("MiniMax", "港交所掛牌")
    assert words_of(["4.8e+09"], [ZH]) == ("48億港元",)


def test_a_word_in_chinese_is_whole_where_another_report_has_it_too() -> None:
    """The pair 对华 stands in half of the reports and is none of the terms."""
    one, other = Entry("1", "", "芯片对华出口改为逐案审查"), Entry("2", "", "美國放寬H200對華出口")
    assert words_of(["华出", "出口"], [one, one, Entry("3", "", "芯片"), other]) == ("对华出口",)
    assert words_of(["华出", "出口"], [one]) == ("华出口",)
    one, other = Entry("1", "", "中芯國際第四季收入"), Entry("2", "", "中芯国际四季度营收")
    assert words_of(["芯国", "国际", "际第", "第四", "四季"], [one, other]) == ("中芯國際第四季",)
    same = "美国商务部周二表示将逐案审查英伟达芯片对华出口许可"
    assert words_of(["华出", "出口"], [Entry("1", "", same), Entry("2", "", f"{same}。")]) == ("华出口",)
    shorter = Entry("3", "", "美國商務部工業與安全局發布新規")
    one, same = (Entry(n, "", f"美国商务部工业与安全局周二发布规则{end}") for n, end in (("1", ""), ("2", "。")))
    assert words_of(["国商", "商务"], [one, same, shorter]) == ("美国商务部工业与安全局",)


def test_what_stands_only_in_the_other_language_is_told_by_a_report_in_it() -> None:
    assert words_of(["minimax", "doubl"], [ZH, RISE]) == ("MiniMax", "doubles")


@pytest.mark.parametrize(
    ("term", "text", "word"),
    [
        ("d1-7", "Filed on Jan. 7", "Jan. 7"),
        ("d1-7", "Filed on 7 January 2026", "7 January"),
        ("d1-7", "Filed 2026-01-07", "2026-01-07"),
        ("2026", "In May 2026", "2026"),
        ("165", "It rose to US$165 from $99", "US$165"),
        ("12", "Up 12% today", "12%"),
        ("1", "Form 1, x", "1"),
    ],
)
def test_figures_stand_as_they_are_written(term: str, text: str, word: str) -> None:
    assert words_of([term], [Entry("1", "", text)]) == (word,)


def test_a_bare_number_is_left_out_beside_words() -> None:
    assert words_of(["1", "form"], [Entry("1", "", "Form S and 1")]) == ("Form",)


def test_a_word_said_over_and_over_is_not_said_so_often_again() -> None:
    for term, text in (("ha", "ha " * 300), ("哈哈", "哈" * 300)):
        assert max(map(len, words_of([term], [Entry("1", "", text)]))) <= 60


def test_a_stored_judgement_is_read() -> None:
    why = (
        "score 0.39, threshold 0.34",
        "titles near in meaning: 0.61",
        "shared: trad",
        "against: another official act",
    )
    read = joined(RISE, Placement("new", None, None, 0.42, 0.34, why, maybe_same_as=3))
    assert read == ("enough", ("trading",), "another official act", ())
    assert joined(RISE, Placement("duplicate", 1, why=("the same item",))) == (None, (), "", ("the same item",))


def test_words_within_others_are_left_out() -> None:
    assert outermost(["Memory prices", "Memory", "prices"]) == ["Memory prices"]
    assert outermost(["data centre", "data centres", "Chips", "chips", "chipmakers"]) == [
        "data centres",
        "Chips",
        "chipmakers",
    ]
    assert outermost(["上市首日", "上市", "首日", "AI", "Air"]) == ["上市首日", "AI", "Air"]
