"""HKEXnews' listing pipeline: Application Proof → PHIP (hearing passed) → listed, returned or lapsed.

The feed's URL is one of the static lists `…/app{active|inactive|listed|returned}_app{_|phip_}{sehk|gem}_{e|c}.json`.
Every state of an applicant is an entry of its own with a stable id (the applicant's id at the exchange, and the
document or list), so that a re-filing, a passed hearing and a move to another list are each new once. Days are days in
Hong Kong.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.core.errors import FetchError, NotAFeed
from bot.core.model import ParsedEntry
from bot.ports import Feed, Fetched, Polled
from bot.sources.hkex_acts import HOST
from bot.sources.kit import polls
from bot.sources.kit.clocks import HONG_KONG, wall
from bot.sources.kit.items import Fields, as_text, plain, read_json
from bot.sources.kit.kept import validators
from bot.sources.kit.polls import polled, unchanged
from bot.sources.kit.tools import Tools

_KIND = "hkex-ipo"
_LIST = re.compile(r"app(active|inactive|listed|returned)_")
_LANGUAGE = re.compile(r"_e\.json$")
_SHARES = re.compile(r"\s+-\s+([A-Z]{1,2})$")
_UNDATED = datetime(9999, 1, 1, tzinfo=UTC)
_WORDS = {
    "application": "applied to list in Hong Kong",
    "phip": "passed its Hong Kong listing hearing",
    "prospectus": "published its prospectus for Hong Kong",
    "listing": "was listed in Hong Kong",
    "returned": "had its application to list in Hong Kong returned",
    "inactive": "let its application to list in Hong Kong lapse",
}
_FORMS = {"application": "Application Proof", "phip": "PHIP", "prospectus": "Prospectus", "listing": "Listing"}
_ENDS = {"listed": "listing", "returned": "returned", "inactive": "inactive"}


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one list, and its Chinese twin for the applicants' Chinese names.

    Raises `FetchError`, `NotAFeed`. Without the Chinese list, names are only English, and a note says so.
    """
    answer = await tools.get(feed, headers=validators(feed, now))
    if same := unchanged(feed, answer):
        return same
    fields = Fields(_KIND)
    rows = await asyncio.to_thread(_rows, answer, fields)
    names, notes = await _chinese(tools, feed)
    entries = await asyncio.to_thread(told, rows, names, _ended(feed.url), fields)
    return polled(answer, entries, notes=(*notes, *fields.notes()))


def _rows(answer: Fetched, fields: Fields) -> list[dict[str, Any]]:
    return fields.rows(read_json(_KIND, answer), "app")


async def _chinese(tools: Tools, feed: Feed) -> tuple[dict[str, str], tuple[str, ...]]:
    twin = _LANGUAGE.sub("_c.json", feed.url)
    if twin == feed.url:
        return {}, ()
    try:
        rows = await asyncio.to_thread(_rows, await tools.get(feed, twin), Fields(_KIND))
    except (FetchError, NotAFeed) as error:
        return {}, (f"{_KIND}: no Chinese names: {error}",)
    return {str(row.get("id")): plain(as_text(row.get("a"))) for row in rows}, ()


def _ended(url: str) -> str:
    """The stage of applicants on this list; "" for the active list."""
    found = _LIST.search(url)
    return _ENDS.get(found[1], "") if found else ""


def told(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], ended: str, fields: Fields) -> list[ParsedEntry]:
    """Every state of every applicant: undated ones first, then by date, newest first.

    Undated ones are ordered by the dates of their applicants: in a list with the oldest first, the end is news.
    """
    newest = sorted(rows, key=lambda row: _day(row) or _UNDATED, reverse=True)
    entries = [entry for row in newest for entry in _states(row, names, ended, fields)]
    return sorted(entries, key=lambda entry: entry.published or _UNDATED, reverse=True)


def _day(row: Mapping[str, Any]) -> datetime | None:
    return wall(as_text(row.get("d")), "%d/%m/%Y", HONG_KONG)


def _states(row: Mapping[str, Any], names: Mapping[str, str], ended: str, fields: Fields) -> list[ParsedEntry]:
    app, documents = fields.text(row, "id"), fields.nested(row, "ls")
    applicant = plain(fields.text(row, "a"))
    facts = {"ladder": _KIND, "app": app, "company": _SHARES.sub("", applicant), "company_zh": names.get(app, "")}
    newest = documents[0] if documents else {}
    if ended:
        return [_state(ended, f"{ended}:{as_text(row.get('d'))}", newest, facts)]
    states = [_document(document, facts, fields) for document in documents]
    return [*states, _state("phip", "phip", newest, facts)] if fields.flag(row, "hasPhip") else states


def _document(document: Mapping[str, Any], facts: dict[str, str], fields: Fields) -> ParsedEntry:
    """The state of a document, which has a date, and whose path identifies it."""
    name, path = plain(fields.text(document, "nF")), fields.text(document, "u1")
    stage = "prospectus" if "prospectus" in name.casefold() else "application"
    if "phip" in name.casefold() or "post hearing" in name.casefold():
        stage = "phip"
    entry = _state(stage, path or name, document, {**facts, "document": name})
    when = wall(fields.text(document, "d"), "%d/%m/%Y", HONG_KONG)
    return entry._replace(link=entry.link.partition("?")[0], published=when)


def _state(stage: str, mark: str, document: Mapping[str, Any], facts: dict[str, str]) -> ParsedEntry:
    """A state that the exchange only marks. It has no date of its own, and uses the newest document's address."""
    path = as_text(document.get("u1")) or as_text(document.get("u2"))
    chinese = f" ({facts['company_zh']})" if facts["company_zh"] else ""
    return polls.entry(
        f"{_KIND}:{facts['app']}:{mark}",
        f"{HOST}/app/{path or 'appindex.html'}?app={facts['app']}&stage={stage}",
        f"{facts['company']}{chinese} {_WORDS[stage]}",
        " · ".join(part for part in (facts.get("document", ""), facts["company_zh"]) if part),
        lang="en",
        form=_FORMS.get(stage, "Listing Application"),
        facts={**facts, "stage": stage},
        act=True,
    )
