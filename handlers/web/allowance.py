"""Rate limit for one sender: many requests in a burst, a few a second in the long run."""

from __future__ import annotations

from collections.abc import Callable

from bot.core.latest import Latest
from handlers.web.backoff import customer

BURST, EVERY_S = 120, 0.5
CLIENTS = 5000


class Allowance:
    """A token bucket for each sender, told apart as by `Backoff`. `clock` in seconds, never set back.

    At most 5,000 senders are remembered, the latest; a forgotten one starts with a full bucket.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._full_at: Latest[str, float] = Latest(CLIENTS)

    def wait_s(self, client: str) -> float:
        """0.0 for a request that may go on and is counted; else how long its sender is to wait."""
        key, now = customer(client), self._clock()
        full_at = max(self._full_at.get(key, now), now)
        wait = max(0.0, full_at - now - EVERY_S * (BURST - 1))
        self._full_at[key] = full_at if wait else full_at + EVERY_S
        return wait
