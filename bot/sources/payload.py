"""What the sources have in common: JSON answers, fields that go missing, text that is safe to keep."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from html import escape, unescape
from typing import Any

from bot.core.errors import FetchError, NotAFeed
from bot.core.health import what_page
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.core.urls import is_web, redacted
from bot.ports import Feed, Fetched, Polled
from bot.sources.answers import max_age_s
from bot.sources.kept import body_hash, left

JSON_LIMIT = 4 << 20
"""Bytes of JSON that are read: parsing holds the interpreter for about 10 ms a megabyte."""

ENTRY_LIMIT = 500
_TITLE_LIMIT, _TEXT_LIMIT, _ID_LIMIT = 1_000, 16_000, 2_000
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def clean(text: str, limit: int = _TEXT_LIMIT) -> str:
    """One line without control characters and lone surrogates, at most `limit` characters."""
    return " ".join(_SURROGATE.sub("\ufffd", _UNSAFE.sub("", text[: limit * 4])).split())[:limit]


def plain(text: str) -> str:
    """Text of a field in HTML: marked hits (`<em>`), line breaks (`<br/>`), character references."""
    return unescape(_TAG.sub(lambda tag: " " if tag[0].lower().startswith("<br") else "", text))


def read_json(kind: str, answer: Fetched) -> Any:
    """The JSON of an answer. Raises `NotAFeed`, naming what came instead; `FetchError` when it is too large."""
    if len(answer.body) > JSON_LIMIT:
        raise FetchError("too-large", f"{kind}: {len(answer.body):,} bytes of JSON, over {JSON_LIMIT:,}")
    try:
        return json.loads(answer.body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise NotAFeed(f"{kind}: expected JSON from {redacted(answer.url)}, got {_told(answer)}") from None


def _told(answer: Fetched) -> str:
    """What a body that is no JSON looks like, in a few words."""
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

    def rows(self, body: Any, name: str) -> list[dict[str, Any]]:
        """The list of objects under `name` ("" for the body itself); null is an empty list.

        Raises `NotAFeed` when it is not there or no list: the shape has changed.
        """
        if name and (not isinstance(body, dict) or name not in body):
            raise NotAFeed(f"{self._kind}: the answer has no field {name}: its shape has changed")
        found = body[name] if name else body
        found = [] if found is None else found
        if not isinstance(found, list):
            raise NotAFeed(f"{self._kind}: {name or 'the answer'} is no list: its shape has changed")
        rows = [row for row in found if isinstance(row, dict)]
        self._lost["(an item)"] += len(found) - len(rows)
        self._items += len(found)
        return rows

    def text(self, item: Mapping[str, Any], name: str, limit: int = _TEXT_LIMIT) -> str:
        """A field that ought to be there: text, or a number as text. "" and a note when it is not."""
        value = item.get(name)
        if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
            return clean(str(value), limit)
        self.miss(name)
        return ""

    def maybe(self, item: Mapping[str, Any], name: str) -> str:
        """A field that may be absent or null."""
        return "" if item.get(name) is None else self.text(item, name)

    def nested(self, item: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
        """A list of objects inside an item; absent or null is empty and noted."""
        if not isinstance(item.get(name), list):
            self.miss(name)
        return objects(item.get(name))

    def miss(self, name: str) -> None:
        """Note that one item had no usable field of this name."""
        self._lost[name] += 1

    def notes(self) -> tuple[str, ...]:
        """One line a field."""
        return tuple(
            f"{self._kind}: {name} is missing or has changed in {count} of {self._items} items"
            for name, count in self._lost.items()
            if count
        )


def strings(value: Any) -> list[str]:
    """The texts of a list; [] for what is none."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; [] for what is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def unchanged(feed: Feed, answer: Fetched) -> Polled | None:
    """The answer to a poll that brought nothing: 304, or the very bytes of the last time."""
    if answer.status == 304:
        return _polled(answer, None, *left(answer, feed), feed.body_hash)
    if answer.complete and feed.body_hash and body_hash(answer) == feed.body_hash:
        return _polled(answer, None, *left(answer), feed.body_hash)
    return None


def polled(
    answer: Fetched,
    entries: Iterable[ParsedEntry],
    *,
    notes: tuple[str, ...] = (),
    memo: str = "",
) -> Polled:
    """An answered poll with the first `ENTRY_LIMIT` of its entries.

    A body that was cut, or held nothing, keeps no validators: the next poll must see a whole one.
    """
    every = tuple(entries)
    if len(every) > ENTRY_LIMIT:
        notes = (*notes, f"{len(every)} entries, of which the first {ENTRY_LIMIT} were taken")
    parsed = ParsedFeed(FeedInfo(""), every[:ENTRY_LIMIT], answer.complete)
    if answer.complete and every:
        return _polled(answer, parsed, *left(answer), body_hash(answer), memo, notes)
    return _polled(answer, parsed, memo=memo, notes=notes)


def polled_json(kind: str, feed: Feed, answer: Fetched, read: Callable[[Any, Fields], Iterable[ParsedEntry]]) -> Polled:
    """A poll that one JSON document answers, as `read` understands it. Raises `FetchError`, `NotAFeed`."""
    if same := unchanged(feed, answer):
        return same
    fields = Fields(kind)
    entries = tuple(read(read_json(kind, answer), fields))
    return polled(answer, entries, notes=fields.notes())


def _polled(
    answer: Fetched,
    parsed: ParsedFeed | None,
    etag: str = "",
    modified: str = "",
    digest: int = 0,
    memo: str = "",
    notes: tuple[str, ...] = (),
) -> Polled:
    wish, size = max_age_s(answer.headers), len(answer.body)
    return Polled(
        answer.status, parsed, etag, modified, digest, answer.moved_to, wish, bytes=size, memo=memo, notes=notes
    )


def entry(
    entry_id: str,
    link: str,
    title: str,
    summary: str = "",
    *,
    published: datetime | None = None,
    outlet: str = "",
    form: str = "",
    lang: str = "",
    facts: Mapping[str, str] | None = None,
    act: bool = False,
) -> ParsedEntry:
    """A parsed entry from plain text, within the caps on fields; facts without a value are left out.

    A parsed entry holds markup, so that what looks like markup in the text is escaped here. A link that is none is "".
    An `act` is told in words that are ours or a form's: its fact `act`, its own id, says that however alike two such
    entries read, they are two. It has a `form`, as a filing has.
    """
    known = {**(facts or {}), "act": entry_id if act else ""}
    kept = tuple((name, clean(value)) for name, value in known.items() if value)
    link = link if is_web(link) else ""
    told = escape(clean(title, _TITLE_LIMIT), quote=False)
    more = escape(clean(summary), quote=False)
    return ParsedEntry(entry_id[:_ID_LIMIT], link, told, more, "", published, outlet, form, lang, kept)
