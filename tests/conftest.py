"""No callback may hold the event loop for more than 100 ms of CPU time (not wall time: machines are noisy).

The collector's pauses are not counted: they grow with what other tests of the process have left behind.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bot.cli import parts
from bot.topicfiles import stamp

settings.register_profile("anywhere", deadline=None)  # how long an example takes says more of the machine than of it
settings.load_profile("anywhere")
LONGEST_S = 0.1 if sys.gettrace() is None else 0.25
"""Coverage's tracing more than doubles what Python code takes."""
os.environ.setdefault("TOCSIN_STORIES_VECTORS", "off")  # reading the model takes a second: its own tests ask for it


class Watch:
    """What held the loop, and the time that the collector took meanwhile (CPU seconds of this thread)."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self._collecting = 0.0
        self._began = 0.0

    def collected(self, phase: str, _: dict[str, int]) -> None:
        """For `gc.callbacks`."""
        if phase == "start":
            self._began = time.thread_time()
        else:
            self._collecting += time.thread_time() - self._began

    def timed(self, run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
        """`Handle._run`, measured."""

        def timed(handle: asyncio.Handle) -> None:
            began, collecting = time.thread_time(), self._collecting
            run(handle)
            spent = time.thread_time() - began - (self._collecting - collecting)
            if spent > LONGEST_S:
                self.held.append(f"{_name(handle)} held the loop for {spent * 1000:.0f} ms")

        return timed


def _name(handle: asyncio.Handle) -> str:
    owner = getattr(handle._callback, "__self__", None)
    return repr(owner.get_coro()) if isinstance(owner, asyncio.Task) else repr(handle)


@pytest.fixture(autouse=True, scope="session")
def _watch() -> Iterator[Watch]:
    watch = Watch()
    patch = pytest.MonkeyPatch()
    patch.setattr(asyncio.Handle, "_run", watch.timed(asyncio.Handle._run))
    gc.callbacks.append(watch.collected)
    yield watch
    gc.callbacks.remove(watch.collected)
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _read_once() -> Iterator[None]:
    """Commands that run within the tests' process read and check the same files once, not each time anew."""
    patch = pytest.MonkeyPatch()
    for name in ("read_topic_files", "read_entities", "read_lexicon", "load_words"):
        patch.setattr(parts, name, _kept(getattr(parts, name)))
    yield
    patch.undo()


def _kept(read: Callable[..., Any]) -> Callable[..., Any]:
    """`read`, which gives frozen values, asked again only where a file has changed."""

    @lru_cache(maxsize=8)
    def at(paths: tuple[Path, ...], _: object) -> Any:
        return read(*paths)

    return lambda *paths: at(paths, stamp(paths[0], *paths))


@pytest.fixture(autouse=True)
def _quick_callbacks(request: pytest.FixtureRequest, _watch: Watch) -> Iterator[None]:
    """Fails the test whose callbacks held the loop; `holds_loop` excuses one that does heavy work of its own there."""
    _watch.held.clear()
    yield
    if _watch.held and request.node.get_closest_marker("holds_loop") is None:
        pytest.fail("; ".join(_watch.held))
