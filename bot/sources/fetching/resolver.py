"""A bounded DNS resolver: at most 100 look-ups at once and 8 addresses a name, public ones first."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

MAX_LOOKUPS = 100
MAX_ADDRESSES = 8


class BoundedResolver(AbstractResolver):
    """Wraps aiohttp's resolver (aiodns if installed, else a thread).

    `why_not(address, port)` sorts out what may not be connected to: if a name has public addresses beside private ones,
    only the public ones are tried. A name with private ones only keeps them, so that the connect refuses them by name.
    """

    def __init__(self, why_not: Callable[[str, int], str], inner: AbstractResolver | None = None) -> None:
        self._why_not = why_not
        self._inner = inner or DefaultResolver()
        self._slots = asyncio.Semaphore(MAX_LOOKUPS)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of `host`. Raises `OSError` when it has none now."""
        async with self._slots:
            found = await self._inner.resolve(host, port, family)
        open_to_us = [one for one in found if not self._why_not(one["host"], port)]
        return (open_to_us or found)[:MAX_ADDRESSES]

    async def close(self) -> None:
        """Close the sockets of the look-up library."""
        await self._inner.close()
