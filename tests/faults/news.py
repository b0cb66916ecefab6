"""A feed server whose items are told when to appear, and news that nobody could take for the same."""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Self

from aiohttp import web

TOKEN = re.compile(r"kx\d{6}q")
KEYWORDS = ("kestrelite", "ospreyite")
KEPT = 200
"""Items that a feed shows at once."""
_VOWELS, _CONSONANTS = "aeiou", "bdfgklmnprstvz"


def token(number: int) -> str:
    """The word by which an item is known again wherever it went."""
    return f"kx{number:06d}q"


def tokens(text: str) -> list[str]:
    """Every such word in a text, each once, in order."""
    return list(dict.fromkeys(TOKEN.findall(text)))


def _word(die: random.Random) -> str:
    return "".join(die.choice(_CONSONANTS) + die.choice(_VOWELS) for _ in range(die.randint(2, 4)))


class Writer:
    """Writes news that have next to nothing in common but their keywords. The language has `words` words."""

    def __init__(self, seed: int, words: int = 20_000) -> None:
        self._die = random.Random(seed)
        self._language = [_word(self._die) for _ in range(words)]
        self._count = 0

    def write(self, words: tuple[str, ...]) -> tuple[str, str, str]:
        """A new item's token, title and summary."""
        self._count += 1
        mark = token(self._count)
        title = f"{self._say(4)} {' '.join(words)} {mark}".capitalize()
        return mark, title, f"{self._say(14).capitalize()}."

    def _say(self, words: int) -> str:
        return " ".join(self._die.choices(self._language, k=words))


class Feeds:
    """Feeds by name, on loopback. `faults` are answers that come once instead: a status, "page" or "reset"."""

    def __init__(self, names: Iterable[str], seed: int) -> None:
        self._writer = Writer(seed)
        self.words: dict[str, tuple[str, ...]] = {}
        self._items: dict[str, deque[tuple[str, str]]] = {name: deque(maxlen=KEPT) for name in names}
        self.published: dict[str, list[str]] = {name: [] for name in names}
        self.faults: dict[str, deque[int | str]] = {name: deque() for name in names}
        self.asked = 0
        self.struck = 0
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{name}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def url(self, name: str) -> str:
        """The address of a feed."""
        return f"http://127.0.0.1:{self.port}/{name}"

    def publish(self, name: str, words: tuple[str, ...] = KEYWORDS) -> str:
        """Put a new item with these keywords on top of a feed; its token."""
        mark, title, summary = self._writer.write(words)
        self.words[mark] = words
        self._items[name].appendleft((mark, _item(mark, title, summary)))
        self.published[name].append(mark)
        return mark

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        name = request.match_info["name"]
        if self.faults[name]:
            self.struck += 1
            return _fail(request, self.faults[name].popleft())
        items = self._items[name]
        etag = f'"{items[0][0] if items else "none"}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        body = f"<rss version='2.0'><channel><title>{name}</title>{''.join(text for _, text in items)}</channel></rss>"
        return web.Response(body=body.encode(), headers={"ETag": etag, "Content-Type": "application/rss+xml"})


def _item(mark: str, title: str, summary: str) -> str:
    return (
        f"<item><guid>{mark}</guid><title>{title}</title><link>https://news.example/{mark}</link>"
        f"<description>{summary}</description><pubDate>{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    )


def _fail(request: web.Request, fault: int | str) -> web.StreamResponse:
    if fault == "reset" and request.transport is not None:
        request.transport.abort()
    if isinstance(fault, int):
        return web.Response(status=fault)
    return web.Response(text="<html><body>Be right back</body></html>", content_type="text/html")
