"""A wire between a store and its server that can be cut: at once, or just after a commit was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Forwards bytes to a server. `cut_at_commit` breaks the connection that asks for a commit, once it has arrived."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._open: set[asyncio.StreamWriter] = set()
        self.down = False
        self.cut_at_commit = False
        self.connections = 0
        self._mute = False

    def cut(self) -> None:
        """Break every connection."""
        for writer in list(self._open):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        if self.down:
            writer.transport.abort()
            return
        self.connections += 1
        there, away = await asyncio.open_connection(*self._to)
        both = {writer, away}
        self._open |= both
        try:
            await asyncio.gather(self._pump(reader, away, to_server=True), self._pump(there, writer))
        finally:
            self._open -= both
            for one in both:
                one.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, to_server: bool = False) -> None:
        with suppress(ConnectionError):
            while data := await source.read(1 << 16):
                ends = to_server and self.cut_at_commit and b"commit\x00" in data
                self._mute = self._mute or ends
                if to_server or not self._mute:
                    sink.write(data)
                    await sink.drain()
                if ends:
                    await asyncio.sleep(0.2)  # the server has done it by then; its answer was not let through
                    self.cut_at_commit = self._mute = False
                    self.cut()
        sink.transport.abort()


@asynccontextmanager
async def wired(address: str, host: str = "127.0.0.1") -> AsyncIterator[tuple[Wire, str]]:
    """A wire to the server of an address, and the address by which it is used: at a free port of `host`, ours."""
    parts = urlsplit(address)
    wire = Wire(parts.hostname or "127.0.0.1", parts.port or 5432)
    server = await asyncio.start_server(wire.serve, host, 0)
    there = f"{host}:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire, address.replace(f"{parts.hostname}:{parts.port or 5432}/", f"{there}/")
    finally:
        server.close()
        wire.cut()
