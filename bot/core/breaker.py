"""Is it them or us? When host after host can't be reached and none can, our own network is down. Pure."""

from __future__ import annotations

from typing import NamedTuple

OUR_FAULT_FROM = 4
"""Different hosts that must fail in a row before it is taken for our own outage."""

UNREACHED = frozenset(("dns", "refused", "timeout"))
"""Kinds of `FetchError` that say nothing came back."""


class Line(NamedTuple):
    """The state of our line: the hosts that failed since one last answered, and since when it counts as down (ms)."""

    failed: frozenset[str] = frozenset()
    down_since: int = 0

    @property
    def down(self) -> bool:
        """Whether no poll's failure is to be held against its feed."""
        return self.down_since > 0


def observe(line: Line, host: str, reached: bool, now: int) -> Line:
    """The state after one poll of `host`; any answer, even a refusal, shows that the line is up."""
    if reached:
        return line if not line.failed else Line()
    failed = line.failed | {host} if len(line.failed) < OUR_FAULT_FROM else line.failed
    return Line(failed, line.down_since or (now if len(failed) >= OUR_FAULT_FROM else 0))
