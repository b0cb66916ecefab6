"""Discord's REST API over discord.py's HTTP client, without retries: the caller decides what a failure means.

discord.py would sleep inside a request: over 429s, over 500/502/504 (up to 25 s, and it posts a forum thread anew,
which has no nonce), and after the last call of a bucket. Here each of these is an exception at once, so that the lane
is free and the receipt exact.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping
from json import dumps
from types import SimpleNamespace, TracebackType
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Ratelimit, Route

from bot.ports import Ambiguous, Receipt, Retry
from handlers.discord.guard import Guard, invalid
from handlers.discord.ratewindow import RateWindow
from handlers.discord.receipts import refusal

_LEAST_S = 0.001
_ONCE = {"once": True}
_RETRIED = (500, 502, 504, 524)
_UNCOUNTED = ("/interactions/", "/webhooks/")
"""Paths of answers to users, which do not count for Discord's limit for the whole bot."""
_NONSENSE = (ValueError, TypeError, LookupError, AttributeError)
"""Raised when an answer is not from Discord: a page of something in between, with status 200."""
FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, *_NONSENSE)


_TOKEN = re.compile(r"(?<=/)((?:webhooks|interactions)/\d+)/[^/?]+")


def said(error: BaseException) -> str:
    """A failure for the log. aiohttp's own text may contain the address, with an interaction's token in it."""
    return str(error) if isinstance(error, discord.DiscordException) else type(error).__name__


def _untold(record: logging.LogRecord) -> bool:
    """Remove the token from discord.py's text, which names the address of a rate-limited request."""
    if isinstance(record.args, tuple):
        record.args = tuple(_TOKEN.sub(r"\1/…", arg) if isinstance(arg, str) else arg for arg in record.args)
    return True


class Unsure(discord.DiscordException):
    """A server error: the request may have taken effect."""

    def __init__(self, status: int) -> None:
        super().__init__(f"Discord answered {status}")
        self.status = status


class Bucket(Ratelimit):
    """A rate limit bucket that raises with the time to wait instead of sleeping."""

    async def acquire(self) -> None:
        """Take a place; raises `discord.RateLimited` with the seconds until there is one."""
        self._last_request = self._loop.time()
        if self.is_expired():
            self.reset()  # type: ignore[no-untyped-call]
        if self.remaining <= 0 and self.expires is not None:
            raise discord.RateLimited(max(self.expires - self._loop.time(), _LEAST_S))
        self.remaining -= 1
        self.outgoing += 1

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.outgoing -= 1


class _Client(HTTPClient):
    def get_ratelimit(self, key: str) -> Ratelimit:
        if key not in self._buckets:
            self._buckets[key] = Bucket(self.max_ratelimit_timeout)
            self._try_clear_expired_ratelimits()
        return self._buckets[key]


def tracing(guard: Guard) -> aiohttp.TraceConfig:
    """Show every answer to the guard, and stop discord.py from repeating calls that are to be made once."""

    async def ended(_: aiohttp.ClientSession, context: SimpleNamespace, end: aiohttp.TraceRequestEndParams) -> None:
        ours = "/webhooks/" not in end.url.path and "/interactions/" not in end.url.path
        guard.seen(end.response.status, end.response.headers, ours=ours)
        if invalid(end.response.status, end.response.headers):
            await guard.counted()
        if context.trace_request_ctx is _ONCE and end.response.status in _RETRIED:
            raise Unsure(end.response.status)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


class Rest:
    """One logged-in HTTP client. `call` raises what discord.py and aiohttp raise; `judge` interprets it."""

    def __init__(self, token: str, guard: Guard, timeout_s: float, proxy: str | None = None) -> None:
        self._token = token
        self._proxy = proxy
        self._guard = guard
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._http: _Client | None = None
        self._second = RateWindow()
        self.me = ""
        logging.getLogger(discord.http.__name__).addFilter(_untold)

    async def login(self) -> None:
        """Open the session and check the token. Raises `discord.LoginFailure` for a refused one."""
        http = _Client(asyncio.get_running_loop(), proxy=self._proxy, http_trace=tracing(self._guard))
        http.max_ratelimit_timeout = _LEAST_S
        try:
            async with asyncio.timeout(self._timeout.total):
                self.me = str((await http.static_login(self._token))["id"])
        except BaseException:
            await http.close()
            raise
        self._http = http

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        query: Mapping[str, str] | None = None,
        png: tuple[str, bytes] | None = None,
        once: bool = True,
    ) -> Any:
        """One request; the decoded answer. `path` holds the ids; a channel's or guild's names its rate-limit bucket.

        `png` is the name and content of a picture to send beside `json`. With `once` False, for idempotent calls,
        discord.py repeats them after server errors.
        """
        if self._http is None:
            raise discord.RateLimited(5.0)
        extra: dict[str, Any] = {"timeout": self._timeout}
        if png is not None:
            extra["form"] = _form(json, *png)
        elif json is not None:
            extra["json"] = json
        if query is not None:
            extra["params"] = dict(query)
        if once:
            extra["trace_request_ctx"] = _ONCE
        if path.startswith(_UNCOUNTED):
            return await self._http.request(route(method, path), **extra)
        async with self._second.place():
            return await self._http.request(route(method, path), **extra)

    async def shards(self) -> int:
        """How many shards Discord recommends. Logs in first, if need be; raises what `call` raises."""
        if self._http is None:
            await self.login()
        return int((await self.call("GET", "/gateway/bot", once=False))["shards"])

    async def close(self) -> None:
        """Close the session; idempotent."""
        if self._http is not None:
            await self._http.close()
            self._http = None


def _form(json: Any, name: str, content: bytes) -> list[dict[str, Any]]:
    """A body with one file, as discord.com/developers/docs/reference, Uploading Files, has it."""
    body = {**json, "attachments": [{"id": "0", "filename": name}]}
    return [
        {"name": "payload_json", "value": dumps(body)},
        {"name": "files[0]", "value": content, "filename": name, "content_type": "image/png"},
    ]


def route(method: str, path: str) -> Route:
    """A route whose bucket is its path without ids, except the major ones, as Discord counts."""
    pieces = path.strip("/").split("/")
    names: dict[str, Any] = {}
    for at, piece in enumerate(pieces):
        if name := _parameter(pieces, at):
            names[name] = piece
    shown = [f"{{{_parameter(pieces, at)}}}" if _parameter(pieces, at) else piece for at, piece in enumerate(pieces)]
    return Route(method, "/" + "/".join(shown), **names)


def _parameter(pieces: list[str], at: int) -> str:
    before = pieces[at - 1] if at else ""
    if at >= 2 and pieces[at - 2] in ("webhooks", "interactions"):
        return "webhook_token"
    if not pieces[at].isdigit():
        return ""
    return {"channels": "channel_id", "guilds": "guild_id", "webhooks": "webhook_id"}.get(before, f"id{at}")


def judge(error: BaseException, guard: Guard) -> Receipt:
    """What a failed call means for the message that it was to post."""
    if isinstance(error, discord.RateLimited):
        return Retry(max(error.retry_after, guard.hold_s()), guard.reason or "Discord's rate limit")
    if isinstance(error, discord.HTTPException):
        if guard.hold_s() > 0 and error.status in (401, 429):
            return Retry(guard.hold_s(), guard.reason)
        return refusal(error.status, error.code, error.text)
    if isinstance(error, aiohttp.ClientConnectorError):
        return Retry(5.0, "Discord can't be reached")
    return Ambiguous(f"no clear answer from Discord: {type(error).__name__}")
