"""Recognises official acts in a file's entries, which did not come through the source of their office.

A row of EDGAR's lists, a title such as "Acme AI filed an S-1", a form of HKEXnews after an applicant's name, and
addresses of the Federal Register, of releases and of models show which process they are a step of.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from bot.core.language.html import title_text, to_text
from bot.core.model import Entry, Facts, ParsedEntry
from bot.sources.edgar_rows import ACCESSION, filings, is_row, urn

_DOCUMENT = re.compile(
    r"https?://(?:www\.)?federalregister\.gov/(?:documents/\d{4}/\d\d/\d\d|d)/(?P<published>[0-9A-Z]+-\d+)(?:[/?#]|$)"
    r"|https?://public-inspection\.federalregister\.gov/(?P<inspection>[0-9A-Z]+-\d+)\.pdf"
)
_SAID = re.compile(r"(?P<name>.{2,100}?) (?:has )?filed (?:an?|its) (?:Form |Schedule )?(?P<form>[\w/-]+)")
_HUB = re.compile(
    r"https?://(?:www\.)?github\.com/(?P<github>[\w.-]+)/(?P<repository>[\w.-]+)/releases/tag/(?P<tag>[^/?#]+)"
    r"|https?://huggingface\.co/(?P<hf>[\w.-]+)/(?P<model>[\w.-]+)/?\Z"
)
_HKEX = {
    "application proof": "application",
    "phip": "phip",
    "prospectus": "prospectus",
    "allotment results": "allotment",
    "listing": "listing",
}
_APPLICANT = re.compile(r"(?P<name>.{2,120}?)\s*(?:\([^()]*\)\s*)?(?: [-–] |[:：])")


def officially(entry: Entry) -> Entry:
    """The entry with the facts (a filing also with the words) that its office's own source gives; others unchanged."""
    if entry.facts:
        return entry
    if is_row(entry.title):
        return _filing(entry)
    if entry.form and (said := _SAID.match(entry.title)) and said["form"] == entry.form:
        return replace(entry, tier="official", facts=(("company", said["name"]), ("act", _number(entry))))
    if found := _DOCUMENT.match(entry.url):
        stage = found.lastgroup or ""
        mark = f"federal-register:{found[stage]}:{stage}"
        facts = (("ladder", "rule"), ("stage", stage), ("document", found[stage]), ("act", mark))
        return replace(entry, tier="official", form=entry.form or "Rule", facts=facts)
    if step := _step(entry):
        return replace(entry, tier="official", facts=(*step, ("act", entry.id or entry.url)))
    return entry


def _step(entry: Entry) -> Facts:
    """The facts of an act whose form says what it is; none for others, such as news that links to an act."""
    form = entry.form.casefold()
    if form in ("release", "tag", "model") and (found := _HUB.match(entry.url)):
        owner, name = found["github"] or found["hf"], found["repository"] or found["model"]
        host = "github" if found["github"] else "hf"
        stage = (("ladder", "release"), ("stage", form), ("host", host))
        return (*stage, ("owner", owner), ("name", name), ("tag", unquote(found["tag"] or "")))
    if form in _HKEX and "hkex" in f"{entry.source} {entry.url}".casefold() and (said := _APPLICANT.match(entry.title)):
        return (("ladder", "hkex-ipo"), ("stage", _HKEX[form]), ("company", said["name"]))
    return ()


def _number(entry: Entry) -> str:
    """Which filing a title is about: the one at its address, whoever links to it."""
    found = ACCESSION.search(entry.url)
    return urn(found.group()) if found else entry.id or entry.url


def _filing(entry: Entry) -> Entry:
    row = ParsedEntry(entry.id or entry.url, entry.url, entry.title, entry.summary, "", None, form=entry.form)
    (told,) = filings([row])
    title, summary = title_text(told.title), to_text(told.summary)
    return replace(entry, title=title, summary=summary, form=told.form, tier="official", lang="en", facts=told.facts)
