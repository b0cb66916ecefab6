"""Batches concurrent requests: one transaction and shared statements for all that are waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.core.errors import StoreError

A = TypeVar("A")
R = TypeVar("R")
_MOST = 64


class Apart(Exception):
    """Raised by `work`: the requests of this batch must be done one by one."""


class Together(Generic[A, R]):
    """`work` answers several requests, in their order, in one transaction; those that arrive meanwhile come next.

    A single request does not wait. If `work` raises, each request is tried alone, unless the store can't be used.
    """

    def __init__(self, work: Callable[[Sequence[A]], Awaitable[Sequence[R]]]) -> None:
        self._work = work
        self._waiting: list[tuple[A, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, one: A) -> R:
        """The answer to one request. Raises what `work` raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        self._waiting.append((one, future))
        if self._task is None or self._task.done() or self._task.get_loop() is not loop:
            self._task = loop.create_task(self._serve())
        return await future

    async def _serve(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            await self._answer([(one, future) for one, future in some if not future.done()])

    async def _answer(self, some: Sequence[tuple[A, asyncio.Future[R]]]) -> None:
        if not some:
            return
        (found,) = await asyncio.gather(self._work([one for one, _ in some]), return_exceptions=True)
        if isinstance(found, BaseException):
            await self._fail(some, found)
            return
        for (_, future), answer in zip(some, found, strict=True):
            if not future.done():
                future.set_result(answer)

    async def _fail(self, some: Sequence[tuple[A, asyncio.Future[R]]], error: BaseException) -> None:
        if len(some) > 1 and not isinstance(error, StoreError):
            for one in some:
                await self._answer([one])
            return
        for _, future in some:
            if not future.done():
                future.set_exception(error)
