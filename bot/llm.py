"""Summaries by a language model, over any endpoint that speaks OpenAI's chat completions. Off unless it is configured.

It never holds anything up: there is a deadline, a limit of requests at a time, a daily budget of tokens (kept in the
store), and a rest after failures. Whatever goes wrong, the answer is "" and the extractive summary stays.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.core.alerts.cited import MOST_SENTENCES, Veto, asked, taken
from bot.core.units import Clock
from bot.ports import Sums

log = logging.getLogger(__name__)
_LIMIT = 64 << 10  # bytes of an answer
_ANSWER = 400  # tokens
_FAILED, _REST_MS = 3, 600_000
"""After so many failures in a row it rests for so long."""
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
_FAILURES = (aiohttp.ClientError, OSError, TimeoutError, *_UNREADABLE)


@dataclass(frozen=True, slots=True)
class LlmOptions:
    """`url` ends before `/chat/completions`; `budget` in tokens a day (UTC)."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    proxy: str | None = field(default=None, repr=False)
    timeout_s: float = 8.0
    at_once: int = 2
    budget: int = 200_000


class Summariser:
    """Asks a language model for summaries; `clock` gives ms."""

    def __init__(self, options: LlmOptions, memory: Sums, clock: Clock) -> None:
        self._options = options
        self._memory = memory
        self._clock = clock
        self._turn = asyncio.Semaphore(options.at_once)
        self._failed = 0
        self._rests_until = 0
        self._session: aiohttp.ClientSession | None = None

    @property
    def model(self) -> str:
        """The model whose words the summaries are."""
        return self._options.model

    @property
    def at_once(self) -> int:
        """How many requests it takes at a time."""
        return self._options.at_once

    async def summary(self, sentences: Sequence[str]) -> str:
        """A summary of sentences about one event in one language, or ""."""
        told = list(sentences)[:MOST_SENTENCES]
        if not told or self._clock() < self._rests_until:
            return ""
        async with self._turn:
            messages, day = asked(told), self._day()
            most = _most_tokens(messages)
            if not await self._reserve(day, most):
                return ""
            try:
                async with asyncio.timeout(self._options.timeout_s):
                    said, tokens = await self._ask(messages)
            except _FAILURES as error:
                await self._memory.add(day, -most)
                self._count_failure(error)
                return ""
            await self._memory.add(day, min(max(0, tokens), self._options.budget) - most)
        self._failed = 0
        try:
            return taken(said, told)
        except Veto as veto:
            log.info("a summary by %s was not taken: %s", self.model, veto)
            return ""

    async def close(self) -> None:
        """End the connection; idempotent."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, messages: Sequence[Mapping[str, str]]) -> tuple[str, int]:
        options = self._options
        if self._session is None:
            self._session = aiohttp.ClientSession(proxy=options.proxy)
        body = {"model": options.model, "messages": messages, "temperature": 0, "max_tokens": _ANSWER}
        headers = {"Authorization": f"Bearer {options.key}"} if options.key else {}
        url = f"{options.url.rstrip('/')}/chat/completions"
        async with self._session.post(url, json=body, headers=headers, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            data: Any = json.loads(await _body(answer))
        return str(data["choices"][0]["message"]["content"]), int((data.get("usage") or {}).get("total_tokens") or 1000)

    def _count_failure(self, error: BaseException) -> None:
        self._failed += 1
        extra = {"model": self.model, "failures": self._failed}
        log.warning("no summary from %s: %s", self.model, str(error)[:200] or type(error).__name__, extra=extra)
        if self._failed >= _FAILED:
            self._rests_until = self._clock() + _REST_MS
            self._failed = 0

    def _day(self) -> str:
        return f"llm:{datetime.fromtimestamp(self._clock() / 1000, UTC):%Y-%m-%d}"

    async def _reserve(self, day: str, tokens: int) -> bool:
        """Take so many tokens from a day's budget before they are spent, so that concurrent requests, also of other
        programs, do not exceed it together. False, and none are taken, when too few are left.
        """
        await self._memory.add(day, tokens)
        if int(await self._memory.recall(day) or 0) <= self._options.budget:
            return True
        await self._memory.add(day, -tokens)
        return False


def _most_tokens(messages: Sequence[Mapping[str, str]]) -> int:
    """About the most tokens that a request and its answer cost: one for some four letters, or one Chinese character."""
    return sum(len(message["content"].encode()) for message in messages) // 3 + _ANSWER


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body, in as many pieces as it comes. Raises `ValueError` for one over the limit."""
    body = bytearray()
    async for part in answer.content.iter_any():
        body += part
        if len(body) > _LIMIT:
            raise ValueError(f"an answer over {_LIMIT:,} bytes")
    return bytes(body)
