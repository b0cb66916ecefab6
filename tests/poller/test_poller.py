"""The first loop against feeds in memory: leasing, turns, outages, a store in trouble, stopping."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from random import Random

import pytest

from bot.core.errors import FetchError, NotAFeed, StoreError
from bot.core.model import FeedInfo, ParsedEntry, ParsedFeed
from bot.ingest.verdicts import Verdicts
from bot.logs import JsonLine
from bot.poller import Poller, PollOptions
from bot.ports import Feed, Polled
from tests.fakes.feed_store import FakeFeedStore
from tests.fakes.manners import Anyhow

NOW = 1_795_536_000_000
Answer = Polled | Exception
NEWS = Polled(200, ParsedFeed(FeedInfo("News"), (ParsedEntry("a", "", "a", "", ""),)), etag='"new"')
SAME = Polled(304)
OPTIONS = PollOptions(idle_ms=5, grace_s=0.2, rest_s=0.05)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


class Scripted:
    """A source that answers as it is told, by feed; the last answer for ever."""

    def __init__(self, answers: dict[int, list[Answer]] | None = None, default: Answer = SAME) -> None:
        self.answers = answers or {}
        self.default = default
        self.polled: list[int] = []
        self.busy = 0
        self.most_busy = 0
        self.before: Callable[[Feed], Awaitable[None]] | None = None

    async def poll(self, feed: Feed, now: int) -> Polled:
        self.polled.append(feed.id)
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            await asyncio.sleep(0)
            if self.before:
                await self.before(feed)
            said = self.answers.get(feed.id, [self.default])
            answer = said.pop(0) if len(said) > 1 else said[0]
            if isinstance(answer, Exception):
                raise answer
            return answer
        finally:
            self.busy -= 1


async def until(reached: Callable[[], bool], limit_s: float = 20) -> None:
    """Look again and again; a limit that is met only by a broken program."""
    async with asyncio.timeout(limit_s):
        while not reached():  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(0.002)


class Running:
    """A poller at work, and everything around it."""

    def __init__(self, store: FakeFeedStore, source: Scripted, clock: Clock, options: PollOptions) -> None:
        self.store = store
        self.source = source
        self.clock = clock
        self.notices: list[tuple[int, str]] = []
        self.poller = Poller(
            store,
            {"feed": source},
            store.ingest,
            clock=clock,
            manners=Anyhow(),
            options=options,
            notice=lambda feed, line: self.notices.append((feed.id, line)),
            random=Random(3),
        )
        self.stop = asyncio.Event()

    async def settled(self) -> None:
        await until(lambda: not self.store.leases)


@asynccontextmanager
async def polling(
    store: FakeFeedStore, source: Scripted, clock: Clock | None = None, options: PollOptions = OPTIONS
) -> AsyncIterator[Running]:
    running = Running(store, source, clock or Clock(), options)
    task = asyncio.create_task(running.poller.run(running.stop))
    try:
        yield running
    finally:
        running.stop.set()
        await task


def feeds(count: int, hosts: int = 0, **more: object) -> list[Feed]:
    spread = hosts or count
    return [
        Feed(n, f"https://host{n % spread}.example/{n}", next_poll=NOW - count + n, **more)  # type: ignore[arg-type]
        for n in range(count)
    ]


async def test_news_are_committed_and_the_rest_is_settled_in_batches() -> None:
    store = FakeFeedStore(feeds(40))
    source = Scripted({3: [NEWS], 4: [Polled(200)]})
    async with polling(store, source) as running:
        await until(lambda: all(feed.last_ok == NOW for feed in store.rows.values()))
    assert [settled.feed_id for settled in store.commits] == [3]
    assert store.rows[3].etag == '"new"'
    assert sum(len(batch) for batch in store.batches) == 39
    assert len(store.batches) <= 6
    assert all(feed.next_poll > NOW for feed in store.rows.values())
    assert asdict(running.poller.counts) == {
        "polls": 40,
        "unchanged": 38,
        "same_body": 1,
        "news": 1,
        "failed": 0,
        "held": 0,
        "deferred": 0,
        "bytes": 0,
    }
    assert not running.poller.trouble()


@pytest.mark.usefixtures("untraced")
@pytest.mark.case_id(94)
async def test_case_094_ten_thousand_feeds_due_at_once() -> None:
    store = FakeFeedStore(feeds(10_000, hosts=500))
    source = Scripted()
    async with polling(store, source):
        await until(lambda: len(source.polled) == 10_000, 120)
    assert sorted(source.polled) == list(range(10_000)), "each once"
    assert source.most_busy <= OPTIONS.workers
    assert all(abs(at - number) < 200 for at, number in enumerate(source.polled)), "the longest due first"
    assert store.looks < 400


@pytest.mark.case_id(95)
async def test_case_095_one_host_with_thousands_of_feeds_does_not_stand_before_others() -> None:
    class Slow:
        def ready_in(self, host: str) -> float:
            return 0.0

        def spacing_s(self, host: str) -> float:
            return 1.0 if host == "big.example" else 0.0

    big = [Feed(n, f"https://big.example/{n}", next_poll=NOW - 9000 + n) for n in range(2000)]
    small = [Feed(n, f"https://host{n}.example/", next_poll=NOW) for n in range(2000, 2030)]
    store, source = FakeFeedStore([*big, *small]), Scripted()
    poller = Poller(store, {"feed": source}, store.ingest, clock=Clock(), options=OPTIONS, manners=Slow())
    stop = asyncio.Event()
    task = asyncio.create_task(poller.run(stop))
    await until(lambda: all(store.rows[n].last_ok for n in range(2000, 2030)))
    stop.set()
    await task
    asked = [number for number in source.polled if number < 2000]
    assert 1 <= len(asked) <= 4, "the big host keeps its pace"
    booked = sorted(
        feed.next_poll for feed in store.rows.values() if feed.id < 2000 and not feed.last_ok and feed.next_poll > NOW
    )
    assert len(booked) > 1900
    assert booked[-1] - NOW >= 1_900_000, "its feeds come back one a second"
    assert poller.counts.deferred == len(booked)


@pytest.mark.case_id(29)
async def test_case_029_when_no_host_answers_no_feed_is_blamed(caplog: pytest.LogCaptureFixture) -> None:
    store, clock = FakeFeedStore(feeds(30)), Clock()
    source = Scripted(default=FetchError("dns", "https://x.example/: the host name can't be resolved now"))
    with caplog.at_level(logging.WARNING):
        async with polling(store, source, clock, PollOptions(idle_ms=5, workers=4)) as running:
            await until(running.poller.trouble)
            assert running.poller.trouble() == "polling rests: no host can be reached; look at line, DNS, proxy"
            await until(lambda: running.poller.counts.held >= 10)
            assert len(source.polled) < 30, "one at a time finds out whether it is over"
            source.default = SAME
            clock.now += 61_000
            await until(lambda: all(feed.last_ok for feed in store.rows.values()))
            assert not running.poller.trouble()
    assert running.poller.counts.failed == 0
    assert {feed.errors for feed in store.rows.values()} == {0}
    assert running.notices == []
    down = json.loads(JsonLine().format(caplog.records[0]))
    assert (down["kind"], len(down["feeds"])) == ("dns", len(set(down["feeds"]) & set(store.rows)))
    lines = [record.message for record in caplog.records]
    assert len([line for line in lines if "our own network seems to be down" in line]) == 1
    assert len([line for line in lines if "answers again" in line]) == 1
    assert len(lines) == 2


@pytest.mark.case_id(29)
async def test_case_029_one_silent_host_among_others_is_blamed(caplog: pytest.LogCaptureFixture) -> None:
    store = FakeFeedStore(feeds(12))
    source = Scripted({n: [FetchError("timeout", "x: no answer")] for n in (0, 5, 11)})
    async with polling(store, source) as running:
        await until(lambda: running.poller.counts.failed == 3)
        await running.settled()
    assert [number for number, feed in store.rows.items() if feed.errors] == [0, 5, 11]
    lines = [json.loads(JsonLine().format(record)) for record in caplog.records]
    assert [(line["feed"], line["kind"], line["errors"]) for line in sorted(lines, key=lambda line: line["feed"])] == [
        (number, "timeout", 1) for number in (0, 5, 11)
    ]


async def test_a_single_feed_that_fails_is_blamed_too() -> None:
    store = FakeFeedStore(feeds(1))
    async with polling(store, Scripted(default=FetchError("refused", "x: no connection"))):
        await until(lambda: store.rows[0].errors == 1)
    assert store.rows[0].last_error == "x: no connection"


@pytest.mark.case_id(14)
async def test_case_014_a_host_that_rests_costs_its_feeds_nothing_but_time() -> None:
    store = FakeFeedStore(feeds(3, hosts=1))
    source = Scripted(
        {
            0: [FetchError("rate-limit", "x: asked too often", status=429, retry_after_s=300)],
            1: [FetchError("rate-limit", "x: its host is not asked again for 300 s", retry_after_s=300)],
        }
    )
    async with polling(store, source) as running:
        await until(lambda: all(feed.next_poll > NOW for feed in store.rows.values()))
    assert [store.rows[n].errors for n in range(3)] == [1, 0, 0]
    assert 300_000 <= store.rows[0].next_poll - NOW <= 330_000
    assert 300_000 <= store.rows[1].next_poll - NOW <= 330_000
    assert running.poller.counts.deferred == 1


@pytest.mark.case_id(13)
async def test_case_013_gone_twice_pauses_and_tells() -> None:
    store, clock = FakeFeedStore(feeds(1)), Clock()
    source = Scripted(default=FetchError("gone", "x: it is gone for good, says its server (HTTP 410)", status=410))
    async with polling(store, source, clock) as running:
        await until(lambda: store.rows[0].errors == 1)
        assert running.notices == []
        clock.now += 3 * 3_600_000
        await until(lambda: store.rows[0].state == "gone")
        clock.now += 30 * 86_400_000
        polls = len(source.polled)
        await asyncio.sleep(0.05)
    assert len(source.polled) == polls == 2
    assert running.notices == [(0, "x: it is gone for good, says its server (HTTP 410)")]


@pytest.mark.case_id(12)
async def test_case_012_closed_feeds_and_long_failures_are_told_once_and_so_is_their_return() -> None:
    store, clock = FakeFeedStore(feeds(2)), Clock()
    source = Scripted(
        {
            0: [FetchError("auth", "x: closed", status=403)] * 2 + [SAME],
            1: [NotAFeed("y: a web page instead of a feed")] * 7 + [SAME],
        }
    )
    async with polling(store, source, clock) as running:
        while not (store.rows[0].last_ok and store.rows[1].last_ok):
            await running.settled()
            clock.now += 7_200_000
            await asyncio.sleep(0.01)
    assert running.notices.count((0, "x: closed")) == 1
    assert running.notices.count((1, "y: a web page instead of a feed")) == 1
    assert (1, "it answers again") in running.notices
    assert len(running.notices) == 3


async def test_a_full_disk_pauses_polling_and_nothing_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    store = FakeFeedStore(feeds(20))
    source = Scripted({2: [NEWS]})
    full = StoreError("no room left", "full")
    store.fail = []
    source.before = _fail_once(store, full)
    with caplog.at_level(logging.WARNING):
        async with polling(store, source) as running:
            await until(lambda: running.poller.trouble() == "polling rests: the store can't be used")
            await until(lambda: not running.poller.trouble())
            running.clock.now += OPTIONS.lease_ms + 60_000
            await until(lambda: all(feed.last_ok for feed in store.rows.values()))
    (rests,) = [record for record in caplog.records if "polling rests: no room left" in record.message]
    said = json.loads(JsonLine().format(rests))
    assert (said["part"], said["kind"]) == ("poller", "full")
    assert set(said["feeds"]) <= set(store.rows)
    assert len([record for record in caplog.records if "polling goes on" in record.message]) == 1
    assert store.rows[2].etag == '"new"', "polled again after its lease ran out"


def _fail_once(store: FakeFeedStore, error: StoreError) -> Callable[[Feed], Awaitable[None]]:
    left = [error, error]

    async def before(_: Feed) -> None:
        if left:
            store.fail.append(left.pop())

    return before


async def test_a_lost_lease_is_no_trouble() -> None:
    store = FakeFeedStore(feeds(2))
    source = Scripted(default=NEWS)

    async def steal(feed: Feed) -> None:
        if feed.id == 0:
            store.leases.pop(0, None)
            source.before = None

    source.before = steal
    async with polling(store, source) as running:
        await until(lambda: len(store.commits) >= 2)
        assert not running.poller.trouble()
    assert {settled.feed_id for settled in store.commits} == {0, 1}


async def test_what_nobody_expected_is_logged_once_and_held_against_the_feed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FakeFeedStore(feeds(8))
    source = Scripted({n: [ZeroDivisionError("oops")] for n in (1, 4)})
    with caplog.at_level(logging.ERROR):
        async with polling(store, source):
            await until(lambda: store.rows[1].errors == store.rows[4].errors == 1)
            await until(lambda: sum(feed.last_ok == NOW for feed in store.rows.values()) == 6)
    assert "ZeroDivisionError" in store.rows[1].last_error
    assert ["a poll failed unexpectedly: ZeroDivisionError at" in record.message for record in caplog.records] == [
        True
    ] * 2
    assert [bool(record.exc_info) for record in caplog.records] == [True, False], "one trace is enough"


async def test_a_kind_without_a_source_is_named() -> None:
    store = FakeFeedStore(feeds(1, kind="telepathy"))
    async with polling(store, Scripted()):
        await until(lambda: store.rows[0].errors == 1)
    assert store.rows[0].last_error == "https://host0.example/0: no source is named 'telepathy'"


async def test_a_stop_lets_polls_end_and_gives_the_rest_back() -> None:
    store, source = FakeFeedStore(feeds(60)), Scripted()
    started = asyncio.Event()

    async def wait(feed: Feed) -> None:
        started.set()
        if feed.id == 0:
            await asyncio.sleep(3600)
        await asyncio.sleep(0.05)

    source.before = wait
    async with polling(store, source, options=PollOptions(workers=4, idle_ms=5, grace_s=0.3)) as running:
        await started.wait()
        running.stop.set()
    assert store.leases == {}, "nothing stays leased"
    assert store.rows[0].next_poll <= NOW, "cut off, and due at once for whoever comes next"
    done = [feed for feed in store.rows.values() if feed.last_ok]
    assert 1 <= len(done) < 20
    assert all(feed.errors == 0 for feed in store.rows.values())


async def test_a_stop_with_a_dead_store_ends_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    store, source = FakeFeedStore(feeds(3)), Scripted()

    async def fall_ill(_: Feed) -> None:
        store.fail = [StoreError("gone", "io")] * 50

    source.before = fall_ill
    async with polling(store, source):
        await until(lambda: len(source.polled) == 3)
    assert "the last polls were not settled: gone" in [record.message for record in caplog.records]
    assert len(store.leases) == 3, "they run out, and the feeds are polled again"


@pytest.mark.case_id(90)
async def test_case_090_two_pollers_take_each_feed_once() -> None:
    store, one, two = FakeFeedStore(feeds(300)), Scripted(), Scripted()
    async with polling(store, one), polling(store, two):
        await until(lambda: all(feed.last_ok for feed in store.rows.values()))
    assert sorted(one.polled + two.polled) == list(range(300))


@pytest.mark.case_id(72)
async def test_case_072_a_clock_set_back_stops_nothing_that_is_in_line() -> None:
    class Paced:
        def ready_in(self, host: str) -> float:
            return 0.02

        def spacing_s(self, host: str) -> float:
            return 0.02

    store, source, clock = FakeFeedStore(feeds(6, hosts=1)), Scripted(), Clock()
    poller = Poller(store, {"feed": source}, store.ingest, clock=clock, options=OPTIONS, manners=Paced())
    stop = asyncio.Event()
    task = asyncio.create_task(poller.run(stop))
    await until(lambda: bool(source.polled))
    clock.now -= 3_600_000
    await until(lambda: len(source.polled) == 6)
    stop.set()
    await task
    assert all(feed.next_poll <= NOW + 3_600_000 for feed in store.rows.values())


async def test_what_every_poll_lacks_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """A list that is polled each minute filled the log with one line; how many rows it is about changes each time."""
    verdicts = Verdicts(Clock(), 45, 3600, lambda feed, line: None, Random(1))
    (feed,), parsed = feeds(1), ParsedFeed(FeedInfo("A"), (ParsedEntry("1", "", "One", "", ""),))
    lacks = [f"x: {name} is missing or has changed in {{n}} of 9 items" for name in "abcd"]
    with caplog.at_level(logging.WARNING):
        for n in (1, 2, 3):
            answer = Polled(200, parsed, notes=tuple(line.format(n=n) for line in lacks))
            feed = replace(feed, last_error=verdicts.answered(feed, answer, NOW).last_error)
        assert [record.message for record in caplog.records] == [line.format(n=1) for line in lacks]
        verdicts.answered(feed, Polled(200, parsed, notes=("x: e is missing",)), NOW)
    assert caplog.records[-1].message == "x: e is missing"


async def test_notes_and_moves_are_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    day = 86_400_000
    moved = Polled(304, moved_to="https://new.example/feed", notes=("x: a field is missing",))
    store, clock = FakeFeedStore(feeds(1)), Clock()
    with caplog.at_level(logging.WARNING):
        async with polling(store, Scripted(default=moved), clock) as running:
            while store.rows[0].url != "https://new.example/feed":
                await running.settled()
                clock.now += day
                await asyncio.sleep(0.01)
    assert any("has moved for good to https://new.example/feed" in record.message for record in caplog.records)
    assert any(record.message == "x: a field is missing" for record in caplog.records)
