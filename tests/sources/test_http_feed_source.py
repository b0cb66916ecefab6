"""The plain feed over a real fetcher and a real socket: validators, skips, and what is no feed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.core.errors import FetchError, NotAFeed
from bot.core.units import DAY_MS
from bot.ports import Feed, Polled
from bot.sources.feed_source import FeedSource
from bot.sources.http import Fetcher
from tests.fakes.hostile_http import HostileServer, Script, conditional, redirect, say
from tests.sources.http_kit import rss, settings, tiny_parse

NOW = 1_795_531_200_000


async def polled(script: Script, feed: Feed | None = None, now: int = NOW) -> tuple[Polled, HostileServer]:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", script)
        known = feed or Feed(1, "")
        return await FeedSource(fetch, tiny_parse).poll(replace(known, url=server.url("/feed")), now), server


def after(feed: Feed, answer: Polled) -> Feed:
    return replace(feed, etag=answer.etag, modified=answer.modified, body_hash=answer.body_hash)


@pytest.mark.case_id(1)
async def test_case_001_304_is_unchanged_and_its_headers_count() -> None:
    feed = Feed(1, "", etag='"x"', modified="Tue, 24 Nov 2026 10:00:00 GMT", body_hash=7)
    answer, server = await polled(say(304, b"", [("Cache-Control", "max-age=600")]), feed)
    assert answer.parsed is None
    assert (answer.status, answer.max_age_s) == (304, 600)
    assert (answer.etag, answer.modified, answer.body_hash) == (feed.etag, feed.modified, 7)
    assert server.asked[0].headers["if-none-match"] == '"x"'
    assert server.asked[0].headers["if-modified-since"] == feed.modified


@pytest.mark.case_id(1)
async def test_case_001_a_304_may_bring_new_validators() -> None:
    answer, _ = await polled(say(304, b"", [("ETag", '"y"')]), Feed(1, "", etag='"x"'))
    assert answer.etag == '"y"'


@pytest.mark.case_id(2)
@pytest.mark.parametrize(("days", "asked"), [(0.2, True), (9, False)])
async def test_case_002_after_a_long_silence_the_whole_is_asked_for(days: float, asked: bool) -> None:
    feed = Feed(1, "", etag='"x"', rhythm=json.dumps({"full": NOW - int(days * DAY_MS)}))
    answer, server = await polled(conditional(rss("a"), '"x"'), feed)
    assert ("if-none-match" in server.asked[0].headers) is asked
    assert answer.status == (304 if asked else 200)


@pytest.mark.case_id(3)
async def test_case_003_the_same_body_under_a_new_etag_is_not_parsed() -> None:
    first, _ = await polled(say(200, rss("a"), [("ETag", '"1"')]))
    assert first.parsed is not None
    assert first.bytes == len(rss("a"))
    again, _ = await polled(say(200, rss("a"), [("ETag", '"2"')]), after(Feed(1, ""), first))
    assert again.parsed is None
    assert (again.status, again.etag, again.body_hash) == (200, '"2"', first.body_hash)
    other, _ = await polled(say(200, rss("b"), [("ETag", '"3"')]), after(Feed(1, ""), first))
    assert other.parsed is not None


@pytest.mark.case_id(4)
async def test_case_004_an_empty_list_is_an_answer() -> None:
    answer, _ = await polled(say(200, rss(), [("ETag", '"new"')]))
    assert answer.parsed is not None
    assert answer.parsed.entries == ()


@pytest.mark.case_id(5)
@pytest.mark.parametrize(
    ("etag", "kept"),
    [
        ('W/"weak"', True),
        ("unquoted", True),
        ('"a", "b"', True),
        ('"' + "x" * 1022 + '"', True),
        ('"' + "x" * 4096 + '"', False),
        ("h\xe9llo", False),
    ],
)
async def test_case_005_etags_go_back_as_they_came_or_not_at_all(etag: str, kept: bool) -> None:
    answer, _ = await polled(say(200, rss("a"), [("ETag", etag)]))
    assert answer.etag == (etag if kept else "")
    _, server = await polled(say(304), Feed(1, "", etag=answer.etag, modified="m"))
    assert server.asked[0].headers.get("if-none-match") == (etag if kept else None)


@pytest.mark.case_id(5)
async def test_case_005_a_stored_validator_can_not_split_the_request() -> None:
    feed = Feed(1, "", etag='"x"\r\nX-Evil: 1', modified="m\nX-Evil: 1")
    _, server = await polled(say(200, rss("a")), feed)
    assert "x-evil" not in server.asked[0].headers
    assert "if-none-match" not in server.asked[0].headers


@pytest.mark.case_id(6)
@pytest.mark.parametrize("modified", ["Sat, 01 Jun 2041 00:00:00 GMT", "yesterday, I think", "0"])
async def test_case_006_last_modified_is_echoed_not_computed(modified: str) -> None:
    answer, _ = await polled(say(200, rss("a"), [("Last-Modified", modified)]))
    _, server = await polled(say(304), after(Feed(1, ""), answer))
    assert server.asked[0].headers["if-modified-since"] == modified


@pytest.mark.case_id(8)
async def test_case_008_a_redirect_to_a_login_page_is_no_feed() -> None:
    page = b"<!DOCTYPE html><html><title>Sign in</title><form><input type='password'></form></html>"
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", redirect(302, "/login")).on("/login", say(200, page))
        with pytest.raises(NotAFeed) as caught:
            await FeedSource(fetch, tiny_parse).poll(Feed(1, server.url("/feed?key=s3cret")), NOW)
    assert str(caught.value) == f"http://127.0.0.1:{server.port}/feed?…: a login page instead of a feed"


@pytest.mark.case_id(13)
async def test_case_013_errors_pass_as_they_are() -> None:
    with pytest.raises(FetchError) as caught:
        await polled(say(410))
    assert caught.value.kind == "gone"


@pytest.mark.case_id(16)
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><title>502 Bad gateway</title></html>", "an error page instead of a feed"),
        (b"<html><body><div class='g-recaptcha'></div></html>", "a bot check instead of a feed"),
        (b"<!doctype html><p>Welcome!", "a web page instead of a feed"),
        (b"\x00\x01\x02", "no feed in any form"),
        (b"", "no feed in any form"),
    ],
)
async def test_case_016_what_is_no_feed_is_named(body: bytes, words: str) -> None:
    with pytest.raises(NotAFeed, match=words):
        await polled(say(200, body))


@pytest.mark.case_id(17)
async def test_case_017_the_parser_sees_bytes_and_header_and_the_true_base() -> None:
    seen: dict[str, str] = {}

    async def parse(body: bytes, headers: dict[str, str]) -> object:
        seen.update(headers, body=body.decode())
        return await tiny_parse(body, headers)

    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", redirect(301, "/real/feed"))
        server.on("/real/feed", say(200, rss("a"), [("Content-Type", "application/json"), ("Content-Location", "/no")]))
        answer = await FeedSource(fetch, parse).poll(Feed(1, server.url("/feed")), NOW)  # type: ignore[arg-type]
    assert seen["content-type"] == "application/json"
    assert seen["content-location"] == server.url("/real/feed")
    assert answer.moved_to == server.url("/real/feed")


@pytest.mark.case_id(20)
async def test_case_020_no_store_keeps_no_hash() -> None:
    answer, _ = await polled(say(200, rss("a"), [("Cache-Control", "no-store")]))
    assert answer.body_hash == 0
    again, _ = await polled(say(200, rss("a"), [("Cache-Control", "no-store")]), Feed(1, "", body_hash=0))
    assert again.parsed is not None


@pytest.mark.case_id(22)
async def test_case_022_a_cut_body_is_never_taken_for_the_same() -> None:
    whole, _ = await polled(say(200, rss("a", "b")))
    cut, _ = await polled(say(200, rss("a", "b")[:-20], [("ETag", '"new"')]), after(Feed(1, ""), whole))
    assert cut.parsed is not None
    assert not cut.parsed.complete
    assert [entry.id for entry in cut.parsed.entries] == ["a"]


async def test_a_feed_may_have_a_pace_of_its_own() -> None:
    async with HostileServer() as server, Fetcher(settings(deadline_s=1)) as fetch:
        server.on("/feed", say(200, rss("a")))
        feed = Feed(1, server.url("/feed"), options={"every_ms": 60_000})
        source = FeedSource(fetch, tiny_parse)
        await source.poll(feed, NOW)
        with pytest.raises(FetchError, match="not asked again"):
            await source.poll(feed, NOW)
