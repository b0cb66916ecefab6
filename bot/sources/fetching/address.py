"""SSRF protection: which addresses may be connected to. The check runs on the address of the socket itself, so that no
spelling of a URL, redirect or second DNS answer can bypass it.

Ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and later entries).
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bot.core.errors import ConfigError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
AddrInfo = tuple[Any, Any, int, str, tuple[Any, ...]]

MARK = "is closed to feeds"
"""In the text of every refusal, so that it is found when several connects of one host fail together."""

_WEB_PORTS = frozenset((80, 443))

_V4_CLOSED = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_V6_GLOBAL = ipaddress.IPv6Network("2000::/3")
_V6_CLOSED = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
# Ports of services other than the web, refused even in networks that the operator opened: all below 1024, and above it
# those of stores and brokers whose protocols take commands from anyone who can write lines to them.
_DATABASES = (1433, 1521, 3306, 5432, 5984, 6379, 7000, 7001, 8086, 9042, 9200, 9300, 11211, 27017)
_BROKERS = (2181, 4369, 5672, 9092, 15672)
_CONTROL = (2049, 2375, 2376, 3389, 5900, 6000, 6443, 6667, 8500, 10250)
_NOT_WEB = frozenset((*_DATABASES, *_BROKERS, *_CONTROL))


class BlockedAddress(PermissionError):
    """Our own rule refused the connect. It is an `OSError`, so that the next address of the host is tried."""

    def __init__(self, message: str) -> None:
        super().__init__(errno.EACCES, message)


class AddressGate:
    """The rule: public unicast addresses on ports 80 and 443, and what else the operator allows.

    `allow_private` are networks ("10.1.0.0/16", "::1"), in which any port from 1024 up is allowed except those of
    services known not to be the web. `allow_ports` are allowed everywhere. Raises `ConfigError` for a bad value.
    """

    def __init__(self, allow_private: Iterable[str] = (), allow_ports: Iterable[str] = ()) -> None:
        self._allowed = tuple(_network(text) for text in allow_private)
        self._ports = _WEB_PORTS | {_port(text) for text in allow_ports}
        self._verdict = lru_cache(maxsize=4096)(self._judge)
        self._own = lru_cache(maxsize=4096)(self._is_own)

    def why_not(self, host: str, port: int) -> str:
        """One clause that says why `host` (an address) and `port` may not be connected to; "" when they may."""
        return self._verdict(host, port)

    def why_not_by_proxy(self, host: str, port: int) -> str:
        """As `why_not`, for a request through a proxy. The proxy looks names up itself, so only the port counts."""
        host = host.rstrip(".")
        try:
            ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return "" if port in self._ports else _closed_port(port)
        return self.why_not(host, port)

    def is_own(self, host: str) -> bool:
        """Whether `host` is an address in a network that the operator allowed (or `localhost`, if loopback is)."""
        return bool(self._allowed) and self._own(host)

    def socket(self, info: AddrInfo) -> socket.socket:
        """The `socket_factory` of the connector. Raises `BlockedAddress`."""
        family, kind, proto, _, where = info
        if reason := self.why_not(str(where[0]), int(where[1])):
            raise BlockedAddress(reason)
        return socket.socket(family=family, type=kind, proto=proto)

    def _is_own(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        except ValueError:
            return False
        return _within(address, self._allowed)

    def _judge(self, host: str, port: int) -> str:
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return f"{host[:60]} {MARK} (not an address)"
        reached = _reached(address)
        opened = [one for one in reached if _within(one, self._allowed)]
        for one in reached:
            if one not in opened and not _is_public(one):
                return f"{one} {MARK} (not a public address); if you mean it, add its network to fetch.allow_private"
        if port in self._ports or (opened and port >= 1024 and port not in _NOT_WEB):
            return ""
        return _closed_port(port)


def _closed_port(port: int) -> str:
    return f"port {port} {MARK} (not a web port); if you mean it, add it to fetch.allow_ports"


def _reached(address: Address) -> tuple[Address, ...]:
    """The addresses that packets to `address` may reach: itself, or the IPv4 addresses in a tunnel address."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    low = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.ipv4_mapped or address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return (low,)
    if address.sixtofour:
        return (address.sixtofour,)
    if address in _TEREDO:
        return address.teredo or (address,)
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return (address, low)
    return (address,)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in _V4_CLOSED)
    return address in _V6_GLOBAL and not any(address in net for net in _V6_CLOSED)


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == net.version and address in net for net in networks)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise ConfigError(f'fetch.allow_private: {text!r} is not a network, such as "10.1.0.0/16"') from None


def _port(text: str) -> int:
    if text.strip().isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise ConfigError(f"fetch.allow_ports: {text!r} is not a port from 1 to 65535")
