"""Feeds through a proxy: a machine that can't connect to the world itself, and may ask one that can."""

from __future__ import annotations

import base64
from pathlib import Path

import aiohttp
import pytest

from bot.core.errors import FetchError
from bot.proxies import Proxies
from bot.sources.http import Fetcher
from tests.fakes.hostile_http import HostileServer, say
from tests.fakes.proxy import Proxy
from tests.sources.http_kit import settings
from tests.sources.test_http_tls import certificate


async def test_a_plain_feed_is_asked_of_the_proxy_and_ours_is_not() -> None:
    async with HostileServer() as server, Proxy({"news.example": server.port}) as proxy:
        server.on("/feed", say(200, b"<rss/>"))
        async with Fetcher(settings(), proxies=Proxies("", proxy.url)) as fetch:
            assert (await fetch.get("http://news.example/feed")).body == b"<rss/>"
            assert (await fetch.get(server.url("/feed"))).body == b"<rss/>"
    assert proxy.asked == ["GET http://news.example/feed"]


async def test_tls_goes_through_a_tunnel_and_names_are_looked_up_there(tmp_path: Path) -> None:
    async with HostileServer(certificate(tmp_path, "news.example")) as server:
        server.on("/feed", say(200, b"<rss/>"))
        async with (
            Proxy({"news.example": server.port}) as proxy,
            Fetcher(settings(allow_unverified="news.example"), proxies=Proxies(proxy.url)) as fetch,
        ):
            assert (await fetch.get("https://news.example/feed")).body == b"<rss/>"
    assert proxy.asked == ["CONNECT news.example:443"]


async def test_a_bad_certificate_fails_closed_behind_a_proxy_too(tmp_path: Path) -> None:
    async with (
        HostileServer(certificate(tmp_path, "news.example")) as server,
        Proxy({"news.example": server.port}) as proxy,
        Fetcher(settings(), proxies=Proxies(proxy.url)) as fetch,
    ):
        with pytest.raises(FetchError, match="no trusted TLS connection"):
            await fetch.get("https://news.example/feed")


async def test_a_password_is_given_to_the_proxy_and_to_nobody_else() -> None:
    async with HostileServer() as server, Proxy({"news.example": server.port}) as proxy:
        server.on("/feed", say(200, b"<rss/>"))
        named = proxy.url.replace("//", "//desk:hush@")
        async with Fetcher(settings(), proxies=Proxies("", named)) as fetch:
            await fetch.get("http://news.example/feed")
    assert proxy.passwords == [f"Basic {base64.b64encode(b'desk:hush').decode()}"]
    assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/feed", "http://169.254.169.254/latest", "http://news.example:22/feed", "https://[fd00::1]/feed"],
)
async def test_the_proxy_is_not_asked_for_what_is_closed_to_feeds(url: str) -> None:
    async with Proxy() as proxy, Fetcher(settings(), proxies=Proxies(proxy.url, proxy.url)) as fetch:
        with pytest.raises(FetchError, match="is closed to feeds") as caught:
            await fetch.get(url)
    assert caught.value.kind == "address"
    assert proxy.asked == []


async def test_a_redirect_out_of_the_world_is_refused_behind_a_proxy_too() -> None:
    async with HostileServer() as server, Proxy({"news.example": server.port}) as proxy:
        server.on("/feed", say(302, headers=[("Location", "http://192.168.0.1/feed")]))
        async with Fetcher(settings(), proxies=Proxies(proxy.url, proxy.url)) as fetch:
            with pytest.raises(FetchError, match="is closed to feeds"):
                await fetch.get("http://news.example/feed")


@pytest.mark.parametrize(("answer", "said"), [(407, "it answers 407"), (0, "it answers 502")])
async def test_a_proxy_that_does_not_connect_is_named(answer: int, said: str) -> None:
    async with Proxy(answer=answer) as proxy, Fetcher(settings(), proxies=Proxies(proxy.url)) as fetch:
        with pytest.raises(FetchError, match=said) as caught:
            await fetch.get("https://news.example/feed")
    assert caught.value.kind == "refused"
    assert "\n" not in str(caught.value)


async def test_a_proxy_whose_name_is_not_found_is_not_taken_for_the_feeds_host(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_: object, **__: object) -> None:
        raise OSError("Name or service not known")

    monkeypatch.setattr(aiohttp.DefaultResolver, "resolve", unknown)
    async with Fetcher(settings(), proxies=Proxies("http://proxy.example:3128")) as fetch:
        with pytest.raises(FetchError, match=r"the proxy can't be reached \(its host name") as caught:
            await fetch.get("https://news.example/feed")
    assert caught.value.kind == "refused"
    async with Fetcher(settings()) as fetch:
        with pytest.raises(FetchError, match="feed: the host name can't be resolved now"):
            await fetch.get("https://bücher.example/feed")


async def test_a_proxy_that_is_away_is_named() -> None:
    async with Proxy() as proxy:
        away = proxy.url.replace("//", "//desk:hush@")
    async with Fetcher(settings(), proxies=Proxies(away)) as fetch:
        with pytest.raises(FetchError, match="the proxy can't be reached") as caught:
            await fetch.get("https://news.example/feed")
    assert "hush" not in str(caught.value)
