"""A page over a store with a few stories, served on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest

from bot.commands.desk import Desk
from bot.core.matching.topics import load_topics
from bot.core.model import Entry
from bot.pipeline import Pipeline
from bot.ports import FeedSpec, Store
from bot.rules.rulebook import Rulebook
from bot.store import open_store
from handlers.web.app import make_app
from handlers.web.guard import Guard
from handlers.web.run import served
from handlers.web.sessions import Keys, Sessions
from handlers.web.site import Site
from tests.guard import aside
from tests.wording import WORDS

T0 = 1_780_000_000_000
TOKEN = "the token"
KEYS = Keys(TOKEN, b"what forms are made good with")
RULES = {
    "t.toml": {
        "topic": [
            {"id": "chips", "title": {"en": "Chips"}, "description": "Chips.", "any": ["chip"]},
            {"id": "models", "title": {"en": "Models"}, "description": "Models.", "any": ["model"]},
        ]
    }
}
NEWS = (
    ("Ban on chip exports widens", "The rule was published on Tuesday.", "Reuters", "en"),
    ("A model with open weights is released", "It has 30 billion parameters.", "The Ledger", "en"),
    ('<b>Hostile</b> chip \u202etitle & "quotes" <script>alert(1)</script>', "<img src=x onerror=alert(1)>", "A", "en"),
    ("芯片 chip 出口新规发布", "新规自周二起生效。", "财新", "zh"),
)


@dataclass
class Program:
    """What the page asks of the running program."""

    said: list[str] = field(default_factory=list)

    def troubles(self) -> list[str]:
        return self.said

    def busy(self) -> int:
        return 0

    def metrics(self) -> str:
        return "# TYPE tocsin_entries_total counter\n"


@dataclass
class Served:
    """The page, the client that asks it, and what stands behind it."""

    url: str
    client: aiohttp.ClientSession
    store: Store
    pipeline: Pipeline
    rules: Rulebook
    program: Program
    ticks: list[float] = field(default_factory=lambda: [0.0])
    """The clock that waits are measured with, in seconds."""

    async def text(self, path: str, status: int = 200, **given: object) -> str:
        async with self.client.get(self.url + path.lstrip("/"), allow_redirects=False, **given) as answer:  # type: ignore[arg-type]
            assert answer.status == status, await answer.text()
            return await answer.text()

    async def form(self, path: str) -> str:
        """What the forms of a page carry."""
        return (await self.text(path)).split('name="form" value="')[1].split('"')[0]

    async def post(self, path: str, data: dict[str, str], **headers: str) -> int:
        """The status of what a browser sends from our own page, unless `headers` say otherwise."""
        ours = {"Origin": self.url.rstrip("/"), **headers}
        async with self.client.post(self.url + path, data=data, headers=ours, allow_redirects=False) as answer:
            return answer.status

    async def sign_in(self, token: str = TOKEN, **headers: str) -> int:
        """The status after a try to sign in."""
        return await self.post("signin", {"token": token, "form": await self.form("/signin")}, **headers)

    async def news(self, title: str, source: str = "Reuters", lang: str = "en", at: int = T0, body: str = "") -> None:
        url = f"https://{source.lower().replace(' ', '')}.example/{abs(hash(title))}"
        entry = Entry(title, url, title, body, source=source, lang=lang, published=at, first_seen=at)
        await self.pipeline.replay([entry])


@pytest.fixture
async def page() -> AsyncIterator[Served]:
    store = open_store("memory:", clock=lambda: T0)
    rules = Rulebook(load_topics(RULES).topics)
    program = Program()
    site = Site(Desk(store, rules, WORDS, lambda: T0 + 60_000, {}), program, lambda: 4096)
    await store.add_feeds([FeedSpec("https://user:secret@feeds.example/a.xml", source="Alpha")], T0)
    pipeline = Pipeline(store, rules)
    ticks = [0.0]
    guard = Guard(KEYS, Sessions(store, TOKEN, lambda: T0), ("news.example",), lambda: ticks[0])
    with aside():  # the templates are compiled, once a start
        app = make_app(site, guard, look_s=0.02)
    async with (
        served(app, "127.0.0.1", 0) as url,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client,
    ):
        made = Served(url, client, store, pipeline, rules, program, ticks)
        for number, (title, body, source, lang) in enumerate(NEWS):
            await made.news(title, source, lang, T0 + number, body)
        yield made
    await store.close()
