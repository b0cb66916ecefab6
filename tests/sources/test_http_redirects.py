"""Redirects: how far, to where, with what."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import FetchError
from bot.sources.fetching.redirects import carried, step
from bot.sources.http import Fetcher
from tests.fakes.hostile_http import HostileServer, redirect, say
from tests.sources.http_kit import settings
from tests.sources.test_http_tls import certificate


async def failing(server: HostileServer, path: str = "/feed") -> FetchError:
    async with Fetcher(settings()) as fetch:
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url(path))
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.case_id(7)
async def test_case_007_a_permanent_chain_names_its_end() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", redirect(301, "/b")).on("/b", redirect(308, "/c#top")).on("/c", say(200, b"<rss/>"))
        answer = await fetch.get(server.url("/feed"))
    assert (answer.url, answer.moved_to) == (server.url("/c"), server.url("/c"))


@pytest.mark.case_id(7)
async def test_case_007_a_304_at_the_end_of_a_chain_counts_too() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", redirect(301, "/b")).on("/b", say(304))
        answer = await fetch.get(server.url("/feed"), headers={"If-None-Match": "x"})
    assert (answer.status, answer.moved_to) == (304, server.url("/b"))


@pytest.mark.case_id(8)
@pytest.mark.parametrize("status", [302, 303, 307])
async def test_case_008_a_passing_redirect_is_followed_and_not_kept(status: int) -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", redirect(301, "/b")).on("/b", redirect(status, "/c")).on("/c", say(200, b"<rss/>"))
        answer = await fetch.get(server.url("/feed"))
    assert (answer.url, answer.moved_to) == (server.url("/c"), "")


@pytest.mark.case_id(9)
async def test_case_009_five_hops_and_no_more() -> None:
    async with HostileServer() as server:
        for hop in range(6):
            server.on(f"/{hop}", redirect(302, f"/{hop + 1}"))
        server.on("/6", say(200, b"<rss/>"))
        async with Fetcher(settings()) as fetch:
            assert (await fetch.get(server.url("/1"))).status == 200
        assert "more than 5" in str(await failing(server, "/0"))


@pytest.mark.case_id(9)
@pytest.mark.parametrize("location", ["/feed", "/b", ""])
async def test_case_009_circles_and_missing_targets(location: str) -> None:
    async with HostileServer() as server:
        server.on("/feed", redirect(302, location)).on("/b", redirect(302, "/feed"))
        error = await failing(server)
    assert error.kind == "redirect"
    assert error.status == 302
    assert len(server.asked) <= 2


@pytest.mark.case_id(9)
async def test_case_009_a_redirect_without_a_location() -> None:
    async with HostileServer() as server:
        server.on("/feed", say(301))
        assert "without a target" in str(await failing(server))


@pytest.mark.case_id(10)
def test_case_010_https_never_falls_back_to_http() -> None:
    with pytest.raises(FetchError, match="to plain http") as caught:
        step(301, "https://example.com/feed", "http://example.com/feed", 0, frozenset())
    assert caught.value.kind == "redirect"
    up = step(301, "http://example.com/feed", "https://example.com/feed", 0, frozenset())
    assert up == ("https://example.com/feed", True, False)


@pytest.mark.case_id(10)
@pytest.mark.parametrize("status", [301, 302, 307])
async def test_case_010_an_https_feed_that_leads_to_plain_http_is_not_followed(tmp_path: Path, status: int) -> None:
    own = settings(allow_unverified="localhost")
    async with HostileServer(certificate(tmp_path)) as secure, HostileServer() as plain, Fetcher(own) as fetch:
        secure.on("/feed", redirect(status, plain.url("/feed", "localhost")))
        plain.on("/feed", say(200, b"<rss/>"))
        with pytest.raises(FetchError, match="from https to plain http") as caught:
            await fetch.get(secure.url("/feed", "localhost"))
    assert caught.value.kind == "redirect"
    assert (len(secure.asked), plain.asked) == (1, [])


@pytest.mark.case_id(10)
async def test_case_010_another_origin_gets_no_credentials() -> None:
    secrets = {"Authorization": "Basic x", "cookie": "a=b", "If-None-Match": '"x"'}
    async with HostileServer() as server, HostileServer() as other, Fetcher(settings()) as fetch:
        server.on("/feed", redirect(302, "/same")).on("/same", redirect(302, other.url("/feed")))
        other.on("/feed", say(200, b"<rss/>"))
        await fetch.get(server.url("/feed"), headers=secrets)
    assert "authorization" in server.asked[1].headers
    assert "cookie" in server.asked[1].headers
    assert "authorization" not in other.asked[0].headers
    assert "cookie" not in other.asked[0].headers
    assert other.asked[0].headers["if-none-match"] == '"x"'


@pytest.mark.case_id(10)
def test_case_010_a_scheme_or_port_is_another_origin() -> None:
    secret = {"AUTHORIZATION": "x"}
    assert carried(secret, "http://a.example/x", "https://a.example/x") == {}
    assert carried(secret, "http://a.example/x", "http://a.example:8080/x") == {}
    assert carried(secret, "http://a.example/x", "http://a.example/y") == secret


@pytest.mark.case_id(11)
@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.com/",
        "data:text/xml,<rss/>",
        "javascript:1",
        "gopher://x/",
        "http://a@b@c/",
    ],
)
async def test_case_011_other_schemes_are_refused(target: str) -> None:
    async with HostileServer() as server:
        server.on("/feed", redirect(302, target))
        error = await failing(server)
    assert error.kind == "redirect"


async def test_a_post_is_repeated_only_where_the_server_says_so() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/a", redirect(307, "/b")).on("/b", redirect(303, "/c")).on("/c", say(200, b"ok"))
        await fetch.get(server.url("/a"), data=b"q")
    assert [(asked.method, asked.body) for asked in server.asked] == [("POST", b"q"), ("POST", b"q"), ("GET", b"")]


async def test_the_deadline_is_one_for_the_whole_chain() -> None:
    async with HostileServer() as server, Fetcher(settings(deadline_s=3)) as fetch:
        server.on("/feed", redirect(302, "/b")).on("/b", redirect(302, "/c")).on("/c", say(200, b"<rss/>"))
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/feed"), every_ms=2_000)
    assert caught.value.kind == "timeout", "the third request's turn would have come after the deadline"
    assert server.paths() == ["/feed", "/b"]
