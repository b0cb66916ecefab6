from __future__ import annotations

import pytest

from bot.core.matching.query import parse, unparse
from bot.core.matching.suggest import distance, has_words, in_capitals, names_it, near_topic, nearest, respelled

SEEN = {"nvidia": 9, "huawei": 5, "export": 7, "exports": 3, "licence": 2, "deepseek": 4}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nvida", "nvidia"),
        ("nvidiaa", "nvidia"),
        ("nvodia", "nvidia"),
        ("nvdiia", "nvidia"),
        ("hauwei", "huawei"),
        ("expart", "export"),
        ("deapsaek", "deepseek"),
        ("zzzzzz", ""),
        ("nv", ""),
        ("芯片", ""),
    ],
)
def test_the_nearest_spelling(typed: str, meant: str) -> None:
    assert nearest(typed, SEEN) == meant


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "bca", 2), ("kitten", "sitting", 3), ("ab", "", 2)],
)
def test_distance(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == distance(other, one) == edits


def test_the_most_frequent_of_the_nearest_is_taken() -> None:
    assert nearest("exporte", {"export": 1, "exports": 5, "exported": 2, "expert": 90}) == "exports"


def test_a_query_is_respelled_wherever_a_word_stands() -> None:
    query = 'title:(nvida OR "huawei expart") licnce NEAR/3 chips -exportz 芯片 lic* lang:en'
    instead = {"nvida": "nvidia", "expart": "export", "licnce": "licence", "exportz": "export"}
    assert unparse(respelled(parse(query), instead)) == (
        'title:(nvidia OR "huawei export") licence NEAR/3 chips -export 芯片 lic* lang:en'
    )
    assert respelled(parse("nvidia"), instead) == parse("nvidia")


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("exprot-controls", "x"),
        ("export contols", "x"),
        ("export-controls", "x"),
        ("chps", ""),
        ("quite another", ""),
        ("芯片出口管制", ""),
    ],
)
def test_a_topic_that_was_perhaps_meant(typed: str, topic: str) -> None:
    assert near_topic(typed, {"export-controls": "x", "export controls": "x", "chips": "c", "出口管制": "x"}) == (
        topic or None
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ipo", True),
        ("ipos", True),
        ("listing ipo", True),
        ("list", True),
        ("sting", False),
        ("ipo rain", False),
        ("上市", True),
        ("ipo 上市", True),
        ("", False),
        ("- ( )", False),
    ],
)
def test_a_name_is_found_by_its_words(typed: str, found: bool) -> None:
    assert has_words("ipos and listings ipo 与上市", typed) == found


@pytest.mark.parametrize(
    ("called", "typed", "found"),
    [
        ("adoption, prices and the global south", "the", False),
        ("adoption, prices and the global south", "prices", False),
        ("adoption, prices and the global south", "global south", True),
        ("adoption, prices and the global south", "adoption", True),
        ("data centres and compute", "data", False),
        ("data centres and compute", "data centre", True),
        ("data centres and compute", "compute", True),
        ("chip export controls", "export", False),
        ("chip export controls", "controls", False),
        ("chip export controls", "export control", True),
        ("ipos and listings", "ipo", True),
        ("ipos and listings", "ip", False),
        ("moonshot ai (kimi)", "kimi", True),
        ("数据中心与算力", "数据", False),
        ("数据中心与算力", "数据中心", True),
        ("数据中心与算力", "算力", True),
        ("ipo 与上市", "ipo", True),
        ("ipo 与上市", "上市", True),
        ("中美人工智能竞争", "人工智能", False),
        ("芯片出口管制", "出口管制", True),
        ("", "ipo", False),
    ],
)
def test_some_words_name_a_topic_and_others_only_stand_in_its_name(called: str, typed: str, found: bool) -> None:
    assert names_it(called, typed) == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("h20 or h200", "h20 OR h200"),
        ('"entity list" or ban and not "more or less"', '"entity list" OR ban AND NOT "more or less"'),
        ("title:(h20 or h200) near/3 ban", "title:(h20 OR h200) NEAR/3 ban"),
        ("台积电 或 輝達 和 禁令", "台积电 OR 輝達 AND 禁令"),
        *(("h20 OR h200", ""), ("or chips", ""), ("chips or", ""), ("origin andes", ""), ('"h20 or h200"', "")),
    ],
)
def test_operators_in_small_letters_are_told(typed: str, meant: str) -> None:
    assert in_capitals(typed) == meant
