"""No callback may hold the event loop for more than 100 ms of CPU time (not wall time: machines are noisy).

The collector's pauses are not counted: they grow with what other tests of the process have left behind. Nor is the
machine's own slowness: what took too long is judged by how long a fixed piece of work takes at that moment. Nor is
what the tests' own servers do meanwhile (`aside`).
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

LONGEST_S = 0.1
TRACED_S = 0.25
"""Coverage's tracing more than doubles what Python code takes."""
TESTS_OWN = 2.0
"""How many times as long a test itself may take at a stretch, which sets up what it looks at: the program may not."""
USUAL_S = 0.0015
"""What `_work` takes on a machine with nothing else to do (`python -m tests.guard` prints it)."""
SLOWEST = 4.0
"""Nothing is excused beyond this: a callback that holds the loop for a second is at fault on any machine."""
_SAMPLE = {"rows": [{f"k{n}": "v" * n, "n": n * 1.5} for n in range(60)]}


def _work() -> None:
    """Nearly all of it runs in C, so that tracing hardly changes it."""
    for _ in range(20):
        sorted(json.loads(json.dumps(_SAMPLE))["rows"], key=len)


def slowness() -> float:
    """How many times as long as usual this machine needs just now, by CPU time: 1 to `SLOWEST`."""
    return min(SLOWEST, max(1.0, statistics.median(_took() for _ in range(7)) / USUAL_S))


def _took() -> float:
    began = time.thread_time()
    _work()
    return time.thread_time() - began


_aside = [0.0]
"""CPU seconds that were spent aside so far."""


@contextmanager
def aside() -> Iterator[None]:
    """What a test's own apparatus does within the loop is no work of the program."""
    began = time.thread_time()
    yield
    _aside[0] += time.thread_time() - began


class Watch:
    """What held the loop, and the time that the collector took meanwhile (CPU seconds of this thread)."""

    def __init__(self, clock: Callable[[], float] = time.thread_time, slowness: Callable[[], float] = slowness) -> None:
        self.held: list[str] = []
        self._clock = clock
        self._slowness = slowness
        self._collecting = 0.0
        self._began = 0.0

    def collected(self, phase: str, _: dict[str, int]) -> None:
        """For `gc.callbacks`."""
        if phase == "start":
            self._began = self._clock()
        else:
            self._collecting += self._clock() - self._began

    def timed(self, run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
        """`Handle._run`, measured."""

        def timed(handle: asyncio.Handle) -> None:
            began, apart = self._clock(), self._apart()
            run(handle)
            self._judge(handle, self._clock() - began - (self._apart() - apart))

        return timed

    def _apart(self) -> float:
        return self._collecting + _aside[0]

    def _judge(self, handle: asyncio.Handle, spent: float) -> None:
        if spent <= LONGEST_S:  # hundreds of thousands in a test of virtual days: whose it is does not matter
            return
        longest = (LONGEST_S if sys.gettrace() is None else TRACED_S) * (TESTS_OWN if _is_test(handle) else 1.0)
        if spent > longest and spent > longest * (slow := self._slowness()):
            self.held.append(f"{_name(handle)} held the loop for {spent * 1000:.0f} ms (the machine: {slow:.1f} x)")


def _owner(handle: asyncio.Handle) -> object:
    """What it calls: for a step of a task, the task."""
    return getattr(getattr(handle, "_callback", None), "__self__", None)


def _name(handle: asyncio.Handle) -> str:
    owner = _owner(handle)
    return repr(owner.get_coro()) if isinstance(owner, asyncio.Task) else repr(handle)


def _is_test(handle: asyncio.Handle) -> bool:
    owner = _owner(handle)
    return isinstance(owner, asyncio.Task) and getattr(owner.get_coro(), "__name__", "").startswith("test_")


@pytest.fixture(autouse=True, scope="session")
def _watch() -> Iterator[Watch]:
    watch = Watch()
    patch = pytest.MonkeyPatch()
    patch.setattr(asyncio.Handle, "_run", watch.timed(asyncio.Handle._run))
    gc.callbacks.append(watch.collected)
    yield watch
    gc.callbacks.remove(watch.collected)
    patch.undo()


@pytest.fixture(autouse=True)
def _quick_callbacks(request: pytest.FixtureRequest, _watch: Watch) -> Iterator[None]:
    """Fails the test whose callbacks held the loop; `holds_loop` excuses one that does heavy work of its own there."""
    _watch.held.clear()
    yield
    if _watch.held and request.node.get_closest_marker("holds_loop") is None:
        pytest.fail("; ".join(_watch.held))


if __name__ == "__main__":
    print(f"{min(_took() for _ in range(2000)) * 1000:.2f} ms")
