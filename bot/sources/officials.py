"""Official acts in entries that no source of theirs has read: a file's, or a plain feed's.

A row of EDGAR's lists, a title such as "Acme AI filed an S-1" and an address of the Federal Register say which process
they are a step of.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.core.html import title_text, to_text
from bot.core.model import Entry, ParsedEntry
from bot.sources.edgar_rows import filings, is_row

_DOCUMENT = re.compile(
    r"https?://(?:www\.)?federalregister\.gov/(?:documents/\d{4}/\d\d/\d\d|d)/(?P<published>[0-9A-Z]+-\d+)(?:[/?#]|$)"
    r"|https?://public-inspection\.federalregister\.gov/(?P<inspection>[0-9A-Z]+-\d+)\.pdf"
)
_SAID = re.compile(r"(?P<name>.{2,100}?) (?:has )?filed (?:an?|its) (?:Form |Schedule )?(?P<form>[\w/-]+)")


def officially(entry: Entry) -> Entry:
    """The entry with the facts, and a filing with the words, that its office's own source gives; any other as it is."""
    if entry.facts:
        return entry
    if is_row(entry.title):
        return _filing(entry)
    if entry.form and (said := _SAID.match(entry.title)) and said["form"] == entry.form:
        return replace(entry, tier="official", facts=(("company", said["name"]), ("act", entry.id or entry.url)))
    if found := _DOCUMENT.match(entry.url):
        stage = found.lastgroup or ""
        mark = f"federal-register:{found[stage]}:{stage}"
        facts = (("ladder", "rule"), ("stage", stage), ("document", found[stage]), ("act", mark))
        return replace(entry, tier="official", form=entry.form or "Rule", facts=facts)
    return entry


def _filing(entry: Entry) -> Entry:
    at = datetime.fromtimestamp(entry.at / 1000, UTC)
    row = ParsedEntry(entry.id or entry.url, entry.url, entry.title, entry.summary, "", at, form=entry.form)
    (told,) = filings([row])
    title, summary = title_text(told.title), to_text(told.summary)
    return replace(entry, title=title, summary=summary, form=told.form, tier="official", lang="en", facts=told.facts)
