"""An event loop whose clock runs as fast as the work allows: months of schedule in seconds, to the millisecond.

Time jumps to the next timer when nothing else can happen. Work in other threads takes no time: while somebody waits
for the store, the clock stands.
"""

from __future__ import annotations

import asyncio
import inspect
import selectors
from collections.abc import Callable, Coroutine
from contextlib import closing
from typing import Any, TypeVar, cast

T = TypeVar("T")
_STUCK_S = 300.0  # of a machine that is busy with other things


class _Selector(selectors.DefaultSelector):
    """Does not wait for timers."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        events = super().select(0)
        if events or timeout == 0:
            return events
        if self.loop.waiting or timeout is None:
            events = super().select(_STUCK_S)
            assert events, "nothing happens any more"
            return events
        self.loop.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """`now` is its clock, in seconds. `waiting` counts calls that other threads must answer first."""

    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self.now = 0.0
        self.waiting = 0
        super().__init__(selector)

    def time(self) -> float:
        return self.now

    def watched(self, thing: T) -> T:
        """`thing`, with the clock standing still during its calls."""
        return cast("T", _Watched(self, thing))


class _Watched:
    def __init__(self, loop: VirtualLoop, thing: Any) -> None:
        self._loop = loop
        self._thing = thing

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def call(*args: Any, **named: Any) -> Any:
            self._loop.waiting += 1
            try:
                return await found(*args, **named)
            finally:
                self._loop.waiting -= 1

        return call


class Clock:
    """Wall-clock ms over a virtual loop; `offset_ms` is what somebody set it off by."""

    def __init__(self, loop: VirtualLoop, start_ms: int) -> None:
        self._loop = loop
        self._start_ms = start_ms
        self.offset_ms = 0

    def __call__(self) -> int:
        return self._start_ms + self.offset_ms + round(self._loop.now * 1000)

    @property
    def true_ms(self) -> int:
        """The time that nobody set."""
        return self() - self.offset_ms


def played(work: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run `work` on a virtual loop of its own."""
    with closing(VirtualLoop()) as loop:
        return loop.run_until_complete(work(loop))
