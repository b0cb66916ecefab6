"""Decides what counts against a feed: its failures and refusals do, an outage of our own network does not.

Collects settled polls for the next batch. Nothing here waits.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from bot.core.errors import FetchError
from bot.core.polling import breaker, schedule
from bot.core.polling.schedule import Plan
from bot.core.units import Clock
from bot.core.urls import host_of, redacted
from bot.ingest import feedstate
from bot.ports import Feed, Polled, PollSettled

log = logging.getLogger(__name__)
_NUMBER = re.compile("[0-9]+")
ANSWERS_AGAIN = "it answers again"
Notify = Callable[[Feed, str], None]

NOTICE_ERRORS = 6
"""After so many failures in a row people are told: with the back-off, after about an hour."""

_TURNS = 2
"""So many shortest intervals without any answer pass before the network is called down: every fast feed had a turn."""


@dataclass(slots=True)
class PollCounts:
    """Counters of polls since the start, for status and metrics; `bytes` after decoding."""

    polls: int = 0
    unchanged: int = 0
    same_body: int = 0
    news: int = 0
    failed: int = 0
    held: int = 0
    deferred: int = 0
    bytes: int = 0

    def answered(self, polled: Polled) -> None:
        self.bytes += polled.bytes
        if polled.parsed is not None:
            self.news += 1
        elif polled.status == 304:
            self.unchanged += 1
        else:
            self.same_body += 1


def _unsaid(notes: Sequence[str], feed: Feed) -> list[str]:
    """What this answer lacks that the one before it did not. Numbers are ignored: those of rows change each time."""
    said = "" if feed.errors else _NUMBER.sub("", feed.last_error)
    known = feedstate.LACKS if said.endswith("…") else len(notes)
    return [note for note in notes[:known] if _NUMBER.sub("", note) not in said]


class Verdicts:
    """Judges polls. `done` holds the polls to be settled without entries."""

    def __init__(self, clock: Clock, floor_s: float, ceiling_s: float, notice: Notify, random: Random) -> None:
        self._clock = clock
        self._floor_s = floor_s
        self._ceiling_s = ceiling_s
        self.kinds: Counter[str] = Counter()
        self._notice = notice
        self._random = random
        self._line = breaker.Line()
        self._quiet_ms = int(floor_s * _TURNS * 1000)
        self._doubtful: list[tuple[Feed, FetchError]] = []
        self._said = False
        self.done: list[PollSettled] = []
        self.counts = PollCounts()

    @property
    def line_down(self) -> bool:
        """Whether no host can be reached and the log says so."""
        return self._said

    def answered(self, feed: Feed, polled: Polled, now: int) -> PollSettled:
        """A good answer. The caller stores the result together with the entries, or puts it into `done`."""
        self.reached(feed)
        self.counts.answered(polled)
        settled = feedstate.answered(feed, polled, self._limits(feed), now, self._random.random())
        for note in _unsaid(polled.notes, feed):
            log.warning("%s", note, extra={"feed": feed.id})
        if settled.url:
            log.warning("feed %s has moved for good to %s", feed.id, redacted(settled.url), extra={"feed": feed.id})
        if feed.errors >= NOTICE_ERRORS:
            self._notice(feed, ANSWERS_AGAIN)
        return settled

    def refused(self, feed: Feed, error: FetchError) -> None:
        """A failed fetch. It counts against the feed, unless its host was not asked at all or our own line is down."""
        if error.kind == "rate-limit" and not error.status:
            self.defer(feed, int((error.retry_after_s or 1.0) * (1000 + 100 * self._random.random())))
        elif error.kind in breaker.UNREACHED and not error.status:
            self._unreached(feed, error)
        else:
            self.reached(feed)
            self.failed(feed, error.kind, str(error), error.retry_after_s)

    def failed(self, feed: Feed, kind: str, message: str, retry_after_s: float | None = None) -> None:
        """Count a failure against the feed: back off, log one line, and tell people when it matters to them."""
        self.counts.failed += 1
        self.kinds[kind] += 1
        now, limits = self._clock(), self._limits(feed)
        settled = feedstate.failed(feed, kind, message, limits, now, self._random.random(), retry_after_s)
        self.done.append(settled)
        level = logging.WARNING if feed.errors == 0 else logging.INFO
        log.log(level, "%s", message, extra={"feed": feed.id, "kind": kind, "errors": settled.errors})
        closed = kind in ("auth", "challenge") and settled.errors == 1
        if settled.state == "gone" or closed or settled.errors == NOTICE_ERRORS:
            self._notice(feed, message)

    def defer(self, feed: Feed, wait_ms: int) -> None:
        """Give a feed back without a poll, due in `wait_ms`."""
        self.counts.deferred += 1
        self.done.append(feedstate.postponed(feed, self._clock() + wait_ms))

    def reached(self, feed: Feed) -> None:
        """A host answered: our line is up, so earlier silences were the fault of their hosts."""
        if self._said:
            self._said = False
            log.warning("the network answers again", extra={"feed": feed.id, "host": host_of(feed.url)})
        self._line = breaker.observe(self._line, host_of(feed.url), True, self._clock())
        self.decide()

    def decide(self) -> None:
        """Count the silences in doubt against their feeds: nothing shows that our own line was down."""
        doubtful, self._doubtful = self._doubtful, []
        for feed, error in doubtful:
            self.failed(feed, error.kind, str(error), error.retry_after_s)

    def hold(self, feeds: Iterable[Feed]) -> None:
        """Our line is down: don't count it against these feeds. They come back spread over half a minute."""
        for feed in feeds:
            self.counts.held += 1
            wait_s = min(30.0, self._ceiling_s) * (1 + self._random.random())
            self.done.append(feedstate.postponed(feed, self._clock() + int(wait_s * 1000)))

    def _unreached(self, feed: Feed, error: FetchError) -> None:
        """Nothing came back. The verdict waits until another host answers, or too many fail in a row.

        In the second case nothing counts against the feeds. That the line is down is logged after some time of silence.
        """
        now = self._clock()
        self._line = breaker.observe(self._line, host_of(feed.url), False, now)
        self._doubtful.append((feed, error))
        if not self._line.down:
            return
        if not self._said and self._line.silent(now, self._quiet_ms):
            self._said = True
            extra = {"kind": error.kind, "feeds": sorted(one.id for one, _ in self._doubtful)}
            log.error("no host can be reached: our own network seems to be down (last: %s)", error, extra=extra)
        self.hold(feed for feed, _ in self._doubtful)
        self._doubtful.clear()

    def _limits(self, feed: Feed) -> Plan:
        return schedule.plan(feed.tier, feed.options, self._floor_s, self._ceiling_s)
