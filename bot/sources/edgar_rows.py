"""Turns rows of EDGAR's lists into filings: one entry for each accession number, whatever its parties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape

from bot.core.alerts.filing import details, headline
from bot.core.model import ParsedEntry
from bot.sources.kit import polls
from bot.sources.kit.items import clean

_PARTY = re.compile(r"^(?P<form>.{1,30}?) - (?P<name>.+) \((?P<cik>\d{4,10})\) \((?P<role>[^()]+)\)\s*$", re.DOTALL)
ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}")
_ITEM = re.compile(r"Item (\d{1,2}\.\d{2})\b")
_FILED = re.compile(r"Filed:\D{0,12}(\d{4}-\d{2}-\d{2})")
_ACTORS = ("Filed by", "Reporting", "Filer", "Issuer", "Subject")
_PARTIES_SHOWN = 10


def is_row(title: str) -> bool:
    """Whether a title is a row's, such as "S-1 - Acme AI Inc (0001234567) (Filer)"."""
    found = _PARTY.match(unescape(title))
    return found is not None and found["role"].strip() in _ACTORS


def accession(row: ParsedEntry) -> str:
    """The accession number in a row's id or, failing that, in its link or summary; "" without one."""
    found = ACCESSION.search(row.id) or ACCESSION.search(row.link) or ACCESSION.search(row.summary)
    return found.group() if found else ""


def filing(row: ParsedEntry) -> str:
    """What all rows of one filing have in common: its number, or what takes its place."""
    return accession(row) or row.id or row.link


def filings(rows: Iterable[ParsedEntry], forms: Iterable[str] = ()) -> list[ParsedEntry]:
    """The filings, each one entry with all its parties; only those with exactly one of `forms`, if any are given."""
    wanted = frozenset(forms)
    groups: dict[str, list[ParsedEntry]] = {}
    for row in rows:
        groups.setdefault(filing(row), []).append(row)
    told = (_filing(number, group) for number, group in groups.items())
    return [entry for entry in told if not wanted or entry.form in wanted]


def _filing(number: str, rows: Sequence[ParsedEntry]) -> ParsedEntry:
    parties = sorted({_party(row): None for row in rows}, key=lambda party: party.rank)
    first, row = parties[0], rows[0]
    form = row.form or first.form
    about = [party.name for party in parties if party.role == "Subject" and first.role != "Subject"]
    about += [party.name for party in parties if party.role == "Issuer" and first.role == "Reporting"]
    others = [party.name for party in parties[1:] if party.name not in (*about, first.name)]
    text = unescape(row.summary)
    facts = {
        "company": first.name,
        "about": "; ".join(dict.fromkeys(about)),
        "cik": first.cik,
        "parties": _some(dict.fromkeys(others)),
        "items": ",".join(dict.fromkeys(_ITEM.findall(text))) if form.startswith("8-K") else "",
        "accession": number if ACCESSION.fullmatch(number) else "",
        "filed": "".join(_FILED.findall(text)[:1]),
        "act": urn(number) if ACCESSION.fullmatch(number) else "",
    }
    entry = polls.entry(row.id, row.link, "", form=form, lang="en", published=row.published, facts=facts, act=True)
    return told(entry)


def told(entry: ParsedEntry) -> ParsedEntry:
    """A filing with its title and summary written from its form and facts."""
    again = polls.entry("", "", headline(entry.form, entry.facts), details(entry.form, entry.facts))
    return entry._replace(title=again.title, summary=again.summary)


@dataclass(frozen=True, slots=True)
class _Party:
    form: str
    name: str
    cik: str
    role: str

    @property
    def rank(self) -> int:
        """The acting party comes first: the filer, then the company that the filing is about."""
        return _ACTORS.index(self.role) if self.role in _ACTORS else len(_ACTORS)


def _party(row: ParsedEntry) -> _Party:
    found = _PARTY.match(unescape(row.title))
    if found is None:
        return _Party(row.form, clean(row.title), "", "")
    name = " ".join(found["name"].split())
    return _Party(found["form"].strip(), name, found["cik"].zfill(10), found["role"].strip())


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = f" and {len(every) - _PARTIES_SHOWN} more" if len(every) > _PARTIES_SHOWN else ""
    return "; ".join(every[:_PARTIES_SHOWN]) + more


def urn(number: str) -> str:
    """The id of a filing in the list of current filings, used for every view of EDGAR so that all give the same."""
    return f"urn:tag:sec.gov,2008:accession-number={number}"
