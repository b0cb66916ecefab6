"""Global send limits learnt from Discord's answers: rate limits, bans, a revoked token.

An address that makes 10,000 invalid requests (401, 403, 429 but for shared limits) in ten minutes is banned
(Discord, "Rate limits"); sends stop long before. Programs that share a store count them together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping

from handlers.discord.shared import Refusals
from handlers.discord.ways import REFUSED

INVALID_LIMIT = 5000
INVALID_WINDOW_S = 600.0
BAN_S = 900.0
REFUSED_S, LONGEST_REFUSED_S = 60.0, 900.0
"""The first and the longest rest while the token is refused; each is twice as long. A valid one may be refused too."""
LEAST_HOLD_S = 60.0
_INVALID = (401, 403, 429)


class Guard:
    """Sees every answer, and says how long all sends must wait. `clock` gives monotonic seconds; `refusals` are shared
    by all programs.
    """

    def __init__(
        self, clock: Callable[[], float], limit: int = INVALID_LIMIT, refusals: Refusals | None = None
    ) -> None:
        self._clock = clock
        self._limit = limit
        self._refusals = refusals
        self._invalid: deque[float] = deque()
        self._until = 0.0
        self._rest_s = REFUSED_S
        self.reason = ""

    def seen(self, status: int, headers: Mapping[str, str], *, ours: bool = True) -> None:
        """Take one answer into account. `ours`: the request had the bot's token, not an interaction's."""
        now = self._clock()
        if invalid(status, headers):
            self._invalid.append(now)
        if status == 429:
            self._limited(now, headers)
        elif ours:
            self._judged(now, status)

    def _judged(self, now: float, status: int) -> None:
        """Learn about the token from an answer: 401 refuses it, a success accepts it."""
        if status < 300:
            self._rest_s = REFUSED_S
            if self.reason == REFUSED:
                self._until = now
        elif status == 401 and self._until <= now:  # others that were on their way are the same refusal
            self._hold(now + self._rest_s, REFUSED)
            self._rest_s = min(self._rest_s * 2, LONGEST_REFUSED_S)

    async def counted(self) -> None:
        """Share a refused request with the other programs, and learn of theirs."""
        if self._refusals is not None:
            self._together(await self._refusals.add())

    async def look(self) -> None:
        """Learn of the others' refused requests, now and then."""
        if self._refusals is not None:
            self._together(await self._refusals.look())

    def _together(self, excess_s: float) -> None:
        if excess_s > 0:
            reason = "thousands of refused requests in ten minutes, over all programs of this bot"
            self._hold(self._clock() + max(excess_s, LEAST_HOLD_S), reason)

    def hold_s(self) -> float:
        """Seconds until anything may be sent; 0.0 for now."""
        now = self._clock()
        while self._invalid and self._invalid[0] <= now - INVALID_WINDOW_S:
            self._invalid.popleft()
        if len(self._invalid) >= self._limit:
            self._hold(self._invalid[0] + INVALID_WINDOW_S, f"{len(self._invalid)} refused requests in ten minutes")
        if self._until <= now:
            self.reason = ""
        return max(0.0, self._until - now)

    def _limited(self, now: float, headers: Mapping[str, str]) -> None:
        if "Via" not in headers:
            wait = max(_seconds(headers.get("Retry-After", "")), BAN_S)
            self._hold(now + wait, "the network in front of Discord has banned this address for a while (1015)")
        elif headers.get("X-RateLimit-Global", "").lower() == "true":
            self._hold(now + max(_seconds(headers.get("Retry-After", "")), 1.0), "Discord's global limit was reached")

    def _hold(self, until: float, reason: str) -> None:
        if until > self._until:
            self._until, self.reason = until, reason


def invalid(status: int, headers: Mapping[str, str]) -> bool:
    """Whether Discord counts an answer among the invalid requests."""
    return status in _INVALID and headers.get("X-RateLimit-Scope") != "shared"


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 86_400.0)
    except ValueError:
        return 0.0
