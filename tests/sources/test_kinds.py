"""Every kind of source over the real fetch path, on loopback: what it tells, and the ways that a server can fail it."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable
from dataclasses import replace
from itertools import chain, product
from pathlib import Path
from typing import TypeVar

import pytest

from bot.core.alerts.summary import entry_summary
from bot.core.errors import FetchError, NotAFeed, TocsinError
from bot.core.model import fact
from bot.ingest.adopt import adopt
from bot.ports import Feed, Fetched, Polled
from bot.sources.http import Fetcher
from bot.sources.kit.items import JSON_LIMIT
from tests.fakes.hostile_http import HostileServer, Script, say
from tests.guard import aside
from tests.process import process_key
from tests.sources.http_kit import settings
from tests.sources.kit import NOW, source
from tests.sources.payloads import ANSWERS, KINDS

pytestmark = pytest.mark.usefixtures("untraced")
T = TypeVar("T")
GOLDEN = Path(__file__).parents[1] / "golden" / "sources"


async def poll(server: HostileServer, kind: str) -> tuple[Feed, Polled]:
    feed = Feed(1, server.url(next(iter(ANSWERS[kind]))), kind, source="The source")
    async with Fetcher(settings(contact="desk@example.test")) as fetch:
        return feed, await source(kind, fetch).poll(feed, NOW)


async def attempt(polling: Awaitable[T]) -> T | TocsinError:
    try:
        return await polling
    except (FetchError, NotAFeed) as error:
        return error


async def refused(kind: str, script: Script) -> TocsinError:
    async with HostileServer() as server:
        for path in ANSWERS[kind]:
            server.on(path, script)
        with pytest.raises((FetchError, NotAFeed)) as error:
            await poll(server, kind)
    return error.value


def test_every_kind_has_an_answer():
    assert sorted(ANSWERS) == KINDS


@pytest.mark.parametrize("kind", KINDS)
async def test_golden(kind):
    """Change a golden file on purpose: TOCSIN_GOLDEN=write."""
    async with HostileServer() as server:
        for path, body in ANSWERS[kind].items():
            server.on(path, say(200, body))
        feed, polled = await poll(server, kind)
        here = server.url("")
    assert polled.parsed
    assert polled.notes == ()
    told = []
    for item in polled.parsed.entries:
        entry = adopt(item, feed, NOW)
        shown = {name: getattr(entry, name) for name in ("id", "url", "title", "summary", "source", "lang", "form")}
        shown |= {"published": item.published.isoformat() if item.published else None, "process": process_key(entry)}
        told.append(shown | {"facts": dict(entry.facts)})
    text = json.dumps(told, ensure_ascii=False, indent=1).replace(here, "http://server") + "\n"
    path = GOLDEN / f"{kind}.json"
    if os.environ.get("TOCSIN_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path.name} is made by TOCSIN_GOLDEN=write"
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
async def test_an_alert_sums_an_act_up_in_its_sources_words(kind):
    """None but the SEC's acts are filings of a company: a rule is no “A company filed an Rule”."""
    async with HostileServer() as server:
        for path, body in ANSWERS[kind].items():
            server.on(path, say(200, body))
        feed, polled = await poll(server, kind)
    for item in polled.parsed.entries:
        entry = adopt(item, feed, NOW)
        said = entry_summary(entry)
        assert said in entry.summary
        assert said or entry.summary in ("", entry.title) or entry.summary in entry.title


@pytest.mark.parametrize("kind", KINDS)
async def test_an_act_has_a_form_and_says_which_act_it_is(kind):
    async with HostileServer() as server:
        for path, body in ANSWERS[kind].items():
            server.on(path, say(200, body))
        _, polled = await poll(server, kind)
    for item in polled.parsed.entries:
        assert fact(item.facts, "act") == (item.id if item.form else "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (401, {"auth", "not-found"}),
        (403, {"auth", "rate-limit"}),  # the SEC's is either
        (405, {"challenge", "http", "protocol", "server"}),
        (429, {"rate-limit"}),
        (500, {"server"}),
        (503, {"server"}),
    ],
)
async def test_refusals_are_one_line_of_the_right_kind(kind, status, kinds):
    error = await refused(kind, say(status, b"<html>No</html>", [("Retry-After", "120")]))
    assert isinstance(error, FetchError)
    assert error.status == status
    assert error.kind in kinds
    assert "\n" not in str(error)
    assert str(status) in str(error)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n ",
        b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>",
        b"{}"[:1],
        b"null",
        b"42",
        b'"text"',
        b"\xff\xfe\x00\x00",
        b"[" * 50_000,
    ],
)
async def test_bodies_that_are_something_else_are_no_list_or_an_empty_one(kind, body):
    async with HostileServer() as server:
        for path in ANSWERS[kind]:
            server.on(path, say(200, body))
        answer = await attempt(poll(server, kind))
    if isinstance(answer, TocsinError):
        assert "\n" not in str(answer)
        assert len(str(answer)) < 400
    else:
        polled = answer[1]
        assert polled.parsed is not None
        assert polled.parsed.entries == ()
        assert (polled.etag, polled.body_hash) == ("", 0)


