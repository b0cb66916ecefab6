"""Trusted proxies: the client's address and scheme from forwarded headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web

from bot.core.errors import ConfigError

_PORTED = re.compile(r"\[(?P<six>[^\]]*)\](:\d+)?|(?P<four>[^:]+):\d+")
Networks = tuple[IPv4Network | IPv6Network, ...]


def networks(names: Sequence[str]) -> Networks:
    """Parse addresses and networks such as "10.0.0.0/8". Raises `ConfigError` for an invalid one."""
    try:
        return tuple(ip_network(name, strict=False) for name in names)
    except ValueError as error:
        raise ConfigError(f"web.proxies: {error}") from None


def as_sent(request: web.Request, proxies: Networks) -> web.Request:
    """The request as its sender made it, if one of `proxies` passed it on; else unchanged.

    The last address in `X-Forwarded-For` that is none of ours counts: anybody can write the ones before it.
    """
    if not _within(request.remote or "", proxies):
        return request
    named = [
        _unported(part.strip()) for line in request.headers.getall("X-Forwarded-For", ()) for part in line.split(",")
    ]
    senders = [name for name in named if name and not _within(name, proxies)]
    scheme = request.headers.get("X-Forwarded-Proto", "").strip().lower()
    return request.clone(
        remote=senders[-1] if senders else request.remote or "",
        scheme=scheme if scheme in ("http", "https") else request.scheme,
    )


def is_local(address: str) -> bool:
    """Whether a request comes from this machine."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _unported(name: str) -> str:
    """An address without the port and brackets that some proxies write: `203.0.113.5:4711`, `[2001:db8::1]:443`."""
    found = _PORTED.fullmatch(name)
    return found["six"] or found["four"] or "" if found else name


def _within(address: str, proxies: Networks) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in proxies)
