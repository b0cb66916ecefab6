"""Throttles wrong tokens by address: waits grow with each failure and expire. Nobody else is held up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from bot.core.latest import Latest

FREE, FIRST_S, MOST_S, FORGOTTEN_S = 5, 2.0, 300.0, 3600.0
_CLIENTS = 1000


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    last: float = 0.0
    until: float = 0.0


class Backoff:
    """Counts by client address (IPv6: by its /64, which is one customer's). `clock` in seconds, never set back.

    The first five wrong tokens cost nothing; each further one doubles a wait that begins at 2 s, up to five minutes.
    An hour without one and all is forgotten. At most 1,000 clients are remembered, the latest.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: Latest[str, _Tries] = Latest(_CLIENTS)

    def wait_s(self, client: str) -> float:
        """How long this client is to wait before its next try; 0.0 for not at all."""
        found = self._known.get(customer(client))
        return max(0.0, found.until - self._clock()) if found else 0.0

    def wrong(self, client: str) -> None:
        """A wrong token."""
        key, now = customer(client), self._clock()
        found = self._known.get(key)
        if found is None or now - found.last > FORGOTTEN_S:
            found = _Tries()
        found.wrong += 1
        found.last = now
        if found.wrong >= FREE:
            found.until = now + min(MOST_S, FIRST_S * 2 ** min(found.wrong - FREE, 30))
        self._known[key] = found

    def right(self, client: str) -> None:
        """The token: what was wrong before is forgotten."""
        self._known.pop(customer(client), None)


def customer(client: str) -> str:
    """Whom an address stands for: itself, or all of its /64."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, 64), strict=False).network_address)
    return str(address)
