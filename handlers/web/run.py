"""Runs the web server beside the program; a port that is taken is logged and stops nothing else."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.log import server_logger

from handlers import patience

log = logging.getLogger(__name__)
_THEIRS = (HttpProcessingError, ConnectionResetError, web.RequestPayloadError)


@asynccontextmanager
async def served(app: web.Application, host: str, port: int) -> AsyncIterator[str]:
    """The page's address while it is served; "" if that failed."""
    server_logger.addFilter(_no_failure_of_ours)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, keepalive_timeout=patience.IDLE_S)
    await runner.setup()
    try:
        yield await _listen(runner, host, port)
    finally:
        await runner.cleanup()


def _no_failure_of_ours(record: logging.LogRecord) -> bool:
    """Whether a log line of the server matters. Not for a request that is no valid HTTP, which was answered, nor for a
    client that left before the answer.
    """
    return not (record.exc_info and isinstance(record.exc_info[1], _THEIRS))


async def _listen(runner: web.AppRunner, host: str, port: int) -> str:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        extra = {"host": host, "port": port}
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror  # asyncio's own repeats the address
        said = "the page is not served: can't listen on %s:%s: %s; set web.port"
        log.warning(said, host, port, reason, extra=extra)
        return ""
    taken = runner.addresses[0][1]
    return f"http://{f'[{host}]' if ':' in host else host}:{taken}/"
