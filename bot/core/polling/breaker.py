"""Circuit breaker for our own network: when host after host is unreachable and none answers, the line is down. Pure."""

from __future__ import annotations

from typing import NamedTuple

OUR_FAULT_FROM = 4
"""How many different hosts must fail in a row before it counts as our own outage."""

UNREACHED = frozenset(("dns", "refused", "timeout"))
"""Kinds of `FetchError` that say nothing came back."""


class Line(NamedTuple):
    """The state of our line. Times are epoch ms, 0 for never.

    `failed`: the hosts that failed since a host last answered (at `answered`); `well`: the hosts that answered when
    last asked; `down_since`: when the failures began to look like our own outage.
    """

    failed: frozenset[str] = frozenset()
    well: frozenset[str] = frozenset()
    answered: int = 0
    down_since: int = 0

    @property
    def down(self) -> bool:
        """Whether failures of polls are not held against their feeds."""
        return self.down_since > 0

    def silent(self, now: int, quiet_ms: int) -> bool:
        """Whether the outage is sure enough to be told: no host has answered for `quiet_ms`, or ever."""
        return self.down and not (self.answered and 0 <= now - self.answered < quiet_ms)


def observe(line: Line, host: str, reached: bool, now: int) -> Line:
    """The state after one poll of `host`; any answer, even a refusal, shows that the line is up.

    Failures of hosts that were silent before prove nothing: of those that were well, `OUR_FAULT_FROM` must fail, or
    all. After an outage only hosts that answer count as well, so that one host among many dead ones ends it for good.
    """
    if reached:
        well = line.well - line.failed if not line.down else frozenset()
        return Line(well=well if host in well else well | {host}, answered=now)
    failed = line.failed | {host}
    enough = len(failed) >= OUR_FAULT_FROM and len(failed & line.well) >= min(OUR_FAULT_FROM, len(line.well))
    return line._replace(failed=failed, down_since=line.down_since or (now if enough else 0))
