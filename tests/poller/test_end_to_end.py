"""The poller, the real fetcher and a hostile server on loopback: none hinders another."""

from __future__ import annotations

import asyncio
import gzip
from random import Random

import pytest

from bot.poller import Poller, PollOptions
from bot.ports import Feed
from bot.sources.feed_source import FeedSource
from bot.sources.http import Fetcher
from tests.fakes.feed_store import FakeFeedStore
from tests.fakes.hostile_http import HostileServer, Script, conditional, drip, raw, redirect, say
from tests.poller.test_poller import NOW, Clock, until
from tests.sources.http_kit import rss, settings, tiny_parse

FEED = rss("a@2026-11-24T15:00:00+00:00", "b@2026-11-24T14:00:00+00:00")
SCRIPTS: dict[str, Script] = {
    "good": conditional(FEED, '"good"'),
    "same": say(200, FEED, [("ETag", '"changes"')]),
    "cut": raw(b"HTTP/1.1 200 OK\r\nETag: cut\r\nContent-Length: 9999\r\n\r\n" + FEED[:-6], close=True),
    "bomb": say(200, gzip.compress(bytes(2 << 20)), [("Content-Encoding", "gzip")]),
    "html": say(200, b"<html><title>503 Service Unavailable</title></html>"),
    "missing": say(404),
    "moved": redirect(301, "/good"),
    "drip": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"<"),
    "empty": say(200, rss(), [("ETag", '"empty"')]),
    "limited": say(503, b"", [("Retry-After", "7200")]),
}
ERRORS = {
    "bomb": "the body is over 1024 KiB",
    "html": "an error page instead of a feed",
    "missing": "nothing is there",
    "drip": "no complete answer within 1 s",
    "limited": "the server failed",
}


@pytest.mark.case_id(91)
@pytest.mark.case_id(92)
async def test_every_feed_gets_what_it_deserves_and_only_the_due_ones_are_asked_again() -> None:
    async with (
        HostileServer() as server,
        Fetcher(settings(deadline_s=1, body_limit_kb=1024, host_interval_ms=0)) as fetch,
    ):
        names = list(SCRIPTS)
        for name, script in SCRIPTS.items():
            server.on(f"/{name}", script)
        store = FakeFeedStore(Feed(n, server.url(f"/{name}"), next_poll=NOW) for n, name in enumerate(names))
        clock = Clock()
        poller = Poller(
            store,
            {"feed": FeedSource(fetch, tiny_parse)},
            store.ingest,
            clock=clock,
            options=PollOptions(idle_ms=5),
            manners=fetch,
            random=Random(1),
        )
        stop = asyncio.Event()
        task = asyncio.create_task(poller.run(stop))
        await until(lambda: all(feed.last_ok or feed.errors for feed in store.rows.values()))
        rows = {name: store.rows[n] for n, name in enumerate(names)}
        for name, feed in rows.items():
            assert ERRORS.get(name, "") in feed.last_error
            assert feed.errors == (name in ERRORS)
        assert rows["good"].etag == '"good"'
        assert rows["cut"].etag == rows["empty"].etag == ""
        assert NOW + 60_000 <= rows["cut"].next_poll <= NOW + 67_000
        assert rows["limited"].next_poll == NOW + 7_200_000
        assert {settled.feed_id for settled in store.commits} == {
            names.index(n) for n in ("good", "same", "cut", "moved")
        }
        asked = len(server.asked)
        clock.now += 30_000
        await asyncio.sleep(0.03)
        assert len(server.asked) == asked, "nobody is asked again at once, not even what failed"
        clock.now = NOW + 3_700_000
        await until(lambda: poller.counts.unchanged >= 2 and poller.counts.same_body >= 1)
        stop.set()
        await task
    second = [one for one in server.asked[asked:] if one.path == "/good"]
    assert second[0].headers["if-none-match"] == '"good"'
