"""Coverage measures tests and what they are near: neither pytest's own work nor what is proved by long runs.

Where a Python program is traced, it takes three times as long, line by line, whoever wrote the line.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from coverage import Coverage

_INHERITED = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
_told: dict[str, str] = {}
"""What a child is told while coverage measures."""
_rests = [False]


@pytest.fixture
def untraced() -> None:
    """Neither the test nor the processes that it starts are traced.

    For tests whose lines are covered by others too: scenarios, kills, long runs. The floors are held by the rest alone.
    """


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Each worker collects all tests: the program's own lines that run when it is imported are measured in one."""
    first = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0" and not session.config.getoption("numprocesses", None)
    if first and Coverage.current() is not None:
        for name in ("bot", "handlers"):
            for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
                importlib.import_module(module.name)
    with resting():
        try:
            return (yield)
        finally:
            forget()


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    """Between tests nothing is measured."""
    with resting():
        return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test is measured with its fixtures: threads that these start are, for as long as nothing rests."""
    measured = "untraced" not in getattr(item, "fixturenames", ())
    with _measured(measured):
        try:
            return (yield)
        finally:
            if not measured:
                forget()


def forget() -> None:
    """Empties the caches of `bot.core`: what was worked out while nothing was measured would hide its lines later."""
    for name, module in list(sys.modules.items()):
        if name.startswith("bot.core."):
            for kept in list(vars(module).values()):
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()


def resting() -> AbstractContextManager[None]:
    """Coverage measures nothing within."""
    return _measured(False)


@contextmanager
def _measured(on: bool) -> Iterator[None]:
    before = not _rests[0]
    _turn(on)
    try:
        yield
    finally:
        _turn(before)


def _turn(on: bool) -> None:
    """`Coverage.start` takes 9 ms, and its collector's 10 µs."""
    measuring = Coverage.current()
    if measuring is None or measuring._collector is None or on is not _rests[0]:
        return
    _rests[0] = not on
    if on:
        os.environ.update(_told)
        measuring._collector.start()
    else:
        _told.update({name: os.environ.pop(name) for name in _INHERITED if name in os.environ})
        measuring._collector.stop()
