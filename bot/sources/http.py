"""The one path by which any URL is fetched.

The address check is in the connector's socket factory (`bot.sources.fetching.sessions`). Redirects are followed here,
hop by hop, so that each is checked, paced and counted. Everything that can go wrong is a `FetchError` of one line.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from types import TracebackType
from typing import NoReturn, Self

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.core.errors import FetchError
from bot.core.urls import BadUrl, redacted
from bot.ports import Fetched
from bot.proxies import Proxies
from bot.settings import FetchSettings
from bot.sources.fetching import answers, bodies, redirects
from bot.sources.fetching.address import AddressGate
from bot.sources.fetching.asks import Ask, first_ask
from bot.sources.fetching.buckets import Buckets
from bot.sources.fetching.sessions import Sessions
from bot.sources.fetching.unanswered import failure
from bot.vault import Locked, Vault

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
# Long enough to poll several feeds of one host in a row, short enough that a catch-up over thousands of hosts does not
# hold thousands of TLS connections (about 40 kB each).
_KEEPALIVE_S = 6.0
_THREAD_FROM = 1 << 20
_OK = frozenset((200, 203))


class Fetcher:
    """Implements `bot.ports.Fetch`. Use it as an async context manager, or `close()` it.

    `resolver` looks names up; results are kept for `dns_ttl_s`. `proxies` says which URLs go through a proxy. `vault`
    opens the secrets in addresses. It also implements `bot.ingest.hostqueue.Manners`: hosts given by an address that
    the operator allowed (`fetch.allow_private`) are ours and need no spacing.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        resolver: AbstractResolver | None = None,
        dns_ttl_s: int = 60,
        vault: Vault | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        self._settings = settings
        self._timeout = aiohttp.ClientTimeout(total=settings.deadline_s, sock_connect=None)
        self._limit = settings.body_limit_kb * 1024
        self._gate = AddressGate(settings.allow_private, settings.allow_ports)
        self._interval_s = settings.host_interval_ms / 1000
        self._buckets = Buckets()
        self._vault = vault or Vault()
        self._sessions = Sessions(
            self._gate,
            proxies or Proxies(),
            {
                "User-Agent": f"{settings.user_agent} {settings.contact}".strip(),
                "Accept": ACCEPT,
                "Accept-Encoding": bodies.ACCEPT_ENCODING,
            },
            resolver=resolver,
            limit=settings.workers * 4,
            dns_ttl_s=dns_ttl_s,
            keepalive_s=_KEEPALIVE_S,
            auto_decompress=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the sessions; idempotent."""
        await self._sessions.close()

    def ready_in(self, host: str) -> float:
        """Seconds until a request to `host` could start."""
        return self._buckets.ready_in(host)

    def spacing_s(self, host: str) -> float:
        """The shortest time between two requests to `host`, in seconds."""
        return 0.0 if self._gate.is_own(host) else self._interval_s

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
        every_ms: int | None = None,
    ) -> Fetched:
        """See `bot.ports.Fetch.get`. A wait for the host's turn is not part of the deadline."""
        try:
            ask = first_ask(self._vault.open(url), headers or {}, data, (every_ms or 0) / 1000)
        except (BadUrl, Locked) as error:
            kind = "auth" if isinstance(error, Locked) else "address"
            raise FetchError(kind, f"{redacted(url)}: {error}") from None
        await self._wait(ask, self._turn(ask))
        ends = asyncio.get_running_loop().time() + self._settings.deadline_s
        try:
            response = await self._send(ask, self._timeout)
            if response.status in redirects.STATUSES:
                ask, response = await self._follow(ask, response, ends)
            if response.status == 304 and ask.conditional:
                return _unchanged(ask, response)
            return await self._answer(ask, response)
        except TimeoutError:
            raise FetchError(
                "timeout", f"{redacted(url)}: no complete answer within {self._settings.deadline_s} s"
            ) from None

    def _turn(self, ask: Ask) -> float:
        """Take a place in the host's bucket; returns the seconds to wait for it.

        If the host asked for a pause, or its queue is longer than the deadline, that is an error at once; no place is
        taken.
        """
        ahead = self._buckets.ready_in(ask.host)
        if ahead and (ahead > self._settings.deadline_s or self._buckets.paused_s(ask.host)):
            raise _not_now(ask, ahead)
        return self._buckets.reserve(ask.host, max(ask.every_s, self.spacing_s(ask.host)))

    async def _wait(self, ask: Ask, seconds: float) -> None:
        """Wait for a place that was taken; raise if the host asked for a pause meanwhile."""
        if seconds:
            await asyncio.sleep(seconds)
            if rest := self._buckets.paused_s(ask.host):
                raise _not_now(ask, rest)

    async def _follow(
        self, ask: Ask, response: aiohttp.ClientResponse, ends: float
    ) -> tuple[Ask, aiohttp.ClientResponse]:
        """Follow redirects to the last request and its answer. Raises `TimeoutError` if that would go beyond `ends`."""
        clock = asyncio.get_running_loop().time
        while response.status in redirects.STATUSES:
            location = response.headers.get("Location", "")
            response.close()
            ask = ask.after(response.status, location)
            if (left := ends - clock() - (wait := self._turn(ask))) <= 0:
                raise TimeoutError
            await self._wait(ask, wait)
            response = await self._send(ask, aiohttp.ClientTimeout(total=left, sock_connect=None))
        return ask, response

    async def _send(self, ask: Ask, timeout: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:  # noqa: ASYNC109
        try:
            response: aiohttp.ClientResponse = await self._sessions.request(
                "GET" if ask.data is None else "POST",
                ask.sent,
                headers=ask.headers,
                data=ask.data,
                allow_redirects=False,
                ssl=ask.host not in self._settings.allow_unverified,
                timeout=timeout,
            )
            return response
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise failure(error, redacted(ask.url), ask.sent.raw_host or "") from None

    async def _answer(self, ask: Ask, response: aiohttp.ClientResponse) -> Fetched:
        headers = _headers(response)
        if response.status not in _OK:
            self._refuse(ask, response, headers)
        self._buckets.answered(ask.host)
        try:
            raw, whole = await self._read(response)
            body = await self._decoded(raw, headers.get("content-encoding", ""))
        except FetchError as error:
            raise FetchError(error.kind, f"{redacted(ask.url)}: {error}", status=response.status) from None
        finally:
            response.close()
        return Fetched(response.status, ask.url, headers, body.body, whole and body.complete, ask.moved_to)

    def _refuse(self, ask: Ask, response: aiohttp.ClientResponse, headers: Mapping[str, str]) -> NoReturn:
        response.close()
        error = answers.refusal(response.status, headers, redacted(ask.url), time.time())
        if error.kind == "rate-limit":
            error.retry_after_s = self._buckets.pause(ask.host, error.retry_after_s)
        raise error

    async def _read(self, response: aiohttp.ClientResponse) -> tuple[bytes, bool]:
        """The body as sent, and whether all of it came. Reading stops at the limit."""
        if (response.content_length or 0) > self._limit:
            raise self._too_large()
        parts: list[bytes] = []
        size = 0
        try:
            async for part in response.content.iter_any():
                parts.append(part)
                size += len(part)
                if size > self._limit:
                    raise self._too_large()
        except (aiohttp.ClientError, ConnectionError):
            return b"".join(parts), False
        return b"".join(parts), True

    async def _decoded(self, raw: bytes, encoding: str) -> bodies.Decoded:
        if len(raw) < _THREAD_FROM:
            return bodies.decode(raw, encoding, self._limit)
        return await asyncio.to_thread(bodies.decode, raw, encoding, self._limit)

    def _too_large(self) -> FetchError:
        return FetchError("too-large", bodies.too_large(self._limit))


def _not_now(ask: Ask, seconds: float) -> FetchError:
    said = f"{redacted(ask.url)}: its host is not asked again for {seconds:.0f} s"
    return FetchError("rate-limit", said, retry_after_s=seconds)


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _unchanged(ask: Ask, response: aiohttp.ClientResponse) -> Fetched:
    """The result of a 304, as nine of ten polls have it."""
    if not response.closed:
        response.release()
    return Fetched(304, ask.url, _headers(response), moved_to=ask.moved_to)
