"""Requests of one sender are limited; nobody else's, nor what browsers and monitors ask of their own accord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.commands.desk import Desk
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from handlers.web.allowance import BURST, CLIENTS, EVERY_S, Allowance
from handlers.web.app import make_app
from handlers.web.guard import HEADERS, Guard
from handlers.web.proxies import networks
from handlers.web.run import served
from handlers.web.sessions import Sessions
from handlers.web.site import Site
from tests.handlers.web.conftest import KEYS, T0, TOKEN
from tests.wording import WORDS


@dataclass
class Asked:
    """The page behind a proxy on this machine, which tells who sent what; its clock in seconds."""

    url: str
    client: aiohttp.ClientSession
    ticks: list[float] = field(default_factory=lambda: [0.0])

    async def by(self, sender: str, path: str = "nowhere") -> aiohttp.ClientResponse:
        """The answer to one sender; "" for somebody on this machine."""
        headers = {"X-Forwarded-For": sender} if sender else {}
        async with self.client.get(self.url + path, headers=headers) as answer:
            await answer.read()
            return answer

    async def spend(self, sender: str, path: str = "nowhere") -> None:
        """All that a sender may ask for at one time."""
        for _ in range(BURST):
            assert (await self.by(sender, path)).status != 429


@pytest.fixture
async def asked() -> AsyncIterator[Asked]:
    store = open_store("memory:", clock=lambda: T0)
    ticks = [0.0]
    guard = Guard(KEYS, Sessions(store, TOKEN, lambda: T0), (), lambda: ticks[0], networks(["127.0.0.1"]))
    app = make_app(Site(Desk(store, Rulebook(()), WORDS, lambda: T0, {})), guard)
    async with served(app, "127.0.0.1", 0) as url, aiohttp.ClientSession() as client:
        yield Asked(url, client, ticks)
    await store.close()


async def test_who_asks_too_much_waits_and_nobody_else(asked: Asked) -> None:
    await asked.spend("203.0.113.7")
    refused = await asked.by("203.0.113.7")
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert refused.headers.items() >= HEADERS.items()
    assert "your address" in await refused.text()
    refused = await asked.by("198.51.100.1, 203.0.113.7", "api/topics")
    assert (refused.status, list(await refused.json())) == (429, ["error"])
    assert (await asked.by("203.0.113.8", "api/topics")).status == 200
    asked.ticks[0] += EVERY_S
    assert [(await asked.by("203.0.113.7")).status for _ in range(2)] == [404, 429]


@pytest.mark.parametrize("path", ["static/style.css", "healthz", "readyz", "metrics"])
async def test_what_is_asked_by_itself_is_not_counted(asked: Asked, path: str) -> None:
    await asked.spend("203.0.113.7", path)
    assert (await asked.by("203.0.113.7", "api/topics")).status == 200
    await asked.spend("203.0.113.8")
    assert (await asked.by("203.0.113.8", path)).status != 429


async def test_nobody_on_this_machine_waits(asked: Asked) -> None:
    """Nor who comes through a proxy that nobody has named: its address is everybody's."""
    await asked.spend("")
    assert (await asked.by("", "api/topics")).status == 200


def test_only_so_many_senders_are_remembered() -> None:
    allowance = Allowance(lambda: 0.0)
    for _ in range(BURST):
        assert allowance.wait_s("2001:db8::1") == 0.0
    assert allowance.wait_s("2001:db8::2") == EVERY_S, "the same customer's network"
    for number in range(CLIENTS):
        assert allowance.wait_s(f"10.0.{number // 250}.{number % 250}") == 0.0
    assert allowance.wait_s("2001:db8::2") == 0.0
