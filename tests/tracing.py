"""Coverage measures what is near a test; what is proved by many lives and long runs is not traced line by line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from coverage import Coverage

_INHERITED = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")


@pytest.fixture
def untraced() -> Iterator[None]:
    """Neither the test nor the processes that it starts are traced: that takes twice the time, and more.

    For tests whose lines are covered by others too: scenarios, kills, long runs. The floors are held by the rest alone.
    """
    with resting():
        yield


@contextmanager
def resting() -> Iterator[None]:
    """Coverage measures nothing within."""
    kept = {name: os.environ.pop(name) for name in _INHERITED if name in os.environ}
    measuring = Coverage.current()
    if measuring is not None:
        measuring.stop()
    yield
    if measuring is not None:
        measuring.start()
    os.environ.update(kept)
