"""What /metrics says is what happened: a running program with a clock of ours, one feed that fails, one that tells."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.cli.page import Watched
from bot.core.errors import FetchError
from bot.core.matching.topics import load_topics
from bot.core.message import Alert
from bot.core.model import Channel, FeedInfo, ParsedEntry, ParsedFeed
from bot.core.units import HOUR_MS
from bot.lanes import LaneOptions
from bot.parts import Parts
from bot.pipeline import PipelineOptions
from bot.poller import PollOptions
from bot.ports import Delivery, Feed, FeedSpec, Polled, Receipt, Retry, Sent
from bot.rules.rulebook import Rulebook
from bot.runtime import Runtime
from bot.store import open_store
from handlers.console import ConsolePlatform
from tests.fakes.manners import Anyhow

T0 = 1_780_000_000_000
LATER = T0 + 2 * HOUR_MS
TOPICS = {"t.toml": {"topic": [{"id": "chips", "title": {"en": "Chips"}, "description": "Chips.", "any": ["chip"]}]}}


@dataclass
class Clock:
    """Stands still until it is told."""

    now: int = T0

    def __call__(self) -> int:
        return self.now


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


class Tells:
    """A feed with an old item, and two hours later one that is a minute and a half old."""

    async def poll(self, feed: Feed, now: int) -> Polled:
        old = ParsedEntry("1", "https://a.example/1", "Potato chip museum opens in Lisbon", "", "", _at(T0 - HOUR_MS))
        new = ParsedEntry(
            "2",
            "https://a.example/2",
            "Washington publishes export rules for each advanced chip",
            "",
            "",
            _at(LATER - 90_000),
        )
        return Polled(200, ParsedFeed(FeedInfo("A", ""), (new, old) if now >= LATER else (old,)), body_hash=now)


class Fails:
    """A feed whose server is silent."""

    async def poll(self, feed: Feed, now: int) -> Polled:
        raise FetchError("server", "b.example: it is broken", status=500)


class Slow(ConsolePlatform):
    """Answers after five seconds that it is to be asked again in one, then takes two."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.tries = 0

    async def send(self, channel: Channel, alert: Alert, delivery: Delivery) -> Receipt:
        self.tries += 1
        self.clock.now += 5_000 if self.tries == 1 else 2_000
        if self.tries == 1:
            return Retry(1.0, "busy")
        return Sent("1")


def values(text: str) -> dict[str, float]:
    """Each line of the exposition by its name and labels."""
    return {name: float(n) for name, n in re.findall(r"^(tocsin_\S+) (\S+)$", text, re.MULTILINE)}


async def test_counters_and_latencies_are_what_happened() -> None:
    clock = Clock()
    platform = Slow(clock)
    store = open_store("memory:", clock=clock)
    rules = Rulebook(load_topics(TOPICS).topics)
    await store.add_feeds([FeedSpec("https://a.example/", "tells"), FeedSpec("https://b.example/", "fails")], T0)
    channel = await store.channel("console", "", "", "terminal")
    await store.subscribe(channel, "topic:chips", "Chips", {}, T0)
    runtime = Runtime(
        Parts(
            store,
            rules,
            {"tells": Tells(), "fails": Fails()},
            {"console": platform},
            clock,
            Anyhow(),
            PollOptions(idle_ms=5),
            PipelineOptions(),
            LaneOptions(poll_ms=5),
        )
    )
    running = asyncio.create_task(runtime.run())
    async with asyncio.timeout(60):
        while not all(feed.baselined or feed.errors for feed in await store.feeds()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        clock.now = LATER
        while not runtime.vitals.receipts["console", "retried"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        clock.now += 1_000
        while not runtime.vitals.receipts["console", "sent"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        runtime.stop.set()
        await running
    await store.close()
    found = values(Watched(runtime).metrics())
    assert found['tocsin_entries_total{kind="new"}'] == found["tocsin_stories_total"] == 2
    assert found['tocsin_polls_total{outcome="news"}'] >= 2
    assert found['tocsin_polls_total{outcome="failed"}'] == found['tocsin_errors_total{kind="server"}'] >= 1
    assert found['tocsin_deliveries_total{platform="console",outcome="retried"}'] == 1
    assert found['tocsin_deliveries_total{platform="console",outcome="sent"}'] == 1
    assert found['tocsin_problems_total{part="bot.lanes",level="warning"}'] == 1, "the retried delivery's line"
    assert found['tocsin_problems_total{part="bot.ingest.verdicts",level="warning"}'] >= 1
    seen, sent = ('tocsin_latency_seconds_{}{{stage="' + stage + '"{}}}' for stage in ("published_seen", "seen_sent"))
    assert found[seen.format("count", "")] == found[sent.format("count", "")] == 1
    assert found[seen.format("sum", "")] == 90
    assert found[sent.format("sum", "")] == 8
    assert [found[seen.format("bucket", f',le="{bound}"')] for bound in (60, 120, "+Inf")] == [0, 1, 1]
    assert [found[sent.format("bucket", f',le="{bound}"')] for bound in (5, 10, "+Inf")] == [0, 1, 1]
