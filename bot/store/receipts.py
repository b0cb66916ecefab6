"""The effect of a receipt on its delivery and its lane: a pure function of row, receipt and time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.units import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from bot.ports import Ambiguous, Gone, Receipt, Rejected, Retry, Sent

LOOKS_MS = (2 * SECOND_MS, 15 * SECOND_MS, MINUTE_MS, 2 * MINUTE_MS, 4 * MINUTE_MS)
"""The wait before each look for a delivery in doubt. After the last one it stays `ambiguous` and the lane goes on."""
GONE_FAILURES, GONE_MS = 3, DAY_MS
"""A channel that refuses is paused after so many failures over so long; at first, an outage looks the same."""
_LONGEST_WAIT_MS = DAY_MS
_LONGEST_BACKOFF_MS = 5 * MINUTE_MS
_LONGEST_GONE_MS = 6 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Pending:
    """A delivery that is queued or in doubt (`sending`), with its channel's failures.

    `begun`: the receipt is of a send that this turn began; otherwise it is of a look for an earlier send.
    """

    state: str
    tries: int
    looks: int
    begun: bool
    failures: int = 0
    failing_since: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The next state of the row and of the lane, which rests until `wait_until` (ms; 0: it goes on). `paused`: why."""

    state: str
    looks: int = 0
    ref: str = ""
    reason: str = ""
    wait_until: int = 0
    failures: int = 0
    failing_since: int | None = None
    paused: str = ""


def step(row: Pending, receipt: Receipt, now: int) -> Step:
    """Sent and Rejected end a delivery, Retry and Gone queue it again, Ambiguous keeps it in doubt."""
    match receipt:
        case Sent(ref):
            return Step("sent", row.looks, ref)
        case Rejected(reason):
            return Step("dead", row.looks, reason=reason, failures=row.failures, failing_since=row.failing_since)
        case Retry(after_s, reason, _, doubt):
            return _retry(row, after_s, reason, now, doubt=doubt)
        case Ambiguous(reason, blind):
            return _doubt(row, reason, now, blind=blind)
        case Gone(reason, permanent, doubt):
            return _gone(row, reason, now, permanent=permanent, doubt=doubt)


def _retry(row: Pending, after_s: float, reason: str, now: int, *, doubt: bool) -> Step:
    """Wait as long as the platform asks for, but at least the back-off: ¼ s, ½ s … 5 min. A look put off leaves doubt.

    A wait that is no number, or is negative, as a receiver may send it, is ignored.
    """
    backoff = min(250 << min(max(row.tries - 1, 0), 16), _LONGEST_BACKOFF_MS)
    asked = min(after_s * 1000, _LONGEST_WAIT_MS)
    wait = max(int(asked), backoff) if asked > 0 else backoff
    return Step(_again(row, doubt=doubt), row.looks, "", reason, now + wait, row.failures, row.failing_since)


def _doubt(row: Pending, reason: str, now: int, *, blind: bool) -> Step:
    """Look for a send that may have arrived after 2 s, then less and less often; never send it again without a look."""
    looks = 0 if row.begun else row.looks + 1
    if blind or looks >= len(LOOKS_MS):
        return Step("ambiguous", looks, "", reason, 0, row.failures, row.failing_since)
    return Step("sending", looks, "", reason, now + LOOKS_MS[looks], row.failures, row.failing_since)


def _gone(row: Pending, reason: str, now: int, *, permanent: bool, doubt: bool) -> Step:
    failures = row.failures + 1
    since = now if row.failing_since is None else min(row.failing_since, now)
    if permanent or (failures >= GONE_FAILURES and now - since >= GONE_MS):
        return Step(_again(row, doubt=doubt), row.looks, "", reason, 0, failures, since, paused=reason or "gone")
    wait = min(10 * MINUTE_MS * 4 ** min(failures - 1, 6), _LONGEST_GONE_MS)
    return Step(_again(row, doubt=doubt), row.looks, "", reason, now + wait, failures, since)


def _again(row: Pending, *, doubt: bool) -> str:
    """The state after a failure: a send that certainly did not arrive is queued; a look, or an earlier doubt, stays."""
    return "queued" if row.begun and not doubt else row.state
