"""What servers may say, sound and unsound: each refusal is one typed error of one line, within the deadline."""

from __future__ import annotations

import asyncio
import base64

import pytest

from bot.core.errors import FetchError
from bot.sources.fetching.answers import refusal
from bot.sources.http import Fetcher
from bot.vault import Vault
from tests.fakes.hostile_http import HostileServer, Script, drip, hang, raw, say
from tests.sources.http_kit import settings


async def refused(script: Script, **changes: object) -> FetchError:
    async with HostileServer() as server, Fetcher(settings(**changes)) as fetch:
        server.on("/feed", script)
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/feed?token=s3cret"))
        text = str(caught.value)
        assert "\n" not in text
        assert "s3cret" not in text
        assert text.startswith(f"http://127.0.0.1:{server.port}/feed")
        return caught.value


async def test_a_sound_answer_comes_decoded_with_lower_case_headers() -> None:
    async with HostileServer() as server, Fetcher(settings(contact="desk@example.test")) as fetch:
        server.on("/feed", say(200, b"<rss/>", [("ETag", '"x"'), ("Content-Type", "text/xml")]))
        answer = await fetch.get(server.url("/feed"), headers={"If-None-Match": '"old"'})
        again = await fetch.get(server.url("/feed"), data=b"form")
    assert (answer.status, answer.body, answer.complete, answer.moved_to) == (200, b"<rss/>", True, "")
    assert answer.headers["etag"] == '"x"'
    assert answer.url == server.url("/feed")
    assert again.body == b"<rss/>"
    first, second = server.asked
    assert first.headers["user-agent"].endswith("desk@example.test")
    assert first.headers["if-none-match"] == '"old"'
    assert first.headers["accept-encoding"] == "gzip, deflate, br"
    assert (second.method, second.body) == ("POST", b"form")
    assert first.peer == second.peer, "one connection serves feeds of one host"


@pytest.mark.case_id(1)
async def test_case_001_304_without_a_body() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", say(304, b"", [("ETag", '"x"'), ("Cache-Control", "max-age=300")]))
        answer = await fetch.get(server.url("/feed"), headers={"if-none-match": '"x"'})
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (304, b"", "max-age=300")
        await fetch.get(server.url("/feed"), headers={"If-Modified-Since": "whenever"})
    assert server.connections == 1


@pytest.mark.case_id(2)
async def test_case_002_304_to_a_question_without_conditions_is_an_error() -> None:
    error = await refused(say(304))
    assert (error.kind, error.status) == ("protocol", 304)


@pytest.mark.case_id(12)
@pytest.mark.parametrize("status", [401, 403, 407])
async def test_case_012_closed_to_us(status: int) -> None:
    assert (await refused(say(status))).kind == "auth"
    assert (await refused(say(status, b"", [("cf-mitigated", "challenge")]))).kind == "challenge"


@pytest.mark.case_id(13)
async def test_case_013_not_there_and_gone() -> None:
    assert (await refused(say(404))).kind == "not-found"
    assert (await refused(say(410))).kind == "gone"


@pytest.mark.case_id(15)
async def test_case_015_a_server_in_trouble_speaks_for_one_url() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/a", say(503, b"", [("Retry-After", "120")])).on("/b", say(200, b"<rss/>"))
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/a"))
        assert (caught.value.kind, caught.value.retry_after_s) == ("server", 120.0)
        assert (await fetch.get(server.url("/b"))).status == 200
    assert (await refused(say(500))).retry_after_s is None


@pytest.mark.case_id(14)
async def test_case_014_a_host_that_asks_for_rest_is_left_alone() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/a", say(429, b"", [("Retry-After", "300")]))
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/a"))
        assert (caught.value.kind, caught.value.status, caught.value.retry_after_s) == ("rate-limit", 429, 300.0)
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/b"))
        assert (caught.value.kind, caught.value.status) == ("rate-limit", 0)
        assert 290 < (caught.value.retry_after_s or 0) <= 300
        assert 290 < fetch.ready_in("127.0.0.1") <= 300
    assert server.paths() == ["/a"]


@pytest.mark.case_id(14)
@pytest.mark.parametrize(
    ("status", "headers", "kind", "rest_s"),
    [
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000600"}, "rate-limit", 600.0),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000"}, "rate-limit", 0.0),
        (403, {"x-ratelimit-remaining": "57", "retry-after": "60"}, "rate-limit", 60.0),
        (403, {"x-ratelimit-remaining": "57"}, "auth", None),
        (403, {"x-ratelimit-remaining": "soon"}, "auth", None),
        (429, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "211"}, "rate-limit", 211.0),
        (429, {"x-ratelimit-reset": "211", "retry-after": "9"}, "rate-limit", 9.0),
        (429, {"x-ratelimit-reset": "nan"}, "rate-limit", None),
        (503, {"x-ratelimit-reset": "211"}, "server", None),
        (405, {}, "challenge", None),
        (412, {}, "challenge", None),
    ],
)
def test_publishers_say_in_their_own_ways_that_they_were_asked_too_often(
    status: int, headers: dict[str, str], kind: str, rest_s: float | None
) -> None:
    error = refusal(status, headers, "https://a.test/", 1_800_000_000.0)
    assert (error.kind, error.retry_after_s, error.status) == (kind, rest_s, status)
    assert f"(HTTP {status})" in str(error)


