"""Builds a poll's result from an answer: its entries, and the state that the next poll needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any

from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.core.polling.tempo import listed
from bot.core.urls import is_web
from bot.ports import Feed, Fetched, Polled
from bot.sources.fetching.answers import max_age_s
from bot.sources.kit import seen
from bot.sources.kit.items import Fields, clean, read_json
from bot.sources.kit.kept import body_hash, left
from bot.sources.kit.paging import MOST

ENTRY_LIMIT = 500
_TITLE_LIMIT, _ID_LIMIT = 1_000, 2_000


def unchanged(feed: Feed, answer: Fetched) -> Polled | None:
    """The result of a poll that brought nothing: a 304, or the same bytes as last time; None for any other."""
    if answer.status == 304:
        return answered(answer, None, *left(answer, feed), feed.body_hash)
    if answer.complete and feed.body_hash and body_hash(answer) == feed.body_hash:
        return answered(answer, None, *left(answer), feed.body_hash)
    return None


def polled(
    answer: Fetched,
    entries: Iterable[ParsedEntry],
    *,
    notes: tuple[str, ...] = (),
    memo: str = "",
    most: int = ENTRY_LIMIT,
) -> Polled:
    """An answered poll with the first `most` of its entries, each once, as pages of a moving list overlap.

    If the body was cut or held nothing, no validators are kept: the next poll must get a whole body.
    """
    every = tuple(dict.fromkeys(entries))
    if len(every) > most:
        notes = (*notes, f"{len(every)} entries, of which the first {most} were taken")
    parsed = ParsedFeed(FeedInfo(""), every[:most], answer.complete)
    if answer.complete and every:
        return answered(answer, parsed, *left(answer), body_hash(answer), memo, notes)
    return answered(answer, parsed, memo=memo, notes=notes)


def walked(answer: Fetched, entries: Iterable[ParsedEntry], memo: Mapping[str, Any], notes: tuple[str, ...]) -> Polled:
    """A poll that walked down pages (`bot.sources.kit.paging.walk`); an empty memo keeps the earlier one."""
    return polled(answer, entries, notes=notes, memo=seen.dump(dict(memo)) if memo else "", most=MOST)


def beside(polled: Polled, shown: Iterable[ParsedEntry]) -> Polled:
    """A poll of a list that showed `shown`. Even if none of these was wanted, the list does not count as empty."""
    parsed = polled.parsed
    if parsed is None or parsed.entries or not (every := list(shown)):
        return polled
    return replace(polled, parsed=parsed._replace(listed=parsed.listed or listed(every)))


def polled_json(kind: str, feed: Feed, answer: Fetched, read: Callable[[Any, Fields], Iterable[ParsedEntry]]) -> Polled:
    """A poll answered by one JSON document, which `read` understands. A large one takes seconds: call it in a thread.

    Raises `FetchError`, `NotAFeed`.
    """
    if same := unchanged(feed, answer):
        return same
    fields = Fields(kind)
    entries = tuple(read(read_json(kind, answer), fields))
    return polled(answer, entries, notes=fields.notes())


def answered(
    answer: Fetched,
    parsed: ParsedFeed | None,
    etag: str = "",
    modified: str = "",
    digest: int = 0,
    memo: str = "",
    notes: tuple[str, ...] = (),
) -> Polled:
    """A poll that was answered, with what the next one must know (`Polled`)."""
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
    """A parsed entry from plain text, within the limits on fields; facts without a value are left out.

    Every text becomes one line that can be stored, whatever the source put into it. As parsed entries hold markup, text
    that looks like markup is escaped here. An invalid link becomes "".
    The words of an `act` are ours or a form's. Its fact `act` (by default its own id) says that two such entries are
    different however alike they read. It has a `form`, as a filing has.
    """
    known = {**(facts or {}), "act": ((facts or {}).get("act") or entry_id) if act else ""}
    kept = tuple((name, clean(value)) for name, value in known.items() if value)
    link = link if is_web(link) else ""
    told = escape(clean(title, _TITLE_LIMIT), quote=False)
    more = escape(clean(summary), quote=False)
    own_id = clean(entry_id, _ID_LIMIT)
    return ParsedEntry(own_id, link, told, more, "", published, clean(outlet), clean(form), clean(lang), kept)
