"""A web server that writes the bytes it is told to, to the socket: sound answers, broken ones, late ones, none.

`async with HostileServer() as server: server.on("/feed", say(200, b"<rss/>"))` and ask `server.url("/feed")`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; header names in lower case. `peer` tells connections apart."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    peer: int

    @property
    def path(self) -> str:
        return self.target.split("?")[0]


Script = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
"""Writes one answer. It may close the writer, or wait for ever."""


class HostileServer:
    """Serves scripts by path on a free port of a loopback address; what was asked is in `asked`."""

    def __init__(self, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self.asked: list[Asked] = []
        self.connections = 0
        self._scripts: dict[str, Script] = {}
        self._context = context
        self._host = host
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self._host, 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def on(self, path: str, *scripts: Script) -> Self:
        """Answer `path` with these scripts in turn, the last one again and again."""
        left = list(scripts)

        async def play(asked: Asked, writer: asyncio.StreamWriter) -> None:
            script = left.pop(0) if len(left) > 1 else left[0]
            await script(asked, writer)

        self._scripts[path] = play
        return self

    def url(self, path: str = "/", host: str = "") -> str:
        scheme = "https" if self._context else "http"
        return f"{scheme}://{host or self._host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._talk(reader, writer, self.connections))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: int) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                while not writer.is_closing():
                    await self._serve(reader, writer, peer)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: int) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = Asked(method, target, headers, body, peer)
        self.asked.append(asked)
        await self._scripts.get(asked.path, say(404))(asked, writer)
        await writer.drain()


def say(status: int, body: bytes = b"", headers: Headers = (), *, reason: str = "Said", length: bool = True) -> Script:
    """A sound answer. Without `length` the body ends with the connection."""
    bodiless = status in (204, 304) or 100 <= status < 200
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers)]
    if length and not bodiless:
        lines.append(f"Content-Length: {len(body)}")
    data = "\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if bodiless else body)
    return raw(data, close=not length)


def raw(data: bytes, *, close: bool = False) -> Script:
    """These bytes, and then perhaps the end."""

    async def script(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            writer.close()

    return script


def redirect(status: int, location: str) -> Script:
    return say(status, b"", [("Location", location)])


def hang() -> Script:
    """Nothing more, ever; the client has to lose its patience."""
    return drip(b"")


def drip(start: bytes, piece: bytes = b"", every_s: float = 0.02) -> Script:
    """`start`, then `piece` again and again, for ever."""

    async def script(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            await writer.drain()
            await asyncio.sleep(every_s if piece else 3600)
            writer.write(piece)

    return script


def conditional(body: bytes, etag: str, headers: Headers = ()) -> Script:
    """200 with an ETag, 304 to whoever sends it back."""

    async def script(asked: Asked, writer: asyncio.StreamWriter) -> None:
        known = asked.headers.get("if-none-match") == etag
        answer = say(304, b"", [("ETag", etag), *headers]) if known else say(200, body, [("ETag", etag), *headers])
        await answer(asked, writer)

    return script
