"""A queue of leased feeds: a line per host, hosts in turn, the longest overdue first.

Times (`now`) are ms on a clock that never jumps; waits of `Manners` are seconds.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterator
from typing import Protocol

from bot.core.urls import host_of
from bot.ports import Feed

_AT_ONCE = 2
"""Polls of one host at once: a poll that hangs must not hold up the host's other feeds for a whole deadline."""

_BOOKED_MAX = 1024


class Manners(Protocol):
    """Rate limits per host (`bot.sources.http.Fetcher` implements them)."""

    def ready_in(self, host: str) -> float:
        """Seconds until a request to `host` could start."""

    def spacing_s(self, host: str) -> float:
        """The shortest time between two requests to `host`, in seconds; 0 for a host of our own."""


class HostQueue:
    """Leased feeds that wait for their host. `patience_ms` is how long one may wait here."""

    def __init__(self, manners: Manners, patience_ms: int) -> None:
        self._manners = manners
        self._patience_ms = patience_ms
        self._lines: dict[str, deque[Feed]] = {}
        self._heap: list[tuple[int, int, str]] = []
        self._ranked: set[str] = set()
        self._busy: Counter[str] = Counter()
        self._booked: dict[str, int] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def admit(self, feed: Feed, now: int) -> int | None:
        """Put a feed in line (None); or, if its turn is too far off, in how many ms it should come back.

        Feeds that are sent away get successive times, at the pace of their host.
        """
        host = host_of(feed.url)
        every = int(max(self._manners.spacing_s(host) * 1000, _every_ms(feed)))
        wait = int(self._manners.ready_in(host) * 1000) + every * (len(self._lines.get(host, ())) + self._busy[host])
        if wait <= self._patience_ms:
            self._lines.setdefault(host, deque()).append(feed)
            self._size += 1
            self._rank(host, now, self._manners.ready_in(host))
            return None
        if len(self._booked) >= _BOOKED_MAX:
            self._booked = {name: at for name, at in self._booked.items() if at > now}
        slot = max(self._booked.get(host, 0), now + wait)
        self._booked[host] = slot + every
        return slot - now

    def take(self, now: int) -> Feed | None:
        """The next feed whose host is ready; None if there is none now. `done` must follow."""
        if not self._heap or self._heap[0][0] > now:
            return None
        host = heapq.heappop(self._heap)[2]
        self._ranked.discard(host)
        line = self._lines[host]
        feed = line.popleft()
        self._size -= 1
        self._busy[host] += 1
        if line:
            self._rank(host, now, self._manners.spacing_s(host))
        else:
            del self._lines[host]
        return feed

    def done(self, feed: Feed, now: int) -> None:
        """The poll of `feed` has ended."""
        host = host_of(feed.url)
        self._busy[host] -= 1
        if self._busy[host] <= 0:
            del self._busy[host]
        if host in self._lines:
            self._rank(host, now, self._manners.ready_in(host))

    def next_ready(self) -> int | None:
        """When the next host is ready, in ms; None when nothing waits."""
        return self._heap[0][0] if self._heap else None

    def drain(self) -> Iterator[Feed]:
        """Empty the lines. Feeds that are being polled are not in them."""
        lines, self._lines, self._heap, self._size = self._lines, {}, [], 0
        self._ranked.clear()
        for line in lines.values():
            yield from line

    def _rank(self, host: str, now: int, wait_s: float) -> None:
        """Put a host into the order of hosts, once, if it may be asked for one more feed."""
        own = not self._manners.spacing_s(host)
        if host not in self._ranked and (own or self._busy[host] < _AT_ONCE):
            self._ranked.add(host)
            heapq.heappush(self._heap, (now + int(wait_s * 1000), self._lines[host][0].next_poll, host))


def _every_ms(feed: Feed) -> int:
    every = feed.options.get("every_ms")
    return every if isinstance(every, int) else 0
