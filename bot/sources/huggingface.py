"""Hugging Face: the models of an author, newest first.

`_id` is identity: it survives a rename. Copies of a model in other number formats are noise beside the model itself,
and copies by others are always noise. A changed licence is separate news. The hub answers 401 for an author that does
not exist, and its firewall answers 405 to clients that it rejects.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.errors import FetchError
from bot.core.model import ParsedEntry
from bot.core.stories.ladders import family
from bot.core.urls import host_of
from bot.ports import Feed, Fetched, Polled
from bot.sources.kit import polls, seen
from bot.sources.kit.clocks import iso
from bot.sources.kit.items import Fields, as_text, read_json, strings
from bot.sources.kit.paged import Page, Paged
from bot.sources.kit.paging import Walked, walk
from bot.sources.kit.polls import walked
from bot.sources.kit.tools import Tools

_KIND = "huggingface"
_REMEMBERED = 200
_PAGES = 5
_NEXT = re.compile(r"<([^<>]+)>;[^<>]{0,200}rel=\"?next\b")
_FORMAT = re.compile(
    r"(?<![a-z0-9])(gguf|gptq|awq|exl[23]|mlx|onnx|bnb|ggml|imatrix|w?\d*a?\d*int[48]|[48]bit|fp[48]|nvfp4|mxfp4|q\d\w*)"
    r"(?![a-z0-9])",
    re.IGNORECASE,
)
_SAID = {
    401: ("not-found", "no such author or model, or it is private (401)"),
    405: ("challenge", "its firewall refuses this client (405)"),
}


async def poll(tools: Tools, feed: Feed, now: int) -> Polled:
    """Poll `https://huggingface.co/api/models?author=…&sort=createdAt&direction=-1&full=true`.

    Reads page by page until a known model: a family may have more variants than a page holds.
    Raises `FetchError`, `NotAFeed`.
    """
    fields, answers, memo = Fields(_KIND), list[Fetched](), seen.load(feed.memo)

    async def page(url: str) -> Page[dict[str, Any]]:
        answers.append(await _get(tools, feed, url))
        rows = await asyncio.to_thread(lambda: fields.rows(read_json(_KIND, answers[-1]), ""))
        return Page(rows, _next(answers[-1], feed.url))

    found = await walk(Paged(_KIND, page, lambda row: as_text(row.get("_id")), _PAGES), memo, feed.url)
    return await asyncio.to_thread(_polled, answers[0], found, memo, fields)


def _polled(answer: Fetched, found: Walked[dict[str, Any]], memo: Mapping[str, Any], fields: Fields) -> Polled:
    """The public models, and the licences that changed since the last poll."""
    rows = [row for row in found.rows if not fields.flag(row, "private")]
    before = memo.get("licences")
    changed = [_relicensed(row, before, fields) for row in rows] if isinstance(before, dict) else []
    entries = [*filter(None, changed), *models(rows, fields)]
    known = {**(found.memo or memo), "licences": _licences(rows, before)}
    told = walked(answer, entries, known, (*found.notes, *fields.notes()))
    return polls.beside(told, (polls.entry(as_text(row.get("_id")), "", "") for row in rows))


def _next(answer: Fetched, url: str) -> str:
    """The next page, if it is on the same host."""
    found = _NEXT.search(answer.headers.get("link", "")[:4000])
    return found[1] if found and host_of(found[1]) == host_of(url) else ""


async def _get(tools: Tools, feed: Feed, url: str) -> Fetched:
    try:
        return await tools.get(feed, url)
    except FetchError as error:
        if error.status not in _SAID:
            raise
        kind, text = _SAID[error.status]
        raise FetchError(kind, f"{_KIND}: {text}", status=error.status) from None


def models(rows: Iterable[Mapping[str, Any]], fields: Fields) -> list[ParsedEntry]:
    """The models, without copies in another number format of models in the list or by others."""
    listed = list(rows)
    originals = {family(_name(row)) for row in listed if not _FORMAT.search(_name(row))}
    return [_entry(row, fields) for row in listed if not _copy(row, originals)]


def _copy(row: Mapping[str, Any], originals: set[str]) -> bool:
    name, author = _name(row), as_text(row.get("author")) or _owner(row)
    of = [tag.removeprefix("base_model:quantized:") for tag in strings(row.get("tags")) if "_model:quantized:" in tag]
    foreign = any(base.partition("/")[0].casefold() != author.casefold() for base in of)
    return foreign or (bool(_FORMAT.search(name)) and family(_FORMAT.sub("", name)) in originals)


def _name(row: Mapping[str, Any]) -> str:
    return _id(row).partition("/")[2]


def _owner(row: Mapping[str, Any]) -> str:
    return _id(row).partition("/")[0]


def _id(row: Mapping[str, Any]) -> str:
    return as_text(row.get("id")) or as_text(row.get("modelId"))


def _licence(row: Mapping[str, Any]) -> str:
    return next((tag[8:] for tag in strings(row.get("tags")) if tag.startswith("license:")), "")


def _entry(row: Mapping[str, Any], fields: Fields) -> ParsedEntry:
    owner, name = _owner(row), _name(row)
    if not name:
        fields.miss("id")
    task, gated = fields.maybe(row, "pipeline_tag"), row.get("gated")
    facts = {
        "ladder": "release",
        "stage": "model",
        "host": "hf",
        "owner": owner,
        "name": name,
        "licence": _licence(row),
        "task": task,
    }
    access = "access on request" if gated not in (False, None, "") else ""
    licence = f"licence {facts['licence']}" if facts["licence"] else ""
    return polls.entry(
        f"huggingface:{fields.text(row, '_id')}",
        f"https://huggingface.co/{owner}/{name}",
        f"{owner} published the model {name} on Hugging Face",
        " · ".join(part for part in (task.replace("-", " "), licence, access) if part),
        published=iso(fields.text(row, "createdAt")),
        form="Model",
        lang="en",
        facts=facts,
        act=True,
    )


def _relicensed(row: Mapping[str, Any], before: Mapping[str, Any], fields: Fields) -> ParsedEntry | None:
    old, new = str(before.get(str(row.get("_id")), "")), _licence(row)
    if not old or not new or old == new:
        return None
    entry = _entry(row, fields)
    return polls.entry(
        f"{entry.id}:licence:{new}",
        f"{entry.link}/commits/main",
        f"{_owner(row)} changed the licence of {_name(row)} from {old} to {new}",
        f"now licence {new}, before {old}",
        published=iso(as_text(row.get("lastModified"))),
        form="Licence",
        facts={"licence": new},
        act=True,
    )


def _licences(rows: Iterable[Mapping[str, Any]], before: Any) -> dict[str, str]:
    known = dict(before) if isinstance(before, dict) else {}
    known |= {str(row["_id"]): _licence(row) for row in rows if row.get("_id") and _licence(row)}
    return dict(list(known.items())[-_REMEMBERED:])
