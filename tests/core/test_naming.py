"""`entity:NAME` stands for all the names of a row."""

from __future__ import annotations

import pytest

from bot.core.errors import QueryError
from bot.core.language.entities import Entity
from bot.core.matching.judge import Judge
from bot.core.matching.naming import Known, as_typed, by_name, only_one, parse_named, shown_name
from bot.core.matching.query import parse, stored, unparse
from bot.core.model import Entry

ENTITIES = by_name(
    (
        Entity("zhipu", "Zhipu", ("Z.ai", "Knowledge Atlas"), ("智谱", "智譜"), ("2513.HK",)),
        Entity("arm", "Arm", context=("chip", "芯片")),
        Entity("other", "Z.ai"),
    )
)
OURS = {"our chips": "chip OR 芯片", "ours": "-ban fab OR wafer", "chips": "potato"}
KNOWN = Known(ENTITIES, OURS, ("chips",))


@pytest.mark.parametrize(
    ("query", "title", "holds"),
    [
        ("entity:Zhipu", "智谱上市", True),
        ("entity:zhipu", "智譜上市", True),
        ('ENTITY:"knowledge atlas" ipo', "Z.ai files for an IPO", True),
        ("entity:2513.hk -ipo", "Z.ai files for an IPO", False),
        ("entity:智谱", "Zhipu opens a model", True),
        ("ipo (entity:Z.ai)", "Knowledge Atlas IPO", True),
        ("entity:Arm", "Arm in arm", False),
        ("entity:Arm", "Arm designs a chip", True),
        ('"entity:Zhipu" OR fab', "Zhipu", False),
    ],
)
def test_a_name_finds_every_name(query: str, title: str, holds: bool) -> None:
    tree = parse_named(query, KNOWN)
    assert Judge(tree).matches(Entry("1", "", title)) is holds
    assert stored(unparse(tree)) == tree


def test_a_name_that_a_row_gives_twice_is_asked_for_once() -> None:
    row = {"nvidia": Entity("nvidia", "Nvidia", names=("nvidia", "NVDA"))}
    assert unparse(parse_named("entity:nvidia", Known(row))) == '"nvidia" OR "nvda"'


def test_without_names_a_query_is_read_as_ever() -> None:
    assert parse_named("chip -ban", KNOWN) == parse("chip -ban")


@pytest.mark.parametrize(
    ("query", "said", "column"),
    [
        ("ban entity:Zipu", "did you mean entity:zhipu", 5),
        ("entity:Qqqqqqq", "look for the name itself", 1),
        ("entity:Zhipu AND", "needs a word after it", 14),
        ("ban " + "entity:Zhipu " * 20, "every name written out: a query may have 64 terms", 5),
        ("ipo entity:Arm NEAR/3 ban", "written out: NEAR joins words", 5),
        ("entity: Zhipu", "is no field", 1),
        ("entity:Zhipu " + "x" * 600, "512 characters", 513),
    ],
)
def test_what_is_wrong_is_named_with_the_column_as_typed(query: str, said: str, column: int) -> None:
    with pytest.raises(QueryError, match=said) as refused:
        parse_named(query, KNOWN)
    assert refused.value.column == column


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ('topic:"Our  CHIPS"', "chip OR 芯片"),
        ("topic:“our chips” h20", "(chip OR 芯片) h20"),
        ("Topic：「our chips」 -topic:ours", "(chip OR 芯片) -(-ban fab OR wafer)"),
        ("topic:ours OR entity:Z.ai", "-ban fab OR wafer OR entity:Z.ai"),
        ("fab topic:chips", "fab topic:chips"),
        ('"topic:ours"', '"topic ours"'),
    ],
)
def test_a_name_that_people_gave_stands_for_its_query(query: str, same: str) -> None:
    assert parse_named(query, KNOWN) == parse_named(same, Known(ENTITIES))


@pytest.mark.parametrize(
    ("query", "said", "column"),
    [
        (
            'fab topic:"Their chips"',
            "“Their chips” is neither a topic nor a name given here; topics lists both",
            5,
        ),
        ("fab topic:ours (", "“\\(” needs a word", 16),
        ("topic:ours NEAR chip", "written out: NEAR joins words", 1),
    ],
)
def test_what_is_wrong_with_a_name_that_people_gave(query: str, said: str, column: int) -> None:
    with pytest.raises(QueryError, match=said) as refused:
        parse_named(query, KNOWN)
    assert refused.value.column == column


def test_where_nobody_knows_the_topics_each_stands_as_written() -> None:
    assert parse_named("fab topic:what", Known({})) == parse("fab topic:what")


def test_accounts_are_names_too_behind_all_others() -> None:
    rows = (Entity("qwen", "Qwen", github="QwenLM", hf="Moon"), Entity("moon", "Moon"))
    found = by_name(rows)
    assert (found["qwenlm"].id, found["moon"].id) == ("qwen", "moon")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("entity:zhipu", "zhipu"),
        (' entity:"智谱" ', "zhipu"),
        ("entity:nobody", ""),
        ("entity:zhipu ban", ""),
        ('"entity:zhipu"', ""),
    ],
)
def test_a_query_that_is_one_entity_and_nothing_else(text: str, found: str) -> None:
    row = only_one(text, by_name((Entity("zhipu", "Zhipu", zh=("智谱",)),)))
    assert (row.id if row else "") == found


@pytest.mark.parametrize("typed", ["輝達 NEAR 出口管制", "辉达 NEAR 出口管制", '"h20" 輝達'])
def test_a_query_is_shown_in_the_script_in_which_it_was_typed(typed: str) -> None:
    assert as_typed(unparse(parse_named(typed, Known({}))), typed) == typed


def test_a_row_is_shown_by_its_name_and_its_first_chinese_one() -> None:
    assert [shown_name(Entity("a", "A", zh=zh)) for zh in ((), ("甲", "乙"))] == ["A", "A 甲"]


def test_a_longer_word_that_holds_a_name_by_chance_is_left_out_beside_that_name_alone() -> None:
    found = by_name((Entity("smic", "SMIC", zh=("中芯国际", "中芯"), unlike=("中芯片",)),))
    tree = parse_named("entity:smic", Known(found))
    assert unparse(tree) == '"smic" OR 中芯国际 OR 中芯 -中芯片'
    titles = {"中芯扩产": True, "其中芯片出口": False, "中芯国际谈其中芯片": True}
    assert {title: Judge(stored(unparse(tree))).matches(Entry("", "", title)) for title in titles} == titles
