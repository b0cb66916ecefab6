"""A phrase in the full text of filings (EDGAR full-text search, JSON): dates are days, each document is a hit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.core.errors import NotAFeed
from bot.core.model import ParsedEntry
from bot.ports import Feed, Polled
from bot.sources.edgar import sec_json
from bot.sources.edgar_rows import told, urn
from bot.sources.kit import polls
from bot.sources.kit.clocks import EASTERN, day
from bot.sources.kit.items import Fields, as_text, strings
from bot.sources.kit.tools import Tools

_KIND = "edgar-search"
_SHOWN_NAME = re.compile(r"^(?P<name>.*?)(?:  \((?P<tickers>[^()]*)\))?\s*(?:\(CIK (?P<cik>\d+)\))?\s*$")


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll for a phrase in the full text of filings, newest first. Raises `FetchError`, `NotAFeed`."""
    return await sec_json(tools, feed, _KIND, search)


def search(body: Any, fields: Fields) -> list[ParsedEntry]:
    """The hits of a full-text search: one entry for each filing, however many of its documents were hit."""
    if not isinstance(body, dict) or not isinstance(body.get("hits"), dict):
        raise NotAFeed(f"{_KIND}: the answer has no field hits.hits: its shape has changed")
    found: dict[str, ParsedEntry] = {}
    for hit in fields.rows(body["hits"], "hits"):
        source = hit.get("_source")
        if not isinstance(source, dict):
            fields.miss("_source")
            continue
        number = fields.text(source, "adsh") or as_text(hit.get("_id")).partition(":")[0]
        if number:
            found.setdefault(number, _hit(number, as_text(hit.get("_id")), source, fields))
    return list(found.values())


def _hit(number: str, hit: str, source: Mapping[str, Any], fields: Fields) -> ParsedEntry:
    names = [_shown(name) for name in strings(source.get("display_names"))] or [("", "", "")]
    if not names[0][0]:
        fields.miss("display_names")
    (name, tickers, cik), others = names[0], [other[0] for other in names[1:]]
    cik = cik or "".join(strings(source.get("ciks"))[:1])
    document = hit.partition(":")[2]
    link = f"https://www.sec.gov/Archives/edgar/data/{cik.lstrip('0')}/{number.replace('-', '')}/{document}"
    filed = fields.text(source, "file_date")
    facts = {
        "company": name,
        "cik": cik.zfill(10) if cik else "",
        "tickers": tickers,
        "parties": "; ".join(others[:10]),
        "items": ",".join(strings(source.get("items"))),
        "accession": number,
        "filed": filed,
    }
    form = fields.text(source, "form")
    return told(
        polls.entry(urn(number), link, "", published=day(filed, EASTERN), form=form, lang="en", facts=facts, act=True)
    )


def _shown(name: str) -> tuple[str, str, str]:
    """Name, tickers and CIK of `Example Inc.  (EXC)  (CIK 0000000001)`; there are two spaces before each bracket."""
    found = _SHOWN_NAME.match(name[:300])
    return (found["name"].strip(), found["tickers"] or "", found["cik"] or "") if found else (name, "", "")
