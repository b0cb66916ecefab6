"""What polling costs, and how soon it notices: `python -m benchmarks.polling [--full]`.

- A steady poll (90 % 304, 5 % the same body, 5 % with five new items of fifty): poller, fetcher, parser, what is new,
  SQLite on disk with full text, in CPU time of this process, against two naive bots that store entries through
  sqlite-utils as they come: `urlopen` + `feedparser.parse` in a loop, and aiohttp + feedparser with a session a poll
  and ETags. Then the same with matching and folding, which no naive bot does.
- The fetcher against a bare aiohttp session on answers of 304.
- Memory after 10,000 feeds (`--full`; 2,000 else) were polled.
- Mean lag from post to notice, adaptive intervals against round robin at the same number of requests.
- A day of the shipped catalogue in virtual time: hosts never asked faster than their rule, official feeds not older
  than 60 s in their hours, CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import feedparser
import psutil
import sqlite_utils

from benchmarks import dayplan, lag
from benchmarks.feedserver import feed_server
from bot.collector import COLLECTED
from bot.configure import load_settings, resolve
from bot.core.errors import NotAFeed
from bot.core.identity import guid_rule, identity_keys
from bot.core.matching.topics import Topic
from bot.core.model import Entry, ParsedFeed, Placement
from bot.ingest.adopt import adopt
from bot.ingest.lookback import Lookback
from bot.pipeline import Pipeline
from bot.poller import Poller, PollOptions
from bot.ports import Feed, FeedSpec, IngestTx, Outcome, Polled, PollSettled
from bot.rules.rulebook import Rulebook
from bot.rules.topicfiles import read_topic_files
from bot.sources import feed
from bot.sources.feed_source import FeedSource
from bot.sources.http import Fetcher
from bot.store import open_store

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[2] / "shared"))
SETTINGS = load_settings({"TOCSIN_FETCH_ALLOW_PRIVATE": "127.0.0.0/8"}, None)


async def _parse(body: bytes, headers: Mapping[str, str]) -> ParsedFeed:
    return feed.parse(body, headers)


def _topics() -> Sequence[Topic]:
    return read_topic_files(resolve(SETTINGS.topics.dir), resolve(SETTINGS.topics.entities)).topics


class Program:
    """The whole ingest side over a store in a temporary folder (or at an address), on a clock of the benchmark."""

    def __init__(self, folder: str, *, whole: bool, address: str = "") -> None:
        self.now = int(time.time() * 1000)
        self.store = open_store(address or str(Path(folder) / "bench.db"), clock=self.clock)
        self.fetch = Fetcher(SETTINGS.fetch)
        self._lookback = Lookback()
        ingest = Pipeline(self.store, Rulebook(_topics())).ingest if whole else self._keep
        self.poller = Poller(
            self.store,
            {"feed": FeedSource(self.fetch, _parse)},
            ingest,
            clock=self.clock,
            options=PollOptions(lease_ms=3_600_000),
            manners=self.fetch,
        )

    def clock(self) -> int:
        return self.now

    async def _keep(self, feed: Feed, polled: Polled, settled: PollSettled, now: int) -> None:
        """The pipeline without matching and folding."""
        assert polled.parsed is not None
        parsed, all_listed = polled.parsed.entries, polled.parsed.listed
        rule = guid_rule([Entry(item.id, item.link, item.title) for item in parsed])
        look = self._lookback.look(feed.id, parsed, rule, now)
        entries = [adopt(item, feed, now) for item in reversed(look.unknown)]
        keys = [identity_keys(entry, rule) for entry in entries]

        def work(tx: IngestTx) -> None:
            fresh = tx.new_keys(feed.id, keys)
            tx.mark_seen(feed.id, keys, now)
            for entry, own, new in zip(entries, keys, fresh, strict=True):
                if new:
                    tx.save(feed.id, Outcome(entry, own, Placement("new", None), (), entry.summary))

        await self.store.commit_poll(settled, work)
        self._lookback.keep(feed.id, look, now, len(all_listed.keys) - len(parsed) if all_listed else 0)

    async def add(self, base: str, count: int) -> None:
        await self.store.add_feeds([FeedSpec(f"{base}/{n}") for n in range(count)], self.now)

    async def round(self, count: int) -> float:
        """Poll every feed once; seconds of CPU."""
        before, began = self.poller.counts.polls, time.process_time()
        stop = asyncio.Event()
        task = asyncio.create_task(self.poller.run(stop))
        while self.poller.counts.polls < before + count and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        stop.set()
        await task
        self.now += 2 * 3_600_000
        return time.process_time() - began

    async def close(self) -> None:
        await self.fetch.close()
        await self.store.close()


async def steady(base: str, count: int, rounds: int, *, whole: bool) -> float:
    """Median CPU seconds a poll of the program once every feed is known."""
    with tempfile.TemporaryDirectory() as folder:
        program = Program(folder, whole=whole)
        await program.add(base, count)
        await program.round(count)
        spent = [await program.round(count) / count for _ in range(rounds)]
        await program.close()
    return statistics.median(spent)


def _put(database: sqlite_utils.Database, data: bytes) -> None:
    """What a first version of a bot does with a body: an upsert an entry, so that edits are kept."""
    for entry in feedparser.parse(data).entries:
        row = {"id": entry.get("id", ""), "title": entry.get("title", ""), "summary": entry.get("summary", "")}
        database.table("entry").upsert(row, pk="id")


def naive(base: str, count: int) -> float:
    """CPU seconds a poll of a loop that downloads, parses and stores everything each time."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite_utils.Database(Path(folder) / "naive.db")
        began = time.process_time()
        for number in range(count):
            with urllib.request.urlopen(f"{base}/{number}") as answer:
                _put(database, answer.read())
        spent = (time.process_time() - began) / count
        database.close()
    return spent


