"""The entity table and the glossary."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.language.entities import NOTHING, Entity, Lexicon, entities, lexicon
from bot.core.language.text import fold, tokens
from bot.rules.lexicons import read_lexicon

ROWS = (
    Entity("zhipu", "Zhipu AI", ("Zhipu", "Z.ai"), ("智谱", "智譜華章"), ("2513.HK",), hf="zai-org", github="zai-org"),
    Entity("sec", "Securities and Exchange Commission", ("SEC",), context=("filing",), cik="1", venue=True),
    Entity("hk", "Hong Kong Exchange", zh=("港交所",)),
)
GLOSSARY = {"listing": "上市", "hong kong": "香港", "go public": "上市"}


@pytest.fixture(name="known")
def _known() -> Lexicon:
    return lexicon(ROWS, GLOSSARY)


def named(known: Lexicon, text: str) -> frozenset[str]:
    return known.entities(fold(text), tokens(text).texts)


@pytest.mark.parametrize(
    "text", ["Zhipu rises", "ZHIPU AI prices", "智谱上市", "智譜上市", "(2513.HK) jumps", "about Z.ai"]
)
def test_one_company_under_all_its_names(known: Lexicon, text: str) -> None:
    assert named(known, text) == {"zhipu"}


def test_a_name_that_is_a_word_needs_its_context(known: Lexicon) -> None:
    assert named(known, "a 5 sec video") == frozenset()
    assert named(known, "an SEC filing") == {"sec"}
    assert known.venues == {"sec"}


@pytest.mark.parametrize(
    ("name", "entity"),
    [("2513.hk", "zhipu"), ("hf:zai-org", "zhipu"), ("github:Zai-Org", "zhipu"), ("cik:1", "sec"), ("nobody", "")],
)
def test_known_by_ticker_and_account(known: Lexicon, name: str, entity: str) -> None:
    assert known.known(name) == entity


def test_the_glossary_turns_words_into_all_that_they_may_mean(known: Lexicon) -> None:
    assert list(known.glosses(["在香港上市了"])) == [("hong", "kong"), ("list", "go", "public")]


def test_nothing_knows_nothing() -> None:
    assert named(NOTHING, "Zhipu") == frozenset()
    assert list(NOTHING.glosses(["香港"])) == []


def test_rows_from_a_table() -> None:
    (row,) = entities({"entity": [{"id": "a", "name": "A", "names": ["B"], "tickers": ["1.HK"]}]})
    assert row.spellings == ("A", "B", "1.HK")
    assert entities({}) == ()


@pytest.mark.parametrize("row", [{"id": "a"}, {"id": "a", "name": "A", "nick": "x"}])
def test_a_row_that_is_wrong_is_named(row: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"entities.toml: entity 1 \(a\) needs id and name"):
        entities({"entity": [row]})


def test_a_name_of_signs_alone_is_never_found() -> None:
    known = lexicon([Entity("odd", "!!!")])
    assert named(known, "what now !!!") == frozenset()
    assert known.known("!!!") == "odd"


def test_the_files_are_read_and_what_is_wrong_is_named(tmp_path: Path) -> None:
    rows, words = tmp_path / "entities.toml", tmp_path / "glossary.toml"
    assert read_lexicon(rows, words).keys == {}
    rows.write_text('[[entity]]\nid = "zhipu"\nname = "Zhipu"\nzh = ["智谱"]\n', encoding="utf-8")
    words.write_text('[a]\nlisting = "上市"\n[b]\nlisting = "挂牌"\n', encoding="utf-8")
    known = read_lexicon(rows, words)
    assert named(known, "智谱") == {"zhipu"}
    assert list(known.glosses(["挂牌上市"])) == [("list",), ("list",)]
    words.write_text("a = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"glossary\.toml: a line must be"):
        read_lexicon(rows, words)
    for odd in ("1", "[1]", '[{ id = "a" }]', '[{ id = "a", name = 1 }]', '[{ id = "a", name = "A", tickers = "A" }]'):
        rows.write_text(f"entity = {odd}", encoding="utf-8")
        with pytest.raises(ConfigError, match=r"entities\.toml: (entity 1 .* needs id and name|write \[\[entity\]\])"):
            read_lexicon(rows, words)
    rows.write_text("no toml", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"entities\.toml: not valid TOML"):
        read_lexicon(rows, words)
