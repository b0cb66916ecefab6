"""The wording in each language: `config/words/<locale>.toml`, flat keys, English where another language lacks one.

The tables in a file are only for order; the keys inside are complete ("command.subscribe.help"), so that a search finds
them. `sentences.toml` translates, by their English text, sentences that are made where no wording is available.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from bot.core.errors import ConfigError
from bot.core.language.languages import LANGUAGES
from bot.core.language.text import is_cjk
from bot.core.tables import tables
from bot.ports import Keyboard

_TRADITIONAL = ("tw", "hk", "mo", "hant")
_HOLE = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}")
_TYPED = re.compile(r"(?:“|\{\{)\{([a-z_]+)\}|\{(name|scope)\}:")
_QUOTED = re.compile("“[^“”]*”(?:, “[^“”]*”)*")
_CHINESE = re.compile("[\u3400-\u9fff]")
_LONGEST = 800
"""Longer sentences (in characters) are not looked up; all sentences cut short what users typed."""


class Count(int):
    """A number in a text: `{n:story|stories}` gives the singular or the plural."""

    def __format__(self, spec: str) -> str:
        one, split, many = spec.partition("|")
        return (one if self == 1 else many) if split else super().__format__(spec)


class Measure(float):
    """A number in a text with one decimal at most: `{days}` gives 1.4, `{days:day|days}` the singular or the plural."""

    def __format__(self, spec: str) -> str:
        shown = f"{float(self):.1f}".removesuffix(".0")
        one, split, many = spec.partition("|")
        return (one if shown == "1" else many) if split else shown


@dataclass(frozen=True, slots=True)
class Typed:
    """`{cmd:mute 42}` in a text gives that line as users type it."""

    typed: Callable[[str], str]

    def __format__(self, line: str) -> str:
        return self.typed(line)


class Sentence(NamedTuple):
    """An English sentence with holes, and its text in another language. The contents of the holes in `typed` are
    repeated unchanged. `sign` is a part of the sentence outside its holes. It may also begin with a small letter.
    """

    english: str
    text: str
    typed: frozenset[str]
    sign: str


def _number(value: object) -> object:
    return Count(value) if isinstance(value, int) else Measure(value) if isinstance(value, float) else value


def _plain(line: str, called: Callable[[str], str], may_configure: bool) -> str:
    return line


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by locale and key. Calling it gives a text with its `{names}` filled in.

    `keyboards` has the platforms that do not take lines unchanged. Lines for a webhook are typed `through` a command,
    on the `keyboard` of the platform of its people.
    """

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sentences: Mapping[str, tuple[Sentence, ...]] = field(default_factory=dict)
    keyboards: Mapping[str, Keyboard] = field(default_factory=dict)
    keyboard: Keyboard = _plain
    through: str = ""
    may_configure: bool = True

    def at(self, platform: str, scope: str = "", channel: str = "", *, may_configure: bool = True) -> Words:
        """See `Say.at`; a webhook's people are on the platform that its scope names."""
        through = f"webhook do {channel} " if platform == "webhook" else ""
        where = scope.partition(":")[0] if through else platform
        keyboard = self.keyboards.get(where, _plain)
        return replace(self, keyboard=keyboard, through=through, may_configure=may_configure)

    def __call__(self, locale: str, key: str, /, **values: object) -> str:
        """The text of `key` in the nearest language that has it; the key itself when none has."""
        text = self.find(locale, key) or self.find("en", key) or key
        filled = {name: _number(v) for name, v in values.items()}
        made = _close(text, values).format_map({"cmd": Typed(partial(self.line, locale)), **filled})
        return made[:1].upper() + made[1:] if text.startswith("{channel}") and self._ours(values["channel"]) else made

    def _ours(self, name: object) -> bool:
        """Whether a channel's name is wording of ours ("this channel"), which gets a capital at a sentence's start."""
        return name in (self.find("en", "here.channel"), self.find("en", "here.direct"))

    def line(self, locale: str, line: str) -> str:
        def called(name: str) -> str:
            return self.find(locale, f"command.{name}.name")

        return self.keyboard(self.through + line, called, self.may_configure)

    def told(self, locale: str, english: str) -> str:
        """An English sentence in the nearest language; unchanged where that language lacks it."""
        sentences = self.sentences.get(nearest(locale))
        if not sentences or len(english) > _LONGEST:
            return english
        parts = english.split("; ")
        said = [self._one(locale, sentences, part) for part in parts]
        if len(parts) > 1 and "" not in said:
            return "；".join(said)
        whole = self._one(locale, sentences, english)
        if whole or not any(said):
            return whole or english
        return "；".join(told or part for told, part in zip(said, parts, strict=True))

    def _one(self, locale: str, sentences: tuple[Sentence, ...], english: str) -> str:
        """One sentence translated; "" when none of `sentences` matches it."""
        for sentence in sentences:
            if sentence.sign in english and (found := _pattern(sentence.english).fullmatch(english)):
                holes = found.groupdict().items()
                told = {name: v if name in sentence.typed else self.told(locale, v) for name, v in holes}
                told = {name: _quoted(locale, v) for name, v in told.items()}
                return _close(sentence.text, told).format_map(told)
        return ""

    def find(self, locale: str, key: str) -> str:
        """The text of `key` in the nearest language, unfilled; "" when that language lacks it."""
        return self.texts.get(nearest(locale), {}).get(key, "")


