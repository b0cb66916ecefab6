"""The wording in each language: `config/words/<locale>.toml`, flat keys, English where another language lacks one.

A file holds tables for order only; the keys inside are whole ("command.subscribe.help"), so that a search finds them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.errors import ConfigError
from bot.core.options import LANGUAGES

_TRADITIONAL = ("tw", "hk", "mo", "hant")


class Count(int):
    """A number in a text: `{n:story|stories}` is the word that goes with it."""

    def __format__(self, spec: str) -> str:
        one, split, many = spec.partition("|")
        return (one if self == 1 else many) if split else super().__format__(spec)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by locale and key. Calling it gives a text with its `{names}` filled in."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __call__(self, locale: str, key: str, /, **values: object) -> str:
        """The text of `key` in the nearest language that has it; the key itself when none has."""
        text = self.find(locale, key) or self.find("en", key) or key
        return text.format_map({name: Count(v) if isinstance(v, int) else v for name, v in values.items()})

    def find(self, locale: str, key: str) -> str:
        """The text of `key` in the nearest language, unfilled; "" when that language lacks it."""
        return self.texts.get(nearest(locale), {}).get(key, "")


def nearest(locale: str) -> str:
    """The one of `LANGUAGES` for a locale as a platform gives it: "zh-HK" reads zh-TW, "en-GB" en, all others en."""
    parts = locale.lower().replace("_", "-").split("-")
    if parts[0] != "zh":
        return "en"
    return "zh-TW" if any(part in _TRADITIONAL for part in parts[1:]) else "zh-CN"


def load_words(directory: Path) -> Words:
    """Every language that `directory` has a file for. Raises `ConfigError` for a file that can't be read."""
    return Words(
        {name: _read(directory / f"{name}.toml") for name in LANGUAGES if (directory / f"{name}.toml").is_file()}
    )


def _read(path: Path) -> dict[str, str]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    return {key: _text(path, key, value) for table, body in tables.items() for key, value in _items(path, table, body)}


def _items(path: Path, table: str, body: Any) -> list[tuple[str, Any]]:
    if not isinstance(body, dict):
        raise ConfigError(f"{path}: {table} stands outside a table; put it under one such as [reply]")
    return list(body.items())


def _text(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError(f'{path}: {key} must be text in quotes, such as "{value}"')
    return value
