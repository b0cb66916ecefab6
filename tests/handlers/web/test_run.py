"""The page's port."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from handlers import patience
from handlers.web.run import served


async def test_a_port_that_is_taken_is_said_once_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with served(web.Application(), "127.0.0.1", port) as address:
            assert address == ""
    said = f"the page is not served: can't listen on 127.0.0.1:{port}: Address already in use; set web.port"
    assert caplog.messages == [said]


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: loc"])
async def test_who_sends_no_whole_request_is_let_go(sent: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "IDLE_S", 0.2)
    async with served(web.Application(), "127.0.0.1", 0) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.split(":")[2].rstrip("/")))
        writer.write(sent)
        async with asyncio.timeout(60):
            assert await reader.read() == b""
        writer.close()