_ODD_TEXTS = ["", "x", "\ud800", "\0\x1b[31m", "http://[bad/"]
_ODD_VALUES = [*_ODD_TEXTS, None, 0, -1.5, True, [], [None], [[]], {}, {"a": 1}, 10**40]


def _spoilt(value: object, odd: object) -> list[object]:
    """Every copy of a JSON value in which one part is another thing."""
    if isinstance(value, dict):
        parts = [{**value, key: one} for key in value for one in (odd, *_spoilt(value[key], odd))]
        return [*parts, *({k: v for k, v in value.items() if k != gone} for gone in value)]
    if isinstance(value, list):
        return [
            [*value[:n], one, *value[n + 1 :]] for n, part in enumerate(value) for one in (odd, *_spoilt(part, odd))
        ]
    return []


JSON_KINDS = [kind for kind in KINDS if next(iter(ANSWERS[kind].values()))[:1] in b"{["]


class Canned:
    """The same answer to everything."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def get(self, url, *, headers=None, data=None, every_ms=None):
        return Fetched(200, url, {}, self._body)


def spoilt_bodies(kind: str) -> list[bytes]:
    whole = json.loads(next(iter(ANSWERS[kind].values())))
    bodies = {json.dumps(one) for odd in _ODD_VALUES for one in _spoilt(whole, odd)}
    if kind == "hkex-search":
        inner = json.loads(whole["result"])
        bodies |= {json.dumps({"result": json.dumps(one)}) for odd in _ODD_VALUES for one in _spoilt(inner, odd)}
    return [body.encode() for body in sorted(bodies)]


@pytest.mark.parametrize("kind", JSON_KINDS)
async def test_any_field_of_any_other_type_is_noted_or_refused_and_never_breaks_a_poll(kind):
    path, whole = next(iter(ANSWERS[kind].items()))
    feed = Feed(1, f"https://server.test{path}", kind)
    memo = (await source(kind, Canned(whole)).poll(feed, NOW)).memo
    bodies = spoilt_bodies(kind)
    assert len(bodies) > 50
    for body, before in product(bodies, {"", memo}):
        answer = await attempt(source(kind, Canned(body)).poll(replace(feed, memo=before), NOW))
        if isinstance(answer, TocsinError):
            assert "\n" not in str(answer)
            continue
        for item in answer.parsed.entries:
            assert item.id
            kept = adopt(item, feed, NOW)
            assert "None" not in kept.title
            for text in (kept.id, kept.url, kept.title, kept.summary, kept.source, kept.form, *chain(*kept.facts)):
                text.encode()


def swollen(value: object, times: int) -> object:
    """A JSON value whose lists are so many times as long."""
    if isinstance(value, dict):
        return {name: swollen(part, times) for name, part in value.items()}
    return value * times if isinstance(value, list) else value


@pytest.mark.parametrize("kind", JSON_KINDS)
async def test_the_largest_answer_that_is_read_never_holds_the_loop(kind):
    """`tests.guard` fails whoever does."""
    path, small = next(iter(ANSWERS[kind].items()))
    with aside():
        whole = json.loads(small)
        rows = JSON_LIMIT // (len(json.dumps(whole)) + 2)
        whole = {"result": json.dumps(swollen(json.loads(whole["result"]), rows))} if "result" in whole else whole
        body = json.dumps(swollen(whole, rows)).encode()
    answer = await attempt(source(kind, Canned(body)).poll(Feed(1, f"https://server.test{path}", kind), NOW))
    assert isinstance(answer, Polled)
    assert answer.parsed.entries
    assert any("were read" in note for note in answer.notes) or kind == "edgar-company"
