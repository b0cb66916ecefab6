"""The wording: whole in every language, and a broken file says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.core.spec import COMMANDS
from bot.words import LOCALES, Words, load_words, nearest

WORDS = load_words(Path(__file__).parents[2] / "config" / "words")


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("en-US", "en"),
        ("en", "en"),
        ("fr", "en"),
        ("", "en"),
        ("zh-CN", "zh-CN"),
        ("zh", "zh-CN"),
        ("zh_Hans_SG", "zh-CN"),
        ("zh-TW", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("zh-Hant-MO", "zh-TW"),
    ],
)
def test_the_nearest_language(locale: str, language: str) -> None:
    assert nearest(locale) == language


def test_english_stands_in_and_then_the_key() -> None:
    words = Words({"en": {"a": "one {n}"}, "zh-TW": {"b": "二"}})
    assert words("zh-HK", "a", n=3) == "one 3"
    assert words("zh-HK", "b") == "二"
    assert words("en", "b") == "b"
    assert words.find("zh-CN", "a") == ""


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_every_command_is_described_in_every_language(locale: str) -> None:
    keys = {f"command.{command.name}.{part}" for command in COMMANDS for part in ("name", "help")}
    for command in COMMANDS:
        for arg in command.args:
            own = f"arg.{command.name}.{arg.name}.help"
            keys.add(own if WORDS.find(locale, own) else f"arg.{arg.name}.help")
    assert [key for key in sorted(keys) if not WORDS.find(locale, key)] == []


@pytest.mark.parametrize("locale", LOCALES[1:])
def test_translations_fill_in_the_same_names(locale: str) -> None:
    for key, text in WORDS.texts["en"].items():
        if other := WORDS.find(locale, key):
            assert set(re.findall(r"\{\w+\}", other)) <= set(re.findall(r"\{\w+\}", text)), key


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('[reply]\n"a" = 3', "a must be text"),
        ('"a" = "b"', "outside a table"),
        ("[reply", "not valid TOML"),
    ],
)
def test_a_broken_file_says_so(tmp_path: Path, body: str, said: str) -> None:
    (tmp_path / "en.toml").write_text(body, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_words(tmp_path)


def test_no_folder_is_no_words(tmp_path: Path) -> None:
    assert load_words(tmp_path).texts == {}
