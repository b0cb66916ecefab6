"""A store whose calls take any time, in virtual time: between any two steps of one program another does anything."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.core.errors import StoreError
from bot.ports import Store
from tests.faults.virtual import VirtualLoop

PAUSES = (0.0,) * 60 + (0.01, 0.2, 1.0, 5.0, 25.0, 70.0, 200.0)
"""Seconds that a step may take; the last two are longer than a lease."""
FAILING = 0.01
"""The share of calls that fail before they are made, and of those that fail after."""


class OneByOne:
    """A store whose calls are made one after the other, so that a world goes the same way each time."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._turn = asyncio.Lock()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)

        async def call(*args: Any, **named: Any) -> Any:
            async with self._turn:
                return await found(*args, **named)

        return call if inspect.iscoroutinefunction(found) else found


@dataclass
class Steps:
    """One program's hold on the store: until `busy_s` its calls take time, and they come to nothing once it is dead.

    Some fail: before anything was done, or when all was done and only the answer is lost, as with a server's.
    """

    loop: VirtualLoop
    thing: Any
    die: random.Random
    busy_s: float
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def busy(self) -> bool:
        """Whether there is trouble still."""
        return self.loop.now < self.busy_s

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.thing, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def call(*args: Any, **named: Any) -> Any:
            await self.step()
            answer = await found(*args, **named)
            await self.step()
            return answer

        return call

    async def step(self) -> None:
        """Some time passes, in which the program may die."""
        await asyncio.sleep(self.die.choice(PAUSES) if self.busy else 0.0)
        if self.dead.is_set():
            raise asyncio.CancelledError
        if self.busy and self.die.random() < FAILING:
            raise StoreError("the connection is gone", "connection")


async def lived(
    loop: VirtualLoop,
    store: Store,
    name: str,
    life: Callable[[Steps, asyncio.Event], Coroutine[Any, Any, None]],
    busy_s: float,
    end_s: float,
) -> None:
    """A program that is stopped or killed again and again, and begun anew at once; its last life goes on in peace.

    Who starts frees what was leased by the life before. `life` gets its hold on the store, and what tells it to stop.
    """
    die = random.Random(name)
    while loop.now < end_s:
        steps, stop = Steps(loop, store, die, busy_s), asyncio.Event()
        await store.evict(lambda owner: owner == name)
        living = asyncio.create_task(life(steps, stop))
        until_s = loop.now + die.choice((10.0, 60.0, 300.0))
        last = until_s >= busy_s
        with suppress(TimeoutError):
            await asyncio.wait_for(steps.dead.wait(), (end_s if last else until_s) - loop.now)
        if not last and die.random() < 0.5:
            steps.dead.set()
        if steps.dead.is_set():
            living.cancel()
        stop.set()
        with suppress(asyncio.CancelledError):
            await living
