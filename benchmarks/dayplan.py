"""The shipped catalogue over simulated days: every poll that the schedule and the hosts' manners would make.

Virtual time, no network: answers take no time and bring nothing (the worst case for the number of requests is a feed's
own `every_s`; a feed without one is taken to post once in four hours, as an unknown feed is).
"""

from __future__ import annotations

import heapq
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from bot.configure import load_settings, resolve
from bot.core.polling.rhythm import opens, parse_hours
from bot.core.polling.schedule import after_answer, plan
from bot.core.polling.tempo import Tempo
from bot.core.units import DAY_MS
from bot.core.urls import host_of
from bot.ports import FeedSpec
from bot.sources.feedlist import load_feeds
from bot.sources.fetching.buckets import Buckets

MONDAY = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp() * 1000)
COST_MS = 1.5
"""CPU of one poll over TLS, generously: a steady poll over plain HTTP is under 0.7 ms, a handshake about as much."""


@dataclass
class Day:
    """What was asked, when (ms), by host and by feed."""

    by_host: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    by_feed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def simulate(specs: Sequence[FeedSpec], days: int, seed: int = 1) -> Day:
    """Poll `specs` for so many days from a Monday 00:00 UTC."""
    settings = load_settings({}, None)
    clock, dice, day = _Clock(), random.Random(seed), Day()
    pace = Buckets(clock, dice)
    queue = [(MONDAY + n * 37, n) for n in range(len(specs))]
    while queue and queue[0][0] < MONDAY + days * DAY_MS:
        at, number = heapq.heappop(queue)
        spec = specs[number]
        every = max(settings.fetch.host_interval_ms, _every_ms(spec))
        clock.now = at / 1000
        start = at + round(pace.reserve(host_of(spec.url), every / 1000) * 1000)
        day.by_host[host_of(spec.url)].append((start, every))
        day.by_feed[spec.url].append(start)
        limits = plan(spec.tier, spec.options, settings.poll.floor_s, settings.poll.ceiling_s)
        heapq.heappush(queue, (after_answer(Tempo(start=1), limits, start, dice.random()), number))
    return day


def too_fast(day: Day) -> Iterator[str]:
    """Hosts that were asked sooner after a request than its rule says."""
    for host, starts in day.by_host.items():
        for (before, every), (after, _) in pairwise(sorted(starts)):
            if after - before < every - 1:
                yield f"{host}: {after - before} ms after a request that asks for {every} ms"


def oldest_official(specs: Sequence[FeedSpec], day: Day) -> dict[str, float]:
    """For each official feed with hours and a pace of a minute or less: the longest time between polls in them, s."""
    found = {}
    for spec in specs:
        every, hours = spec.options.get("every_s"), spec.options.get("hours")
        if spec.tier == "official" and isinstance(every, int) and every <= 60 and isinstance(hours, str):
            window = parse_hours(hours)
            gaps = [
                b - a for a, b in pairwise(day.by_feed[spec.url]) if opens(window, a) == a and opens(window, b) == b
            ]
            found[spec.url] = max(gaps, default=0) / 1000
    return found


def report(days: int) -> list[str]:
    """One line a claim."""
    specs = load_feeds(resolve(load_settings({}, None).feeds.file))
    day = simulate(specs, days)
    polls = sum(map(len, day.by_feed.values()))
    wrong, ages = list(too_fast(day)), oldest_official(specs, day)
    core = polls / days * COST_MS / DAY_MS
    return [
        f"catalogue plan: {len(specs)} feeds, {polls / days:,.0f} polls a day, {core:.1%} of a core (target <= 10 %)",
        f"hosts asked faster than their rule: {len(wrong)} (target 0){': ' + wrong[0] if wrong else ''}",
        f"official feeds in their hours: {len(ages)}, oldest {max(ages.values(), default=0):.0f} s (target <= 60 s)",
    ]


def _every_ms(spec: FeedSpec) -> int:
    every = spec.options.get("every_ms")
    return every if isinstance(every, int) else 0
