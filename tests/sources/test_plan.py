"""A simulated day of the shipped feed list: every host is asked at its own pace, official sources within the minute.

The plan is the program's own: `bot.core.polling.schedule` decides when, `bot.sources.fetching.buckets` when the host
can be asked. Each poll makes the requests that its kind makes when nothing is new.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from bot.configure import load_settings
from bot.core.polling.rhythm import opens, parse_hours
from bot.core.polling.schedule import after_answer, plan
from bot.core.polling.tempo import Tempo
from bot.core.units import DAY_MS
from bot.core.urls import host_of
from bot.ports import FeedSpec
from bot.sources.arxiv import EVERY_MS as ARXIV_MS
from bot.sources.feedlist import load_feeds
from bot.sources.fetching.buckets import Buckets
from bot.sources.gdelt import EVERY_MS as GDELT_MS

START = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp() * 1000)  # a Tuesday
REQUESTS = {"hkex": 2, "hkex-ipo": 2}
RULES_MS = {"arxiv": ARXIV_MS, "gdelt": GDELT_MS}


def rule_s(spec: FeedSpec, host_s: float) -> float:
    """The shortest time between two requests that a feed's kind, options and host allow."""
    own = spec.options.get("every_ms", 0)
    return max(host_s, RULES_MS.get(spec.kind, 0) / 1000, own / 1000 if isinstance(own, int) else 0)


class Day:
    """What happened: when each feed was asked, and each host."""

    def __init__(self, specs: tuple[FeedSpec, ...]) -> None:
        settings = load_settings({}, dotenv=None)
        self.host_s = settings.fetch.host_interval_ms / 1000
        self.polls: dict[str, list[int]] = defaultdict(list)
        self.requests: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.now = float(START)
        buckets, dice = Buckets(lambda: self.now / 1000), Random(7)
        due = [(START + dice.randrange(60_000), n) for n in range(len(specs))]
        heapq.heapify(due)
        while due and due[0][0] < START + DAY_MS:
            at, n = heapq.heappop(due)
            self.now = at
            spec = specs[n]
            asked = self._ask(spec, buckets)
            self.polls[spec.url].append(int(asked))
            limits = plan(spec.tier, spec.options, settings.poll.floor_s, settings.poll.ceiling_s)
            heapq.heappush(due, (after_answer(Tempo(), limits, int(asked), dice.random()), n))

    def _ask(self, spec: FeedSpec, buckets: Buckets) -> float:
        """The time of the last request of a poll, in ms."""
        host, every_s = host_of(spec.url), rule_s(spec, self.host_s)
        for _ in range(REQUESTS.get(spec.kind, 1)):
            start_ms = self.now + buckets.reserve(host, every_s) * 1000
            self.requests[host].append((start_ms, every_s))
        return start_ms


@pytest.fixture(scope="module")
def specs() -> tuple[FeedSpec, ...]:
    return load_feeds(Path(__file__).parents[2] / "config" / "feeds.toml")


@pytest.fixture(scope="module")
def day(specs: tuple[FeedSpec, ...]) -> Day:
    return Day(specs)


def test_no_host_is_asked_faster_than_its_rule(day):
    for host, requests in day.requests.items():
        for (before, every_s), (after, _) in pairwise(sorted(requests)):
            assert after - before >= every_s * 1000 - 1, host


def test_the_sec_is_far_below_its_ten_requests_a_second(day):
    times = [at for host, asked in day.requests.items() if host.endswith("sec.gov") for at, _ in asked]
    assert len(times) > 10_000
    busiest = max(len([1 for other in times if at <= other < at + 1000]) for at in times[::500])
    assert busiest <= 2


def test_official_sources_are_at_most_a_minute_old_in_their_hours(day, specs):
    for spec in specs:
        if spec.tier == "official" and "hours" in spec.options:
            hours = parse_hours(str(spec.options["hours"]))
            open_now = [
                (a, b) for a, b in pairwise(day.polls[spec.url]) if opens(hours, a) == a and opens(hours, b) == b
            ]
            assert len(open_now) > 500, spec.url
            assert max(b - a for a, b in open_now) <= 60_000, spec.url


def test_an_official_source_is_asked_as_soon_as_its_office_opens(day, specs):
    for spec in specs:
        if spec.tier == "official" and "hours" in spec.options:
            opening = opens(parse_hours(str(spec.options["hours"])), START)
            first = next(at for at in day.polls[spec.url] if at >= opening)
            assert first - opening <= 60_000, spec.url


def test_anonymous_github_stays_within_sixty_requests_an_hour(day):
    times = [at for at, _ in day.requests["api.github.com"]]
    assert all(sum(at <= other < at + 3_600_000 for other in times) <= 60 for at in times)


def test_the_whole_day_is_a_small_machines_work(day):
    """At 0.4 ms of CPU a poll (the design's prototype) a tenth of a core is 250 polls a second."""
    polls = sum(map(len, day.polls.values()))
    assert polls / 86_400 < 2
