"""The page's port."""

from __future__ import annotations

import socket

import pytest
from aiohttp import web

from handlers.web.run import served


async def test_a_port_that_is_taken_is_said_once_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        async with served(web.Application(), "127.0.0.1", port) as address:
            assert address == ""
    said = f"the page is not served: can't listen on 127.0.0.1:{port}: Address already in use; set web.port"
    assert caplog.messages == [said]
