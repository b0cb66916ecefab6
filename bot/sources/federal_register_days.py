"""One-line descriptions of Federal Register documents, and the days on which they take effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.model import ParsedEntry
from bot.sources import polls
from bot.sources.clocks import EASTERN, day, today
from bot.sources.items import clean, objects

_WAITING = 100
_HOST = "www.federalregister.gov"
Coming = dict[str, list[str]]
"""By document number: the day in force, title, agencies."""


def agencies_of(row: Mapping[str, Any]) -> str:
    """The agencies' names, without a department whose own bureau is named too."""
    parts = objects(row.get("agencies"))
    parents = {str(part["parent_id"]) for part in parts if part.get("parent_id")}
    named = (
        str(part.get("name") or part.get("raw_name") or "") for part in parts if str(part.get("id")) not in parents
    )
    return "; ".join(filter(None, named))


def summary(facts: Mapping[str, str], abstract: str = "") -> str:
    """One line of a document's facts: state, days, agencies, number; after its abstract, if it has one."""
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


def calendar(kept: Any, rows: Iterable[Mapping[str, Any]], now: int) -> tuple[Coming, list[tuple[str, list[str]]]]:
    """The documents that will be in force later, and those that are since today or the last poll."""
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
                agencies_of(row)[:100],
            ]
    return dict(sorted(later.items(), key=lambda item: item[1][0])[:_WAITING]), due


def in_force(number: str, known: list[str]) -> ParsedEntry:
    """The entry of a document on its day in force; `known` is what `Coming` remembers of it."""
    when, title, agencies = (*known, "", "")[:3]
    facts = {"ladder": "rule", "stage": "effective", "document": number, "publishes": "", "effective": when}
    facts["agencies"] = agencies
    return polls.entry(
        f"federal-register:{number}:effective",
        f"https://{_HOST}/d/{number}",
        title,
        summary(facts),
        published=day(when, EASTERN),
        form="Rule",
        lang="en",
        facts=facts,
        act=True,
    )