def nearest(locale: str) -> str:
    """The one of `LANGUAGES` for a locale as a platform gives it: zh-TW for "zh-HK", en for "en-GB" and all others."""
    parts = locale.lower().replace("_", "-").split("-")
    if parts[0] != "zh":
        return "en"
    return "zh-TW" if any(part in _TRADITIONAL for part in parts[1:]) else "zh-CN"


def load_words(directory: Path) -> Words:
    """The words of every language that has a file in `directory`. Raises `ConfigError` for a faulty file."""
    files = {name: directory / f"{name}.toml" for name in (*LANGUAGES, "sentences")}
    read = {name: _read(path) for name, path in files.items() if path.is_file()}
    sentences = {locale: _sentences(body.items()) for locale, body in read.pop("sentences", {}).items()}
    return Words(
        {name: {k: v for body in tables.values() for k, v in body.items()} for name, tables in read.items()}, sentences
    )


def _sentences(rows: Iterable[tuple[str, str]]) -> tuple[Sentence, ...]:
    """Sentences that contain another sentence first, then those with the most text of their own."""
    ordered = sorted(rows, key=lambda row: ("{said}" not in row[0], -len(_HOLE.sub("", row[0]))))
    return tuple(
        Sentence(
            english,
            text,
            frozenset(filter(None, sum(_TYPED.findall(english), ()))),
            _sign(english),
        )
        for english, text in ordered
    )


def _sign(english: str) -> str:
    """The longest part between holes, without the sentence's first letter, which may be a small or a capital one."""
    first, *others = _HOLE.split(english)[::2]
    return max([first[1:], *others], key=len)


def _close(text: str, values: Mapping[str, object]) -> str:
    """A Chinese text without the spaces around holes that get Chinese, as these are for names in Latin letters. Spaces
    beside a dot between two parts stay.
    """
    if not _CHINESE.search(text):
        return text
    for name, value in values.items():
        if isinstance(value, str) and value:
            text = re.sub(rf"\{{{name}\}} (?![ ·])", f"{{{name}}}", text) if is_cjk(value[-1]) else text
            text = re.sub(rf"(?<![ ·]) \{{{name}\}}", f"{{{name}}}", text) if is_cjk(value[0]) else text
    return text


def _quoted(locale: str, text: str) -> str:
    """A list of quoted words with Chinese commas and, in zh-TW, its quotation marks; any other text unchanged."""
    if not _QUOTED.fullmatch(text):
        return text
    text = text.replace("”, “", "”、“")
    return text.replace("“", "「").replace("”", "」") if nearest(locale) == "zh-TW" else text


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """The pattern of a sentence with holes, made when its sign is first met: a process needs few of the hundreds."""
    made, at = "", 0
    for hole in _HOLE.finditer(english):
        made += re.escape(english[at : hole.start()])
        what = r"\d+" if hole[1] == "count" else ".+?"
        made += f"(?P<{hole[1]}>{what})" if hole[1] else re.escape(hole[0][0])
        at = hole.end()
    made += re.escape(english[at:])
    first = english[0]
    return re.compile(f"[{first}{first.lower()}]{made[1:]}" if first.isupper() else made, re.DOTALL)


def _read(path: Path) -> dict[str, dict[str, str]]:
    return {
        table: {key: _text(path, key, value) for key, value in _items(path, table, body)}
        for table, body in tables(path.read_bytes(), f"{path}").items()
    }


def _items(path: Path, table: str, body: Any) -> list[tuple[str, Any]]:
    if not isinstance(body, dict):
        raise ConfigError(f"{path}: {table} stands outside a table; put it under one such as [reply]")
    return list(body.items())


def _text(path: Path, key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError(f'{path}: {key} must be text in quotes, such as "{value}"')
    return value
