"""One company's filings from EDGAR's submissions JSON: slower than the list of current filings, but none is missed.

Submissions have parallel columns, not rows. Their `acceptanceDateTime` ends in Z, but in a recorded answer (Tesla,
2022) all 1,001 times except two are between 06:00 and 22:00, EDGAR's hours in New York, and filings after 17:30 have
the date of the next day. So they are read as New York time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.core.errors import NotAFeed
from bot.core.model import ParsedEntry
from bot.ports import Feed, Polled
from bot.sources.edgar import sec_json
from bot.sources.edgar_rows import told, urn
from bot.sources.kit import polls
from bot.sources.kit.clocks import EASTERN, day, wall
from bot.sources.kit.items import ROWS_LIMIT, Fields, as_text, strings
from bot.sources.kit.tools import Tools, words

_KIND = "edgar-company"
_ROWS = 100


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll one company's newest filings. Option `forms`: only these exact forms. Raises `FetchError`, `NotAFeed`."""
    forms = words(feed, "forms")
    return await sec_json(tools, feed, _KIND, lambda body, fields: company(body, forms, fields))


def company(body: Any, forms: tuple[str, ...], fields: Fields) -> list[ParsedEntry]:
    """The newest filings of a submissions answer, from its columns."""
    held = body.get("filings") if isinstance(body, dict) else None
    columns = held.get("recent") if isinstance(held, dict) else None
    if not isinstance(columns, dict) or "accessionNumber" not in columns:
        raise NotAFeed(f"{_KIND}: the answer has no field filings.recent.accessionNumber: its shape has changed")
    rows = _rows(columns, fields)
    cik = fields.text(body, "cik").zfill(10)
    about = {"company": fields.text(body, "name"), "cik": cik, "tickers": ",".join(strings(body.get("tickers")))}
    return [
        _row(row, about)
        for row in rows
        if fields.text(row, "accessionNumber") and (not forms or row.get("form") in forms)
    ][:_ROWS]


def _rows(columns: Mapping[str, Any], fields: Fields) -> list[dict[str, Any]]:
    whole = {name: column for name, column in columns.items() if isinstance(column, list)}
    length = len(whole["accessionNumber"]) if "accessionNumber" in whole else 0
    for name in ("form", "acceptanceDateTime", "filingDate", "items", "primaryDocument"):
        if len(whole.get(name, ())) != length:
            fields.miss(name)
    return [
        {name: column[i] for name, column in whole.items() if i < len(column)} for i in range(min(length, ROWS_LIMIT))
    ]


def _row(row: Mapping[str, Any], about: Mapping[str, str]) -> ParsedEntry:
    number, document = str(row["accessionNumber"]), as_text(row.get("primaryDocument"))
    folder = f"https://www.sec.gov/Archives/edgar/data/{about['cik'].lstrip('0')}/{number.replace('-', '')}"
    text = {name: as_text(row.get(name)) for name in ("form", "items", "filingDate")}
    facts = {**about, "items": text["items"], "accession": number, "filed": text["filingDate"]}
    entry = polls.entry(
        urn(number),
        f"{folder}/{number}-index.htm" if not document else f"{folder}/{document}",
        "",
        published=_accepted(row),
        form=text["form"],
        lang="en",
        facts=facts,
        act=True,
    )
    return told(entry)


def _accepted(row: Mapping[str, Any]) -> datetime | None:
    stamp = as_text(row.get("acceptanceDateTime"))[:19]
    return wall(stamp, "%Y-%m-%dT%H:%M:%S", EASTERN) or day(as_text(row.get("filingDate")), EASTERN)
