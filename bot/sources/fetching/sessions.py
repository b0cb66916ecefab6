"""The HTTP sessions for requests to strangers' addresses: direct, with each address checked when its socket is made, or
through the operator's proxy, which looks names up itself.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.proxies import Proxies
from bot.sources.fetching.address import AddressGate, BlockedAddress
from bot.sources.fetching.resolver import BoundedResolver


class Sessions:
    """Opened on first use, within a running loop. `limit` is the number of connections at once, `dns_ttl_s` how long a
    name's addresses are kept, `keepalive_s` how long an idle connection is kept.

    Through a proxy, an address in the URL and the port are checked; what a name stands for only the proxy knows.
    """

    def __init__(
        self,
        gate: AddressGate,
        proxies: Proxies,
        headers: Mapping[str, str],
        *,
        resolver: AbstractResolver | None = None,
        limit: int = 100,
        dns_ttl_s: int = 10,
        keepalive_s: float = 15.0,
        auto_decompress: bool = True,
    ) -> None:
        self._gate = gate
        self._proxies = proxies
        self._inner = resolver
        self._headers = headers
        self._auto_decompress = auto_decompress
        self._limit, self._dns_ttl_s, self._keepalive_s = limit, dns_ttl_s, keepalive_s
        self._names: BoundedResolver | None = None
        self._direct: aiohttp.ClientSession | None = None
        self._proxied: aiohttp.ClientSession | None = None

    def request(self, method: str, url: URL | str, **options: Any) -> Any:
        """As `aiohttp.ClientSession.request`. Raises `BlockedAddress` at once for what may not go through the proxy."""
        url = URL(url)
        proxy = None if self._gate.is_own(url.host or "") else self._proxies.of(str(url))
        if proxy is None:
            return (self._direct or self._open_direct()).request(method, url, **options)
        if reason := self._gate.why_not_by_proxy(url.host or "", url.port or 0):
            raise BlockedAddress(reason)
        self._proxied = self._proxied or self._made()
        return self._proxied.request(method, url, proxy=proxy, **options)

    async def close(self) -> None:
        """Close the sessions and the resolver; idempotent."""
        for session in (self._direct, self._proxied):
            if session is not None:
                await session.close()
        if self._names is not None:
            await self._names.close()
        self._direct = self._proxied = self._names = None

    def _open_direct(self) -> aiohttp.ClientSession:
        self._names = BoundedResolver(self._gate.why_not, self._inner)
        self._direct = self._made(resolver=self._names, socket_factory=self._gate.socket)
        return self._direct

    def _made(self, **how: Any) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            ssl=ssl.create_default_context(),
            limit=self._limit,
            ttl_dns_cache=self._dns_ttl_s,
            keepalive_timeout=self._keepalive_s,
            **how,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            auto_decompress=self._auto_decompress,
        )
