"""The shipped table of who is who."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.core.language.entities import Entity, Lexicon, entities, lexicon
from bot.core.language.text import fold, tokens
from bot.core.model import Entry
from bot.core.stories.ladders import ladder

ROWS = entities(tomllib.loads((Path(__file__).parents[2] / "config" / "entities.toml").read_text("utf-8")))
KNOWN: Lexicon = lexicon(ROWS)
_TICKER = re.compile(r"\d{4}\.HK|\d{6}\.(SH|SZ|KS)|\d{4}\.TW|\d{3}[\dA-Z]\.T|[A-Z]{1,5}\.(O|N|AS)")


def named(text: str) -> frozenset[str]:
    return KNOWN.entities(fold(text), tokens(text).texts)


def test_the_field_is_covered() -> None:
    assert len(ROWS) >= 120
    assert all(row.group for row in ROWS)
    assert Counter(row.group for row in ROWS)["lab-cn"] >= 15


def test_no_id_name_ticker_or_account_stands_for_two() -> None:
    assert len({row.id for row in ROWS}) == len(ROWS)
    keys = Counter(fold(spelling) for row in ROWS for spelling in {fold(each) for each in row.spellings})
    keys.update(f"{kind}:{fold(name)}" for row in ROWS for kind, name in (("hf", row.hf), ("gh", row.github)) if name)
    keys.update(f"cik:{row.cik}" for row in ROWS if row.cik)
    assert [key for key, times in keys.items() if times > 1] == []


def test_a_filing_finds_its_company_by_number_and_by_name() -> None:
    facts = (("cik", "0001045810"),), (("company", "NVIDIA CORP"),)
    steps = [ladder(Entry("1", "", "", form="S-1", facts=one), KNOWN.known) for one in facts]
    assert [step.process for step in steps if step] == ["sec-offering:nvidia"] * 2


def test_tickers_carry_their_exchange_and_ciks_are_numbers() -> None:
    assert [ticker for row in ROWS for ticker in row.tickers if not _TICKER.fullmatch(ticker)] == []
    assert [row.id for row in ROWS if row.cik and not row.cik.isdigit()] == []


def test_what_nobody_saw_in_a_source_is_marked() -> None:
    checked = {row.id for row in ROWS if not row.unverified and (row.tickers or row.cik or row.hf or row.github)}
    assert checked == {"deepseek", "zhipu"}


@pytest.mark.parametrize(
    "name", ["智谱", "智譜", "Zhipu", "Z.ai", "Knowledge Atlas", "2513.HK", "hf:zai-org", "github:zai-org"]
)
def test_zhipu_under_all_its_names(name: str) -> None:
    assert KNOWN.known(name) == "zhipu"


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Arm signs a chip licence", "arm"),
        ("Infineon raises prices", "infineon"),
        ("英飞凌上调报价", "infineon"),
        ("Noetix ships its first robots", "noetix"),
        ("松延动力交付首批机器人", "noetix"),
        ("超聚变启动辅导", "xfusion"),
        ("Intel opens its foundry to rivals", "intel"),
        ("Kimi K3 model is open", "moonshot"),
        ("Kimi开源新模型", "moonshot"),
        ("中芯國際擴產", "smic"),
        ("輝達財報", "nvidia"),
        ("Oracle's cloud grows", "oracle"),
        ("Cursor, the AI code editor", "cursor"),
    ],
)
def test_short_and_ambiguous_names_count_beside_their_field(text: str, entity: str) -> None:
    assert entity in named(text)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("He said he broke his arm", "arm"),
        ("Army intel on the border", "intel"),
        ("Kimi said that he won in Monza", "moonshot"),
        ("The oracle said so", "oracle"),
        ("Move the cursor, she said", "cursor"),
        ("A mistral wind said to last", "mistral"),
        ("A 5 sec video", "sec"),
    ],
)
def test_the_same_words_elsewhere_are_nobody(text: str, entity: str) -> None:
    assert entity not in named(text)


def test_a_name_without_letters_names_nobody() -> None:
    assert lexicon((Entity("x", "…"),)).entities("…", ()) == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("研发过程中芯片良率提升", ""),
        ("中芯扩产", "smic"),
        ("上海光源升级", ""),
        ("海光财报", "hygon"),
        ("北京东城区", ""),
        ("京东云", "jd"),
        ("智慧与算力", ""),
        ("平台积极备货", ""),
        ("可灵活部署", ""),
        ("可灵上线", "kuaishou"),
        ("高通胀压力", ""),
        ("高通發布", "qualcomm"),
        ("AI浪潮席卷", ""),
        ("中国的华为", "huawei"),
    ],
)
def test_pieces_of_other_words_are_no_names(text: str, found: str) -> None:
    assert named(text) == ({found} if found else frozenset())


def test_each_word_that_is_no_name_holds_one() -> None:
    stray = [
        (row.id, word)
        for row in ROWS
        for word in row.unlike
        if not any(name in word and name != word for name in row.zh)
    ]
    assert stray == []
