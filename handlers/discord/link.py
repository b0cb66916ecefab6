"""Keeps the gateway connected: one client after another, with backoff."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from typing import NamedTuple

import discord
import yarl

from bot import proxies
from handlers.discord.client import Client, Wires
from handlers.discord.rest import FAILURES, Rest
from handlers.discord.ways import REFUSED

log = logging.getLogger(__name__)

_FATAL_CODES = {
    4004: REFUSED,
    4010: "Discord does not know this shard; set discord.shards to 0 and restart every program that hears",
    4011: "Discord wants more shards; set discord.shards to 0 and restart every program that hears",
    4013: "Discord does not know these intents",
    4014: "Discord denies these intents",
}
_MOST_S, _AGAIN_S = 300.0, 0.2
_REFUSED_S, _LONG_S = 60.0, 900.0
"""The first and the longest wait after what only a person can mend, as a rule: some hundred sessions a day of Discord's
1,000."""
_SAID = 200  # characters of what a session died of


class Part(NamedTuple):
    """What a connection hears: `ids` of the bot's `shards`. 0 shards: as many as Discord recommends; None: all ids."""

    shards: int = 0
    ids: list[int] | None = None


class Link:
    """Keeps the gateway connected. `problem` is "" while connected; else one sentence."""

    def __init__(
        self,
        token: str,
        rest: Rest,
        wires: Wires,
        retry_s: float,
        part: Part,
    ) -> None:
        self._token = token
        self._part = part
        self._rest = rest
        self._wires = replace(wires, state=self._state)
        self._retry_s = retry_s
        self._running: asyncio.Task[None] | None = None
        self._rest_s = _REFUSED_S
        self.problem = "not connected yet"

    def start(self) -> None:
        """Connect in the background, and stay connected."""
        self._running = asyncio.create_task(self._stay(), name="discord-gateway")

    async def stop(self) -> None:
        """Disconnect; idempotent."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
            self._running = None
        self.problem = "stopped"

    def _state(self, problem: str) -> None:
        self.problem = problem
        if not problem:
            self._rest_s = _REFUSED_S

    async def _stay(self) -> None:
        failures = 0
        while True:
            if (hold := self._wires.guard.hold_s()) > 0:
                await asyncio.sleep(hold)
                continue
            before = self._wires.clock()
            wait = await self._one()
            failures = 0 if self._wires.clock() - before > _MOST_S else failures + 1
            backoff = min(self._retry_s * 2 ** min(failures, 10), _MOST_S)
            await asyncio.sleep(max(wait, backoff * random.uniform(0.5, 1.0)))

    async def _one(self) -> float:
        """One session in a task of its own, so that a payload that breaks the library ends that session only."""
        session = asyncio.create_task(self._session(), name="discord-session")
        try:
            await asyncio.wait([session])
        finally:
            while not session.done():  # asyncio.wait_for swallows a cancel that comes as it ends (bpo-37658)
                session.cancel()
                await asyncio.wait([session], timeout=_AGAIN_S)
        died = asyncio.CancelledError() if session.cancelled() else session.exception()
        return self._after(died) if died else session.result()

    async def _session(self) -> float:
        """One life of a client; the least seconds to wait before the next."""
        async with Client(self._wires) as client:
            if not self._rest.me:
                await self._rest.login()
            await client.login(self._token)
            shards, url, limits = await client.http.get_bot_gateway()
            if wait := self._sessions_left(limits["remaining"], limits["reset_after"], limits["total"]):
                return wait
            client.hear(yarl.URL(url), self._part.shards or shards, self._part.ids, limits["max_concurrency"])
            await client.connect()
        return 0.0

    def _sessions_left(self, remaining: int, reset_after_ms: int, total: int) -> float:
        if remaining > 0:
            return 0.0
        wait = reset_after_ms / 1000
        self.problem = f"all of today's {total} gateway sessions are used; the next in {wait:.0f} s"
        log.error("%s", self.problem, extra={"shards": self._part.ids, "sessions": total})
        return wait

    def _after(self, error: BaseException) -> float:
        """The least wait after a session, by what ended it."""
        code = _code(error)
        said = _said(error)
        self.problem = _FATAL_CODES.get(code, f"no gateway connection: {said}")
        expected = isinstance(error, FAILURES)
        extra = {"shards": self._part.ids, "code": code}
        goes_on = "" if code == 4004 else "; alerts go on"  # they need the token too
        log.error("%s%s", self.problem, goes_on, extra=extra, exc_info=None if expected else error)
        if code not in _FATAL_CODES:
            return 0.0
        rest, self._rest_s = self._rest_s, min(self._rest_s * 2, _LONG_S)
        return rest


def _said(error: BaseException) -> str:
    """The public text of a failure; the original may name a proxy with its password."""
    return " ".join((proxies.trouble(error) or str(error)).split())[:_SAID] or type(error).__name__


def _code(error: BaseException) -> int:
    if isinstance(error, discord.LoginFailure):
        return 4004
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return 4014
    return error.code if isinstance(error, discord.ConnectionClosed) else 0
