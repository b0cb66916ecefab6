"""The Federal Register's JSON: documents, and public inspection, a day or more before the same document is published.

One document number has three states, each an entry of its own: on public inspection, published, in force. No list has
the last one: a document's `effective_on` is remembered and told on its day. Days are days in Washington.
Options: `agencies` (slugs), `types` ("Rule", "Proposed Rule", "Notice", "Presidential Document").
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.model import ParsedEntry
from bot.core.urls import host_of
from bot.ports import Feed, Fetched, Polled
from bot.sources.kit import polls, seen
from bot.sources.kit.clocks import EASTERN, day, iso, today
from bot.sources.kit.items import Fields, as_text, clean, objects, read_json, strings
from bot.sources.kit.paged import Page, Paged
from bot.sources.kit.paging import Walked, walk
from bot.sources.kit.polls import walked
from bot.sources.kit.tools import Tools, words

_KIND = "federal-register"
_PAGES = 3
_WAITING = 100  # documents whose effective day is remembered
Coming = dict[str, list[str]]
"""By document number: the effective day, title, agencies."""


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll documents, newest first, page by page until a known one; or the current public inspection list.

    Raises `FetchError`, `NotAFeed`.
    """
    fields, answers = Fields(_KIND), list[Fetched]()

    async def page(url: str) -> Page[dict[str, Any]]:
        answers.append(await tools.get(feed, url))
        return await asyncio.to_thread(read, answers[-1])

    def read(answer: Fetched) -> Page[dict[str, Any]]:
        body = read_json(_KIND, answer)
        return Page(_results(body, fields), _next(body, feed.url))

    found = await walk(Paged(_KIND, page, _number, _PAGES, by_day=True), seen.load(feed.memo), feed.url)
    return await asyncio.to_thread(_polled, feed, answers[0], found, fields, now)


def _number(row: Mapping[str, Any]) -> str:
    return as_text(row.get("document_number"))


def _next(body: Mapping[str, Any], url: str) -> str:
    """The next page, if it is on the same host."""
    link = as_text(body.get("next_page_url"))
    return link if host_of(link) == host_of(url) else ""


def _results(body: Any, fields: Fields) -> list[dict[str, Any]]:
    """The rows of an answer. One with a count of 0 may have no `results` at all."""
    if isinstance(body, dict) and body.get("count") == 0 and "results" not in body:
        return []
    return fields.rows(body, "results")


def _polled(feed: Feed, answer: Fetched, found: Walked[dict[str, Any]], fields: Fields, now: int) -> Polled:
    before = seen.load(feed.memo)
    chosen = [row for row in found.rows if _wanted(row, words(feed, "agencies"), words(feed, "types"), fields)]
    entries = [_entry(row, fields) for row in chosen]
    coming, due = _calendar(before.get("coming"), chosen, now)
    memo = {**(found.memo or before), "coming": coming}
    told = walked(answer, [*(_in_force(*one) for one in due), *entries], memo, (*found.notes, *fields.notes()))
    return polls.beside(told, (polls.entry(_number(row), "", "") for row in found.rows))


def _wanted(row: Mapping[str, Any], agencies: tuple[str, ...], types: tuple[str, ...], fields: Fields) -> bool:
    """Whether a row is of these agencies and types. One without these fields is not, and is noted."""
    slugs = {str(part.get("slug")) for part in fields.nested(row, "agencies")} if agencies else set[str]()
    kind = fields.text(row, "type") if types else ""
    return (not agencies or bool(slugs & set(agencies))) and (not types or kind in types)


def _entry(row: Mapping[str, Any], fields: Fields) -> ParsedEntry:
    early = "filed_at" in row or "filing_type" in row
    number = fields.text(row, "document_number")
    facts = {
        "ladder": "rule",
        "stage": "inspection" if early else "published",
        "document": number,
        "publishes": fields.text(row, "publication_date"),
        "effective": fields.maybe(row, "effective_on"),
        "agencies": _agencies_of(row),
        "docket": ", ".join(strings(row.get("docket_ids"))),
    }
    return polls.entry(
        f"federal-register:{number}:{facts['stage']}",
        fields.maybe(row, "html_url") or fields.maybe(row, "pdf_url"),
        fields.text(row, "title"),
        _summary(facts, fields.maybe(row, "abstract")),
        published=iso(as_text(row.get("filed_at"))) if early else day(facts["publishes"], EASTERN),
        form=fields.text(row, "type"),
        lang="en",
        facts=facts,
        act=True,
    )


def _agencies_of(row: Mapping[str, Any]) -> str:
    """The agencies' names, without departments of which a bureau is named too."""
    parts = objects(row.get("agencies"))
    parents = {str(part["parent_id"]) for part in parts if part.get("parent_id")}
    named = (
        str(part.get("name") or part.get("raw_name") or "") for part in parts if str(part.get("id")) not in parents
    )
    return "; ".join(filter(None, named))


def _summary(facts: Mapping[str, str], abstract: str = "") -> str:
    """A document's abstract, if it has one, then one line of its facts: state, days, agencies, number."""
    states = {"inspection": "On public inspection", "published": "Published", "effective": "In force"}
    parts = (
        states[facts["stage"]],
        f"publication {facts['publishes']}" if facts["stage"] == "inspection" and facts["publishes"] else "",
        f"in force from {facts['effective']}" if facts["effective"] and facts["stage"] != "effective" else "",
        facts["agencies"],
        f"document {facts['document']}",
    )
    line = " · ".join(part for part in parts if part)
    return f"{abstract} {line}" if abstract else line


def _calendar(kept: Any, rows: Iterable[Mapping[str, Any]], now: int) -> tuple[Coming, list[tuple[str, list[str]]]]:
    """The documents that will be in force later, and those that came into force today or since the last poll."""
    now_there = today(now, EASTERN).isoformat()
    waiting: Coming = {str(k): [str(x) for x in v] for k, v in kept.items()} if isinstance(kept, dict) else {}
    due = [(number, known) for number, known in waiting.items() if known[0] <= now_there]
    later = {number: known for number, known in waiting.items() if known[0] > now_there}
    for row in rows:
        when = row.get("effective_on")
        if isinstance(when, str) and when > now_there and day(when, EASTERN):
            later[str(row.get("document_number"))] = [
                when,
                clean(str(row.get("title", "")), 200),
                _agencies_of(row)[:100],
            ]
    return dict(sorted(later.items(), key=lambda item: item[1][0])[:_WAITING]), due


def _in_force(number: str, known: list[str]) -> ParsedEntry:
    """The entry of a document on its effective day; `known` is what `Coming` remembers of it."""
    when, title, agencies = (*known, "", "")[:3]
    facts = {"ladder": "rule", "stage": "effective", "document": number, "publishes": "", "effective": when}
    facts["agencies"] = agencies
    return polls.entry(
        f"federal-register:{number}:effective",
        f"https://www.federalregister.gov/d/{number}",
        title,
        _summary(facts),
        published=day(when, EASTERN),
        form="Rule",
        lang="en",
        facts=facts,
        act=True,
    )
