"""A forward proxy on loopback: tunnels by CONNECT, passes plain requests on, to ports that it alone knows by name."""

from __future__ import annotations

import asyncio
from typing import Self


class Proxy:
    """`leads` names hosts (without port) and the loopback port behind each; others it answers 502. What was asked of it
    is in `asked`: the first line of each request, and with what password. `answer` is a status in place of any service.
    """

    def __init__(self, leads: dict[str, int] | None = None, answer: int = 0) -> None:
        self.leads = leads or {}
        self.answer = answer
        self.asked: list[str] = []
        self.passwords: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            self._tasks.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        self.asked.append(first.removesuffix(" HTTP/1.1"))
        self.passwords += [line.partition(": ")[2] for line in lines if line.lower().startswith("proxy-authorization")]
        method, target = first.split()[:2]
        place, _, path = target.rpartition("//")[2].partition("/")
        host = place.partition(":")[0]
        if self.answer or host not in self.leads:
            writer.write(f"HTTP/1.1 {self.answer or 502} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self.leads[host])
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            back.write(head.replace(target.encode(), f"/{path}".encode(), 1))
        try:
            await asyncio.gather(_pass(reader, back), _pass(there, writer))
        finally:
            back.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()
    writer.close()
