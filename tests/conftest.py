"""What holds for every test: quick callbacks, no model, set-up that is made once, and no deadline for examples."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.guard import _quick_callbacks, _watch
from tests.ready import _alphabet_once, _canonical_once, _compiled_once, _read_once, _schema_once, _trusted_once, steps
from tests.sharing import shared_out
from tests.tracing import pytest_collection, pytest_runtest_protocol, pytest_runtestloop, untraced

__all__ = [
    "_alphabet_once",
    "_canonical_once",
    "_compiled_once",
    "_quick_callbacks",
    "_read_once",
    "_schema_once",
    "_trusted_once",
    "_watch",
    "pytest_collection",
    "pytest_runtest_protocol",
    "pytest_runtestloop",
    "steps",
    "untraced",
]

settings.register_profile("anywhere", deadline=None)  # how long an example takes says more of the machine than of it
settings.load_profile("anywhere")
os.environ.setdefault("TOCSIN_STORIES_VECTORS", "off")  # reading the model takes a second: its own tests ask for it

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell ignores both for what runs in its background
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _as_loud_as_before() -> Iterator[None]:
    """A command that runs within the process (the demo) sets how much is logged: what comes after logs as ever."""
    root = logging.getLogger()
    level = root.level
    yield
    root.setLevel(level)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: some test always waits for a server, a lease or another process."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow ones come first, shared out among the workers, each of which begins with its part of the list."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    items[:] = shared_out(items, lambda item: item.get_closest_marker("slow") is not None, workers)