@pytest.mark.case_id(18)
@pytest.mark.parametrize("status", [201, 202, 204, 205, 206, 299, 300, 305, 402, 418, 451, 600, 999])
async def test_case_018_statuses_that_are_no_feed(status: int) -> None:
    error = await refused(say(status, b"x"))
    assert error.kind in ("http", "protocol")
    assert error.status == status


@pytest.mark.case_id(18)
async def test_case_018_a_flood_of_interim_answers_ends_at_the_deadline() -> None:
    error = await refused(drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.001), deadline_s=1)
    assert error.kind == "timeout"


@pytest.mark.case_id(18)
async def test_case_018_an_upgrade_that_nobody_asked_for() -> None:
    error = await refused(raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxyz"))
    assert error.kind in ("http", "protocol")


@pytest.mark.case_id(19)
async def test_case_019_deltas_are_not_asked_for_and_not_taken() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", say(226, b"<rss/>", [("IM", "feed")]))
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/feed"))
    assert (caught.value.kind, caught.value.status) == ("protocol", 226)
    assert "a-im" not in server.asked[0].headers


@pytest.mark.case_id(21)
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(hang(), id="hang after accept"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), id="slow headers"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", b"<"), id="slow drip"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n<\r\n"), id="slow chunks"),
    ],
)
async def test_case_021_the_whole_has_a_deadline_and_frees_its_slot(script: Script) -> None:
    async with HostileServer() as server, Fetcher(settings(deadline_s=1, workers=1)) as fetch:
        server.on("/slow", script).on("/feed", say(200, b"<rss/>"))
        results = await asyncio.gather(*(fetch.get(server.url("/slow")) for _ in range(6)), return_exceptions=True)
        assert [getattr(one, "kind", one) for one in results] == ["timeout"] * 6
        assert (await fetch.get(server.url("/feed"))).status == 200


@pytest.mark.case_id(24)
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 20_000 + b"\r\n\r\n", id="20 kB header"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000 + b"\r\n", id="5000 headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 0\r\n\r\n", id="NUL in a header"),
        pytest.param(b"<rss>HTTP/0.9 has no head</rss>", id="HTTP/0.9"),
        pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 20\xff OK\r\n\r\n", id="a status that is no number"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", id="negative length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", id="two lengths"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x16\x03\x01\x00\x05hello", id="TLS on a plain port"),
    ],
)
async def test_case_024_broken_heads_are_typed_errors(data: bytes) -> None:
    error = await refused(raw(data, close=True))
    assert error.kind in ("protocol", "refused")


@pytest.mark.case_id(24)
async def test_case_024_a_redirect_that_only_sets_a_cookie_is_a_circle() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", say(302, b"", [("Location", "/feed"), ("Set-Cookie", "seen=1")]))
        with pytest.raises(FetchError) as caught:
            await fetch.get(server.url("/feed"))
    assert caught.value.kind == "redirect"
    assert len(server.asked) == 1
    assert "cookie" not in server.asked[0].headers


async def test_refused_connections_and_bad_urls() -> None:
    async with HostileServer() as server:
        url = server.url("/feed")
    async with Fetcher(settings()) as fetch:
        with pytest.raises(FetchError, match="no connection") as caught:
            await fetch.get(url)
        assert caught.value.kind == "refused"
        with pytest.raises(FetchError, match="only http and https") as caught:
            await fetch.get("file:///etc/passwd")
        assert caught.value.kind == "address"
        await fetch.close()
        await fetch.close()


@pytest.mark.case_id(38)
async def test_case_038_a_password_in_the_url_goes_as_a_header_and_is_never_shown() -> None:
    async with HostileServer() as server, Fetcher(settings()) as fetch:
        server.on("/feed", say(200, b"<rss/>"), say(500))
        url = server.url("/feed").replace("127", "me:p%C3%A4ss@127", 1)
        assert (await fetch.get(url)).url == server.url("/feed")
        with pytest.raises(FetchError) as caught:
            await fetch.get(url)
    assert server.asked[0].headers["authorization"] == "Basic bWU6cMOkc3M="
    assert "p%C3%A4ss" not in str(caught.value)
    assert "me:" not in str(caught.value)


async def test_a_sealed_password_is_opened_for_its_request_and_another_key_fails_that_feed_alone() -> None:
    keys = [base64.b64encode(bytes([n] * 32)).decode() for n in (1, 2)]
    async with HostileServer() as server:
        server.on("/feed", say(200, b"<rss/>"), say(200, b"<rss/>"))
        url = server.url("/feed?token=t0ken").replace("127", "me:p%C3%A4ss@127", 1)
        kept = Vault(keys[0]).close(url)
        async with Fetcher(settings(), vault=Vault(keys[0])) as fetch:
            assert (await fetch.get(kept)).url == server.url("/feed?token=t0ken")
        async with Fetcher(settings(), vault=Vault(keys[1])) as fetch:
            with pytest.raises(FetchError, match="TOCSIN_ENCRYPTION_KEY is not the key") as caught:
                await fetch.get(kept)
            assert (await fetch.get(server.url("/feed"))).status == 200
    assert [one.headers.get("authorization") for one in server.asked] == ["Basic bWU6cMOkc3M=", None]
    assert (caught.value.kind, "\n" in str(caught.value), "sealed." in str(caught.value)) == ("auth", False, False)
