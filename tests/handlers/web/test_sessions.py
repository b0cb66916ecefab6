"""Several programs serve one page behind a balancer: one token, one session, one form; each sender is told apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import pytest

from bot.commands.desk import Desk
from bot.core.errors import ConfigError
from bot.ports import Store
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from bot.translations import Words
from handlers.web.app import make_app
from handlers.web.backoff import FREE
from handlers.web.guard import COOKIE, Guard
from handlers.web.proxies import networks
from handlers.web.run import served
from handlers.web.sessions import DAYS_MS, Sessions, common_keys, own_keys
from handlers.web.site import Site
from tests.handlers.web.conftest import T0

HOST = {"Host": "news.example", "Origin": "https://news.example"}


@dataclass
class Behind:
    """Two programs over one store, as a balancer on this machine asks them."""

    urls: list[str]
    client: aiohttp.ClientSession
    store: Store
    token: str
    cookie: str = ""
    secure: bool = False

    async def ask(self, at: int, path: str, data: dict[str, str] | None = None, **sent: str) -> aiohttp.ClientResponse:
        headers = HOST | ({"Cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}) | sent
        method = "GET" if data is None else "POST"
        url = self.urls[at] + path
        return await self.client.request(method, url, data=data, headers=headers, allow_redirects=False)

    async def form(self, at: int, path: str) -> str:
        return (await (await self.ask(at, path)).text()).split('name="form" value="')[1].split('"')[0]

    async def sign_in(self, token: str, *, shown: int = 0, taken: int = 0, **sent: str) -> int:
        answer = await self.ask(taken, "signin", {"token": token, "form": await self.form(shown, "signin")}, **sent)
        self.cookie = answer.cookies[COOKIE].value if COOKIE in answer.cookies else self.cookie
        self.secure = COOKIE in answer.cookies and bool(answer.cookies[COOKIE]["secure"])
        return answer.status


@pytest.fixture
async def behind() -> AsyncIterator[Behind]:
    store = open_store("memory:", clock=lambda: T0)
    async with AsyncExitStack() as stack:
        urls = []
        for _ in range(2):
            keys = await common_keys(store)
            sessions = Sessions(store, keys.token, lambda: T0)
            guard = Guard(keys, sessions, ("news.example",), proxies=networks(["127.0.0.1"]))
            app = make_app(Site(Desk(store, Rulebook(()), Words(), lambda: T0, {})), guard)
            urls.append(await stack.enter_async_context(served(app, "127.0.0.1", 0)))
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        yield Behind(urls, client, store, keys.token)
    await store.close()


async def test_a_session_of_one_program_is_every_program_s(behind: Behind) -> None:
    assert await behind.sign_in(behind.token, shown=0, taken=1) == 303
    for at in (0, 1):
        assert (await behind.ask(at, "channels")).status == 200
    form = await behind.form(1, "channels")
    assert (await behind.ask(0, "signout", {"form": form})).status == 303
    for at in (0, 1):
        assert (await behind.ask(at, "channels")).status == 303


async def test_a_sender_is_told_apart_behind_a_proxy_of_ours(behind: Behind) -> None:
    forged = {"X-Forwarded-For": "198.51.100.9, 203.0.113.7, 127.0.0.1"}
    for _ in range(FREE):
        assert await behind.sign_in("guess", **forged) == 403
    assert await behind.sign_in(behind.token, **forged | {"X-Forwarded-For": "203.0.113.7"}) == 429
    other = {"X-Forwarded-For": "203.0.113.7, 198.51.100.9", "X-Forwarded-Proto": "https"}
    assert await behind.sign_in(behind.token, **other) == 303
    assert behind.secure


@pytest.mark.parametrize("sender", ["203.0.113.7:{}", "[2001:db8::1]:{}"])
async def test_a_sender_is_the_same_from_every_port(behind: Behind, sender: str) -> None:
    for port in range(4711, 4711 + FREE):
        assert await behind.sign_in("guess", **{"X-Forwarded-For": f"{sender.format(port)}, 127.0.0.1:443"}) == 403
    bare = sender.rpartition(":")[0].strip("[]")
    assert await behind.sign_in(behind.token, **{"X-Forwarded-For": bare}) == 429
    assert await behind.sign_in(behind.token, **{"X-Forwarded-For": "[2001:db8:2::1]"}) == 303


async def test_metrics_are_not_passed_on(behind: Behind) -> None:
    assert (await behind.ask(0, "metrics")).status == 200
    assert (await behind.ask(0, "metrics", **{"X-Forwarded-For": "203.0.113.7"})).status == 403


async def test_nobody_else_s_headers_are_believed() -> None:
    store = open_store("memory:", clock=lambda: T0)
    guard = Guard(own_keys("t"), Sessions(store, "t", lambda: T0), proxies=networks(["192.0.2.0/24"]))
    app = make_app(Site(Desk(store, Rulebook(()), Words(), lambda: T0, {})), guard)
    async with served(app, "127.0.0.1", 0) as url, aiohttp.ClientSession() as client:
        answer = await client.get(f"{url}metrics", headers={"X-Forwarded-For": "203.0.113.7"})
        assert answer.status == 200
    await store.close()


async def test_a_session_ends_with_its_time_its_token_and_the_hundredth_after_it() -> None:
    store = open_store("memory:", clock=lambda: T0)
    now = [T0]
    mine = Sessions(store, "token", lambda: now[0])
    first = await mine.open()
    assert await mine.holds(first)
    assert not await Sessions(store, "another", lambda: now[0]).holds(first)
    assert not await mine.holds("guess")
    assert first not in str(await store.recall_all(""))
    for _ in range(100):
        now[0] += 1
        last = await mine.open()
    assert not await mine.holds(first)
    assert await mine.holds(last)
    now[0] += DAYS_MS
    assert not await mine.holds(last)
    await mine.open()
    assert len(await store.recall_all("page:session:")) == 1
    await store.close()


def test_what_is_no_network_is_said() -> None:
    with pytest.raises(ConfigError, match=r"web\.proxies"):
        networks(["proxy.lan"])
