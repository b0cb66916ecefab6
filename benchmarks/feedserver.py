"""A quick feed server in a process of its own, so that its CPU is not counted: 90 % of its feeds answer 304, 5 % send
the same body under a new ETag, 5 % have five new items at each request.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from itertools import accumulate
from multiprocessing.connection import Connection
from typing import ClassVar

ITEMS, NEW = 50, 5


def _vocabulary() -> tuple[list[str], list[float]]:
    """Twelve thousand made-up words and their cumulative weights, by rank as in a natural text."""
    dice = random.Random(1)
    words = ["".join(dice.choices("abcdefghiklmnoprstuvw", k=dice.randint(3, 9))) for _ in range(12_000)]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


_WORDS, _WEIGHTS = _vocabulary()


def body(number: int, version: int, items: int = ITEMS) -> bytes:
    """A feed as news sites send it, fifty words in HTML an item. Version n + 1 has five new items for five old."""
    newest = version * NEW + items
    listed = "".join(_item(number, serial) for serial in range(newest, newest - items, -1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Feed {number}</title>'
        f"<link>https://{number}.example/</link>{listed}</channel></rss>"
    ).encode()


def _words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(_WORDS, cum_weights=_WEIGHTS, k=count))


def _item(number: int, serial: int) -> str:
    dice = random.Random(number * 100_003 + serial)
    title = _words(dice, 9)
    text = f"<p>{_words(dice, 25)} <a href='/{serial}'>{_words(dice, 3)}</a></p><p>{_words(dice, 22)}.</p>"
    day, hour, minute = 1 + serial // 1440 % 24, serial // 60 % 24, serial % 60
    return (
        f"<item><title>{title} {number} {serial}</title><link>https://{number}.example/{serial}</link>"
        f"<guid>{number}-{serial}</guid><pubDate>{day:02d} Nov 2026 {hour:02d}:{minute:02d}:00 GMT</pubDate>"
        f"<description>{escape(text)}</description></item>"
    )


class _Feeds(asyncio.Protocol):
    """HTTP/1.1 with keep-alive, as little of it as the clients need."""

    versions: ClassVar[dict[int, int]] = {}
    bodies: ClassVar[dict[tuple[int, int], bytes]] = {}
    items: ClassVar[int] = ITEMS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        number = int(head.split(b" ", 2)[1].rpartition(b"/")[2])
        known = b"\r\nif-none-match:" in head.lower()
        kind = number % 20
        if known and kind < 18:
            return b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nCache-Control: max-age=60\r\nServer: bench\r\n\r\n'
        if kind == 19:
            self.versions[number] = self.versions.get(number, 0) + 1
        version = self.versions.get(number, 0)
        data = self.bodies.get((number, version)) or body(number, version, self.items)
        if kind != 19:
            self.bodies[number, version] = data
        head = f'HTTP/1.1 200 OK\r\nETag: "{random.random()}"\r\nContent-Type: application/rss+xml\r\n'.encode()
        return head + b"Content-Length: %d\r\n\r\n" % len(data) + data


async def _serve(pipe: Connection, items: int) -> None:
    _Feeds.items = items
    server = await asyncio.get_running_loop().create_server(_Feeds, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await asyncio.get_running_loop().run_in_executor(None, pipe.recv)


def _run(pipe: Connection, items: int) -> None:
    asyncio.run(_serve(pipe, items))


@contextmanager
def feed_server(items: int = ITEMS) -> Iterator[str]:
    """The base URL of a running server; feed n is `base/n`."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(theirs, items), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        ours.send("stop")
        process.join()
