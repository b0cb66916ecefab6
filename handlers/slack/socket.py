"""Socket Mode with liveness checks: one connection at a time, rebuilt when nothing is received on it.

The library reconnects by itself, but may come back without events (slackapi/python-slack-sdk#1529), and requests a new
address every few seconds for ever if the token is refused. So its own reconnecting is off, and this loop decides.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, NamedTuple

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.waiting import waited
from handlers.slack.calls import Fault, ask
from handlers.slack.payloads import checked
from handlers.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

REFRESH = "Slack asks for a new connection"
_QUERY = re.compile(r"(?<=\w)\?[^\s'\")]+")


class Patience(NamedTuple):
    """How long to wait, in seconds, before a connection counts as deaf.

    `hello`: Slack greets a new connection within moments. `pong`: four missed pings. `silence`: Slack replaces every
    connection within a few hours (it says when in its greeting), so that a longer silence means that nothing arrives.
    `first` and `most` bound the pause between failed attempts.
    """

    ping: float = 5.0
    hello: float = 15.0
    silence: float = 6 * 3600.0
    first: float = 1.0
    most: float = 300.0


class Signs(NamedTuple):
    """What a connection showed so far; times in seconds of one clock, None for never."""

    opened: float
    open: bool
    hello: float | None
    heard: float | None
    pong: float | None


def deafness(signs: Signs, now: float, patience: Patience) -> str:
    """Why the connection must be rebuilt; "" while it hears.

    The library uses the wall clock: a sign from the future dates from before the clock was put back, and is old.
    """
    if not signs.open:
        return "the connection is closed"
    if signs.hello is None and abs(now - signs.opened) > patience.hello:
        return "Slack never greeted the connection"
    if signs.pong is not None and abs(now - signs.pong) > 4 * patience.ping:
        return "pings are not answered"
    if abs(now - max(signs.opened, signs.heard or 0.0)) > patience.silence:
        return "nothing was heard for longer than Slack keeps a connection"
    return ""


def _untold(record: logging.LogRecord) -> bool:
    """The message of a failed connect without the address's ticket, with which anybody could connect."""
    record.msg = _QUERY.sub("?…", str(record.msg))
    if record.exc_info and isinstance(record.exc_info[1], aiohttp.ClientError):
        record.exc_info = None
    return True


class _Line(SocketModeClient):
    """One connection. Leaves the decision to reconnect to `Socket`."""

    def __init__(self, app_token: str, workspaces: Workspaces, ping: float, on_message: Callable[[Any], None]) -> None:
        its_log = logging.getLogger("slack_sdk.socket_mode.tocsin")
        its_log.addFilter(_untold)
        super().__init__(
            app_token=app_token,
            logger=its_log,
            web_client=workspaces.bare(),
            auto_reconnect_enabled=False,
            ping_interval=ping,
        )
        self._on_message = on_message
        self.asked_to_leave = ""
        self.message_listeners.append(self._heard)

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """Called by the library when Slack closes or refreshes the connection: noted, and left to `Socket`."""
        self.asked_to_leave = self.asked_to_leave or REFRESH

    async def _heard(self, client: AsyncBaseSocketModeClient, message: Any, raw: str | None = None) -> None:
        self._on_message(message)

    async def shut(self) -> None:
        """Close and wait for the library's own tasks, which `close` only cancels."""
        tasks = [self.message_processor, self.current_session_monitor, self.message_receiver]
        with suppress(aiohttp.ClientError, OSError):
            await self.close()  # type: ignore[no-untyped-call]
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


class Socket:
    """Keeps one working connection for the app's events until it is closed."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        workspaces: Workspaces,
        patience: Patience | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._app = app
        self._token = app_token
        self._workspaces = workspaces
        self._patience = patience or Patience()
        self._pause = pause
        self._line: _Line | None = None
        self._opened = 0.0
        self._hello: float | None = None
        self._heard: float | None = None
        self._greeted = asyncio.Event()
        self.trouble = "not connected yet"

    async def run(self) -> None:
        """Connect, watch, rebuild; ends only by cancellation."""
        failures = 0
        try:
            while True:
                reason = await self._once()
                failures = 0 if self._hello else failures + 1
                level = logging.INFO if reason == REFRESH else logging.WARNING
                log.log(level, "slack socket is rebuilt: %s", reason)
                if reason != REFRESH or time.time() - self._opened < self._patience.hello:
                    await self._pause(min(self._patience.first * 2 ** min(failures, 12), self._patience.most))
        finally:
            await self._shut(self._line)

    def ended(self, running: asyncio.Task[None]) -> None:
        """Report at once what ended `run`: nobody listens any more, while everything else seems fine."""
        if not running.cancelled() and (error := running.exception()):
            self.trouble = f"Socket Mode: it ended ({type(error).__name__}); see the log, and restart"
            log.error("%s", self.trouble, extra={"platform": "slack"}, exc_info=error)

    async def _once(self) -> str:
        """One connection, from its opening to the reason for its end. The one before is closed when this one hears."""
        before, self._line = self._line, None
        try:
            self._line = await self._open()
            if before is not None:
                await waited(self._greeted, self._patience.hello)
        except Fault as fault:
            self.trouble = f"Socket Mode: {fault}"
            return self.trouble
        finally:
            await self._shut(before)
        return await self._watch(self._line)

    async def _open(self) -> _Line:
        self._hello = self._heard = None
        self._greeted.clear()
        self._opened = time.time()
        line = _Line(self._token, self._workspaces, self._patience.ping, self._message)
        line.socket_mode_request_listeners.append(self._request)
        try:
            line.wss_uri = await self._address()
            line.proxy = self._workspaces.proxy(line.wss_uri)
            async with asyncio.timeout(self._patience.hello):
                await line.connect()  # type: ignore[no-untyped-call]
        except TimeoutError:
            await line.shut()
            raise Fault("unreachable") from None
        except BaseException:
            await line.shut()
            raise
        return line

    async def _address(self) -> str:
        data = await ask(self._workspaces.bare(self._token), "apps.connections.open", {})
        return str(data.get("url") or "")

    async def _watch(self, line: _Line) -> str:
        while True:
            await asyncio.sleep(self._patience.ping / 2)
            if line.asked_to_leave:
                return line.asked_to_leave
            session = line.current_session
            is_open = session is not None and not session.closed
            signs = Signs(self._opened, is_open, self._hello, self._heard, line.last_ping_pong_time)
            if reason := deafness(signs, time.time(), self._patience):
                self.trouble = f"Socket Mode: {reason}"
                return reason

    def _message(self, message: Any) -> None:
        self._heard = time.time()
        if isinstance(message, dict) and message.get("type") == "hello":
            self._hello = self._heard
            self.trouble = ""
            self._greeted.set()

    async def _request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        started = time.time()
        body = checked(request.payload)
        if body is None:  # acknowledged, or it would come again
            log.warning("a request is not what Slack documents; it is left out", extra={"kind": request.type})
            response = BoltResponse(status=200, body="")
        else:
            request.payload = body
            response = await run_async_bolt_app(self._app, request)
        with suppress(ConnectionError):  # Slack delivers again on the next connection what was not acknowledged
            await send_async_response(client, request, response, started)

    async def _shut(self, line: _Line | None) -> None:
        if line is not None:
            await line.shut()
