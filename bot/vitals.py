"""In-memory metrics since the start, for `/metrics`: latencies, receipts, failures."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

from bot.ports import Ambiguous, Gone, Rejected, Retry, Sent

BOUNDS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600, 21_600)
"""Upper bounds of the buckets, in seconds: from an immediate send to a poll after hours."""


class Histogram:
    """Durations in buckets, as in Prometheus (docs: exposition formats, histogram)."""

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_S) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one; a negative one (a clock that jumped) counts as 0."""
        seconds = max(0.0, seconds)
        self.counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.total += seconds


class Vitals:
    """`receipts` by (platform, outcome), `errors` by kind, `problems` in the log by (logger, level).

    `published_seen`: how late reports are seen; `seen_sent`: how late alerts are sent.
    """

    def __init__(self) -> None:
        self.published_seen = Histogram()
        self.seen_sent = Histogram()
        self.receipts: Counter[tuple[str, str]] = Counter()
        self.errors: Counter[str] = Counter()
        self.problems: Counter[tuple[str, str]] = Counter()

    def answered(self, platform: str, outcome: str, seconds: float | None) -> None:
        """Count a receipt. `seconds` since a story's first alert was written; None if late on purpose (an edit)."""
        self.receipts[platform, outcome] += 1
        if outcome == "sent" and seconds is not None:
            self.seen_sent.observe(seconds)


OUTCOMES = {Sent: "sent", Retry: "retried", Ambiguous: "ambiguous", Gone: "gone", Rejected: "rejected"}
"""The name under which each kind of receipt is counted."""
