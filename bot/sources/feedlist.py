"""Reads and checks the shipped feed list, `config/feeds.toml`, and turns it into feeds to add.

Every key of a feed is either one that all feeds have or an option of its kind. Any other key is an error, which says
what was perhaps meant and stops the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.core.errors import ConfigError
from bot.core.language.languages import language_of, not_a_language
from bot.core.polling.rhythm import parse_hours
from bot.core.tables import perhaps, tables
from bot.core.urls import is_web, redacted
from bot.ports import TIERS, FeedSpec
from bot.sources.kinds import SOURCES

_SPEC = ("url", "kind", "title", "source", "lang", "tier")
_ANY_KIND = {"every_s": int, "hours": str, "every_ms": int, "folder": str}
_NAMES = {int: "a whole number", str: "text in quotes", list: 'a list of texts, such as ["S-1"]'}


def load_feeds(path: Path) -> tuple[FeedSpec, ...]:
    """The feeds of a list; an empty file is an empty list.

    Raises `ConfigError`: one line with the file, the feed, the key and what is right.
    """
    try:
        body = tables(path.read_bytes(), f"{path}")
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such feed list; set feeds.file (TOCSIN_FEEDS_FILE)") from None
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror}; set feeds.file (TOCSIN_FEEDS_FILE)") from None
    _only(body, ("feed",), f"{path}")
    rows = body.get("feed", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError(f"{path}: feeds are written as [[feed]] tables")
    specs = tuple(feed_spec(row, f"{path}: feed {place}") for place, row in enumerate(rows, 1))
    _no_twins(specs, path)
    return specs


def watchable(specs: Iterable[FeedSpec], contact: str) -> tuple[tuple[FeedSpec, ...], str]:
    """The feeds that can be polled with this contact address, and a line about those left out ("" if there are none).

    They are left out, not refused at every poll: once an address is set and the list is read again, they are polled.
    """
    every = tuple(specs)
    kept = tuple(spec for spec in every if contact or not SOURCES[spec.kind].needs_contact)
    left = len(every) - len(kept)
    line = f"{left} feeds of the SEC are not watched: it serves only clients that name a mail address"
    return kept, f"{line}; set TOCSIN_FETCH_CONTACT" if left else ""


def feed_spec(row: Mapping[str, Any], where: str) -> FeedSpec:
    """One feed of a list. Raises `ConfigError` that begins with `where`."""
    url = row.get("url")
    if not isinstance(url, str) or not is_web(url):
        raise ConfigError(f"{where}: url must be an address that begins with https:// or http://")
    where = f"{where} ({url})"
    kind = _typed(row.get("kind", "feed"), str, f"{where}: kind")
    if kind not in SOURCES:
        raise ConfigError(f"{where}: kind {kind!r} is not one of {', '.join(SOURCES)}{perhaps(kind, SOURCES)}")
    known = {**_ANY_KIND, **SOURCES[kind].options}
    _only(row, (*_SPEC, *known), where)
    said = {name: _typed(row[name], str, f"{where}: {name}") for name in _SPEC if name in row}
    options = {name: _typed(row[name], known[name], f"{where}: {name}") for name in known if name in row}
    if said.get("tier", "trade") not in TIERS:
        raise ConfigError(f"{where}: tier must be one of {', '.join(TIERS)}, not {said['tier']!r}")
    if (lang := said.get("lang", "")) and not language_of(lang):
        raise ConfigError(f"{where}: lang: {not_a_language(lang)}")
    _check_rhythm(options, where)
    return FeedSpec(**said | {"lang": language_of(lang)}, options=options)


def is_sound(kind: str, name: str, value: object) -> bool:
    """Whether a list may give a feed of this kind this option. Options unknown to the kind are ignored, so allowed."""
    known = {**_ANY_KIND, **(SOURCES[kind].options if kind in SOURCES else {})}
    try:
        _check_rhythm({name: _typed(value, known[name], name)} if name in known else {}, name)
    except ConfigError:
        return False
    return True


def _only(row: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for key in row:
        if key not in known:
            raise ConfigError(f"{where}: {key} is not a key here{perhaps(key, known)}")


def _typed(value: Any, kind: type, where: str) -> Any:
    good = isinstance(value, kind) and not isinstance(value, bool)
    if kind is list and good:
        good = all(isinstance(part, str) for part in value)
    if not good:
        raise ConfigError(f"{where} must be {_NAMES[kind]}, not {value!r}")
    return tuple(value) if kind is list else value


_LIMITS: dict[str, tuple[int, int]] = {
    "every_s": (1, 604_800),
    "every_ms": (0, 600_000),
    "days": (1, 30),
    "least": (1, 500),
}


def _check_rhythm(options: Mapping[str, Any], where: str) -> None:
    for name, (low, high) in _LIMITS.items():
        if not low <= options.get(name, low) <= high:
            raise ConfigError(f"{where}: {name} must lie between {low} and {high}, not {options[name]}")
    if "hours" in options:
        try:
            parse_hours(options["hours"])
        except ValueError as error:
            raise ConfigError(f"{where}: hours: {error}") from None


def _no_twins(specs: Iterable[FeedSpec], path: Path) -> None:
    seen = set[str]()
    for spec in specs:
        if spec.url in seen:
            raise ConfigError(f"{path}: {redacted(spec.url)} stands there twice; remove one")
        seen.add(spec.url)
