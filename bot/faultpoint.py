"""Fault injection: named points at which a test kills the process. Without TOCSIN_FAULT they do nothing.

`TOCSIN_FAULT=begun:3:kill` ends the process, as `kill -9` does, when it reaches `begun` for the third time; commas
separate several faults. The points, in the order in which news passes them: `fetch`, `parsed`, `ingest`, `gathered`,
`commit`, `committed`, `stored`, `leased`, `begin`, `begun`, `sent`, `settled`, `released`.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from bot.core.errors import ConfigError

POINTS = (
    "fetch",  # a feed was leased; no request was made yet
    "parsed",  # its answer was read
    "ingest",  # the write transaction is open
    "gathered",  # everything is written in it
    "commit",  # any transaction, just before its commit
    "committed",  # and just after it
    "stored",  # the pipeline knows that its transaction was stored
    "leased",  # a channel was leased
    "begin",  # a delivery is about to be marked as being sent
    "begun",  # it was; nothing was sent yet
    "sent",  # the platform has answered; nothing was settled yet
    "settled",  # the answer was stored
    "released",  # the channel was given back
)


def _nothing(point: str) -> None:
    """Outside tests a point costs no more than this call."""


hit: Callable[[str], None] = _nothing
"""Called at each point, from the event loop or the store's writing thread."""


def arm(faults: str) -> None:
    """Arm `faults` ("" for none). Raises `ConfigError` for an unknown point."""
    global hit
    left = dict(_read(fault) for fault in faults.split(",")) if faults else {}

    def strike(point: str) -> None:
        if point not in left:
            return
        left[point] -= 1
        if left[point] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    hit = strike if left else _nothing


def _read(fault: str) -> tuple[str, int]:
    point, _, rest = fault.strip().partition(":")
    count, _, action = rest.partition(":")
    if point not in POINTS or not count.isdecimal() or action != "kill":
        raise ConfigError(f"TOCSIN_FAULT: {fault!r} is not point:count:kill with one of {', '.join(POINTS)}")
    return point, int(count)
