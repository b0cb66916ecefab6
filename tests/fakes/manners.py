"""Rate limits per host that hold nothing back, for sources that do not fetch."""

from __future__ import annotations


class Anyhow:
    """See `bot.ingest.hostqueue.Manners`: every host is one of our own, and ready."""

    def ready_in(self, host: str) -> float:
        return 0.0

    def spacing_s(self, host: str) -> float:
        return 0.0
