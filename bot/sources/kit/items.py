"""Defensive access to items of JSON answers: fields may be missing or change their type."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from typing import Any

from bot.core.errors import FetchError, NotAFeed
from bot.core.polling.health import what_page
from bot.core.urls import redacted
from bot.ports import Fetched

JSON_LIMIT = 4 << 20
"""The most bytes of JSON read. Rows are made in threads, but parsing holds the interpreter, some 15 ms a megabyte."""

TEXT_LIMIT = 16_000
"""The most characters of a field that are kept."""
ROWS_LIMIT = 5_000
"""The most rows of an answer, and parts of a row, that are read; a page of the longest lists has some 1,000 rows."""
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SWITCHES = {"true": True, "1": True, "y": True, "yes": True, "false": False, "0": False, "n": False, "no": False}
_TAG = re.compile(r"<[^<>]{0,2000}>")


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """One line without control characters and lone surrogates, at most `limit` characters."""
    if text.isprintable() and "  " not in text and text[:1] != " " != text[-1:]:  # most texts: " " is all its space
        return text[:limit]
    return " ".join(_SURROGATE.sub("\ufffd", _UNSAFE.sub("", text[: limit * 4])).split())[:limit]


def plain(text: str) -> str:
    """The text of an HTML field, without marked hits (`<em>`), line breaks (`<br/>`) and character references."""
    return unescape(_TAG.sub(lambda tag: " " if tag[0].lower().startswith("<br") else "", text))


def read_json(kind: str, answer: Fetched) -> Any:
    """The JSON of an answer. Raises `NotAFeed`, naming what came instead; `FetchError` when it is too large."""
    if len(answer.body) > JSON_LIMIT:
        raise FetchError("too-large", f"{kind}: {len(answer.body):,} bytes of JSON, over {JSON_LIMIT:,}")
    try:
        return json.loads(answer.body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise NotAFeed(f"{kind}: expected JSON from {redacted(answer.url)}, got {_told(answer)}") from None


def no_feed(error: NotAFeed, whose: str, body: bytes) -> NotAFeed:
    """The same error (also of a lost parser) with `whose` body it was, and which kind of web page came instead."""
    page = what_page(body)
    return type(error)(f"{whose}: {page} instead of a feed" if page else f"{whose}: {error}")


def _told(answer: Fetched) -> str:
    """What a body that is not JSON looks like, in a few words."""
    if (page := what_page(answer.body)) not in ("", "a web page"):
        return page
    start = answer.body[:600].lstrip()
    if not start:
        return "an empty body"
    if start[:1] == b"<":
        return "an HTML page" if b"<html" in start.lower() or b"<!doctype" in start.lower() else "XML"
    if start[:1] in b"{[":
        return "JSON that is cut or broken"
    return f'"{clean(start.decode("utf-8", "replace"), 80)}"'


class Fields:
    """Reads fields of one answer's items and counts those that are missing or have changed their type."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._lost: Counter[str] = Counter()
        self._items = 0
        self._left = ""

    def rows(self, body: Any, name: str) -> list[dict[str, Any]]:
        """The list of objects under `name` ("" for the body itself); null is an empty list.

        Raises `NotAFeed` when it is missing or no list: the shape has changed.
        """
        if name and (not isinstance(body, dict) or name not in body):
            raise NotAFeed(f"{self._kind}: the answer has no field {name}: its shape has changed")
        found = body[name] if name else body
        found = [] if found is None else found
        if not isinstance(found, list):
            raise NotAFeed(f"{self._kind}: {name or 'the answer'} is no list: its shape has changed")
        if len(found) > ROWS_LIMIT:
            self._left = f"{self._kind}: {len(found):,} rows, of which the first {ROWS_LIMIT:,} were read"
        rows = objects(found)
        self._lost["(an item)"] += min(len(found), ROWS_LIMIT) - len(rows)
        self._items += min(len(found), ROWS_LIMIT)
        return rows

    def text(self, item: Mapping[str, Any], name: str, limit: int = TEXT_LIMIT) -> str:
        """A field that should be there: text, or a number as text. If it is not: "", and a note."""
        value = item.get(name)
        if not _is_text(value):
            self.miss(name)
        return clean(as_text(value), limit)

    def maybe(self, item: Mapping[str, Any], name: str) -> str:
        """A field that may be absent or null."""
        return "" if item.get(name) is None else self.text(item, name)

    def flag(self, item: Mapping[str, Any], name: str) -> bool:
        """Whether a field is true, also as 1 or "true". Absent or null is false; anything else is false and noted."""
        value = item.get(name)
        if isinstance(value, bool) or value is None:
            return value is True
        word = as_text(value).casefold()
        if word not in _SWITCHES:
            self.miss(name)
        return _SWITCHES.get(word, False)

    def nested(self, item: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """A list of objects inside an item; absent or null is empty and noted."""
        if not isinstance(item.get(name), list):
            self.miss(name)
        return objects(item.get(name))

    def miss(self, name: str) -> None:
        """Note that one item had no usable field of this name."""
        self._lost[name] += 1

    def notes(self) -> tuple[str, ...]:
        """One line for each field, and one if there were too many rows."""
        lost = (
            f"{self._kind}: {name} is missing or has changed in {count} of {self._items} items"
            for name, count in self._lost.items()
            if count
        )
        return (*((self._left,) if self._left else ()), *lost)


def as_text(value: Any) -> str:
    """Text, or a number as text; "" for anything else, so that no list or null is shown in Python's notation."""
    return str(value) if _is_text(value) else ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def strings(value: Any) -> list[str]:
    """The texts in a list; [] if it is no list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list (`ROWS_LIMIT` at most); [] if it is no list."""
    return [one for one in value[:ROWS_LIMIT] if isinstance(one, dict)] if isinstance(value, list) else []
