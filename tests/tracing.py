"""What is proved by many lives and long runs need not be traced line by line; which tests that are is marked here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@pytest.fixture
def untraced() -> None:
    """A scenario, a kill, a long run: its lines are covered by others too.

    Coverage measures it all the same: stopped and started again within a worker, it went on for some tests only.
    """


@contextmanager
def resting() -> Iterator[None]:
    """Set-up that is made once, whose lines are covered by others too."""
    yield