async def naive_async(base: str, count: int) -> float:
    """CPU seconds a poll of aiohttp with a session a poll and an ETag sent back, everything of a 200 stored."""
    spent = 0.0
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite_utils.Database(Path(folder) / "naive.db")
        for headers in ({}, {"If-None-Match": '"x"'}):
            began = time.process_time()
            for number in range(count):
                async with aiohttp.ClientSession() as session, session.get(f"{base}/{number}", headers=headers) as got:
                    if got.status == 200:
                        _put(database, await got.read())
            spent = (time.process_time() - began) / count
        database.close()
    return spent


async def fetch_ratio(base: str, requests: int) -> float:
    """Requests a second of the fetcher over those of a bare aiohttp session, answers of 304; median of rounds."""
    url, headers = f"{base}/0", {"If-None-Match": '"x"'}
    async with aiohttp.ClientSession() as session, Fetcher(SETTINGS.fetch) as fetch:

        async def bare() -> None:
            async with session.get(url, headers=headers) as answer:
                await answer.read()

        async def ours() -> None:
            await fetch.get(url, headers=headers)

        ratios = [await _cpu(bare, requests) / await _cpu(ours, requests) for _ in range(7)]
    return statistics.median(ratios)


async def _cpu(call: Callable[[], Awaitable[None]], times: int) -> float:
    began = time.process_time()
    for _ in range(times):
        await call()
    return time.process_time() - began


async def memory_mb(count: int, *, whole: bool) -> float:
    """Resident MB of this process after so many feeds were polled twice."""
    with tempfile.TemporaryDirectory() as folder, feed_server(items=3) as base:
        program = Program(folder, whole=whole)
        await program.add(base, count)
        await program.round(count)
        await program.round(count)
        used: float = psutil.Process().memory_info().rss / 1e6
        await program.close()
    return used


def recorded_dates() -> list[list[int]]:
    """The dates (ms) of the recorded feeds, one list a feed; none where the shared data is not."""
    found = []
    for path in sorted((SHARED / "samples" / "feeds").glob("*/*")):
        try:
            entries = feed.parse(path.read_bytes(), {}).entries
        except NotAFeed:
            continue
        found.append([int(entry.published.timestamp() * 1000) for entry in entries if entry.published])
    return found


@contextmanager
def collected(threshold: int) -> Iterator[None]:
    """The collector as the program sets it (`bot.cli`); a naive bot leaves it as it is."""
    before = gc.get_threshold()
    gc.set_threshold(threshold)
    yield
    gc.set_threshold(*before)


def _run(work: Coroutine[Any, Any, float]) -> float:
    """On the loop that the program takes: uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(work)
    return float(uvloop.run(work))


def main() -> None:
    """Print one line a claim."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--full", action="store_true", help="the real sizes (some minutes)")
    options.add_argument("--memory", type=int, help=argparse.SUPPRESS)
    options.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    logging.disable(logging.WARNING)
    if chosen.memory:
        gc.set_threshold(COLLECTED)
        print(_run(memory_mb(chosen.memory, whole=chosen.whole)))
        return
    _costs(full=chosen.full)
    _lags(full=chosen.full)
    for line in dayplan.report(days=7 if chosen.full else 1):
        print(line)


def _costs(*, full: bool) -> None:
    count, sample = (4000, 200) if full else (600, 40)
    with feed_server() as base:
        with collected(COLLECTED):
            ours = _run(steady(base, count, 5 if full else 3, whole=False))
            whole = _run(steady(base, count // 2, 3, whole=True))
        loop, slow = naive(base, sample), _run(naive_async(base, sample))
        share = _run(fetch_ratio(base, 4000 if full else 1500))
    print(f"steady poll, CPU: {ours * 1e3:.2f} ms (naive loop {loop * 1e3:.1f} ms, naive async {slow * 1e3:.1f} ms)")
    print(f"steady poll with matching and folding: {whole * 1e3:.2f} ms")
    print(f"steady poll against a naive feedparser loop: {loop / ours:.0f} x (target >= 50)")
    print(f"steady poll against a naive async loop: {slow / ours:.1f} x (target >= 10)")
    print(f"fetch on 304 against bare aiohttp: {share:.0%} (target >= 85 %)")
    feeds = 10_000 if full else 2000
    print(f"memory at {feeds:,} feeds: {_memory_apart(feeds):.0f} MB (target <= 160 at 10,000)")
    if full:
        print(
            f"memory with matching and folding, 30,000 entries in the window: {_memory_apart(feeds, '--whole'):.0f} MB"
        )


def _memory_apart(feeds: int, *more: str) -> float:
    """Measured in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.polling", "--memory", str(feeds), *more]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _lags(*, full: bool) -> None:
    patterns = {"generated pattern": lag.generated(165, 7 if full else 2)}
    if dates := recorded_dates():
        patterns["recorded gaps"] = lag.recorded(dates, 7 if full else 2)
    for name, posts in patterns.items():
        ours, robin = lag.ratio(posts)
        print(
            f"detection lag, {name}: {ours.mean_ms / robin.mean_ms:.2f} of round robin's (target <= 0.50; "
            f"{ours.mean_ms / 1000:.0f} s against {robin.mean_ms / 1000:.0f} s, {ours.requests:,} requests each)"
        )


if __name__ == "__main__":
    main()
