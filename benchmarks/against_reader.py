"""Parse, find what is new, store: Tocsin and the package `reader` on one generated corpus, in one run.

    python -m benchmarks.against_reader          100 feeds, two polls of 50 items, 5 of them new in the second

Both read the same files. CPU time (user and system, all threads), which a busy machine does not change. Tocsin is
measured twice: storing alone, as `reader` does, and the whole pipeline with folding, summaries and full text.
"""

from __future__ import annotations

import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.store import text
from bot.adopt import adopt
from bot.core.identity import guid_rule, identity_keys
from bot.core.model import Entry, Placement
from bot.pipeline import Pipeline
from bot.ports import Feed, FeedSpec, IngestTx, Outcome, Polled, PollSettled, Store
from bot.rulebook import Rulebook
from bot.sources.feed import parse
from bot.store import open_store

FEEDS, ITEMS, NEW = 100, 50, 5
NOW = 1_767_870_000_000


def corpus(folder: Path) -> list[list[Path]]:
    """Two generations of every feed: the second has five new items before the others."""
    chance = random.Random(7)
    polls = []
    made = [[_item(chance, feed, number) for number in range(ITEMS + NEW)] for feed in range(FEEDS)]
    for poll, drop in enumerate((NEW, 0)):
        paths = []
        for feed, items in enumerate(made):
            path = folder / f"poll{poll}" / f"feed{feed}.xml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(_rss(feed, items[drop : drop + ITEMS]), encoding="utf-8")
            paths.append(path)
        polls.append(paths)
    return polls


def _item(chance: random.Random, feed: int, number: int) -> str:
    title, body = escape(text(chance, 10)), escape(text(chance, 40))
    link = f"https://n{feed}.example/{number}"
    return f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><description>{body}</description></item>"


def _rss(feed: int, items: list[str]) -> str:
    head = f"<channel><title>Feed {feed}</title><link>https://n{feed}.example/</link>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'>{head}{''.join(items)}</channel></rss>"


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of a call, user and system, all threads."""
    before = time.process_time()
    work()
    return time.process_time() - before


def by_reader(polls: list[list[Path]], folder: Path) -> float:
    """CPU seconds of `reader` for both polls."""
    from reader import make_reader

    served = folder / "served"
    served.mkdir()
    reader = make_reader(str(folder / "reader.sqlite"), feed_root=str(served))
    for number in range(FEEDS):
        reader.add_feed(f"feed{number}.xml")
    total = 0.0
    for paths in polls:
        for path in paths:
            (served / path.name).write_bytes(path.read_bytes())
        total += cpu_of(lambda: list(reader.update_feeds_iter()))
    return total


@dataclass(frozen=True, slots=True)
class Way:
    """How a poll's entries are stored: `ingest(store, feed, polled, settled, now)` for each feed."""

    name: str
    pipeline: bool


async def by_tocsin(polls: list[list[Path]], folder: Path, way: Way) -> float:
    """CPU seconds of Tocsin for both polls."""
    store = open_store(str(folder / f"{way.name}.db"), clock=lambda: NOW)
    pipeline = Pipeline(store, Rulebook())
    await store.add_feeds([FeedSpec(f"https://n{number}.example/feed") for number in range(FEEDS)], NOW)
    before = time.process_time()
    for turn, paths in enumerate(polls):
        now = NOW + turn * 3_600_000
        feeds = await store.due_feeds(now, FEEDS, 60_000, "bench")
        for feed, path in zip(feeds, paths, strict=True):
            parsed = parse(path.read_bytes(), {"content-location": feed.url})
            settled = PollSettled(feed.id, feed.lease_no, now, "", baselined=True)
            if way.pipeline:
                await pipeline.ingest(feed, Polled(200, parsed), settled, now)
            else:
                await _store(store, feed, [adopt(item, feed, now) for item in parsed.entries], settled, now)
    taken = time.process_time() - before
    stored = (await store.stats())["entries"]
    await store.close()
    assert stored == FEEDS * (ITEMS + NEW), stored
    return taken


async def _store(store: Store, feed: Feed, entries: list[Entry], settled: PollSettled, now: int) -> None:
    rule = guid_rule(entries)
    keys = [identity_keys(entry, rule) for entry in entries]

    def work(tx: IngestTx) -> None:
        fresh = tx.new_keys(feed.id, keys)
        tx.mark_seen(feed.id, keys, now)
        for entry, key, new in zip(entries, keys, fresh, strict=True):
            if new:
                tx.save(feed.id, Outcome(entry, key, Placement("new", None), ()))

    await store.commit_poll(settled, work)


def main() -> None:
    """Print the rates and ratios."""
    seen = FEEDS * ITEMS * 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        polls = corpus(folder)
        theirs = by_reader(polls, folder)
        bare = asyncio.run(by_tocsin(polls, folder, Way("bare", pipeline=False)))
        whole = asyncio.run(by_tocsin(polls, folder, Way("whole", pipeline=True)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"reader: {seen / theirs:,.0f} items a CPU-second")
    print(
        f"parse, find new, store: {seen / bare:,.0f} items a CPU-second, {theirs / bare:.1f} x reader (target >= 15 x)"
    )
    print(f"the whole pipeline: {seen / whole:,.0f} items a CPU-second, {theirs / whole:.1f} x reader")
    print(f"memory at its peak, reader included: {memory:.0f} MB (target <= 150 MB)")


if __name__ == "__main__":
    main()
