"""Parse, find what is new, store: Tocsin and the package `reader` on one generated corpus, in one run.

    python -m benchmarks.against_reader          100 feeds, two polls of 50 items, 5 of them new in the second

Both read the same files, each way in a process of its own. The target is taken by CPU time (user and system, all
threads), which a busy machine changes least; the wall clock is printed too: `reader` waits for the disk once a feed.
`reader` is measured as it comes, and with its own full-text search brought up to date after each poll, for Tocsin
never stores without. Tocsin is measured storing alone, and through the whole pipeline with folding and summaries.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from benchmarks.store import text
from bot.core.identity import guid_rule, identity_keys
from bot.core.model import Entry, ParsedEntry, Placement
from bot.ingest.adopt import adopt
from bot.ingest.lookback import Lookback
from bot.pipeline import Pipeline
from bot.ports import Feed, FeedSpec, IngestTx, Outcome, PollSettled, Store
from bot.rules.rulebook import Rulebook
from bot.sources.feed_source import FeedSource
from bot.store import open_store
from tests.fakes.site import Site

FEEDS, ITEMS, NEW = 100, 50, 5
SEEN, STORED = FEEDS * ITEMS * 2, FEEDS * (ITEMS + NEW)
NOW = 1_767_870_000_000
Polls = list[list[Path]]


class Taken(NamedTuple):
    """What both polls took: CPU seconds, seconds by the clock, and the process's memory at its peak in MB."""

    cpu: float
    wall: float
    memory: float


class Watch:
    """Sums up CPU and wall time over `with` blocks."""

    def __init__(self) -> None:
        self.cpu = self.wall = 0.0

    def __enter__(self) -> None:
        self.cpu -= time.process_time()
        self.wall -= time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.cpu += time.process_time()
        self.wall += time.perf_counter()

    def taken(self) -> Taken:
        """The sums, and the memory so far."""
        return Taken(self.cpu, self.wall, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def corpus(folder: Path) -> Polls:
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
    """An item in WordPress's form, of a kB: what those of the recorded feeds have and weigh (1.1 kB, in the middle)."""
    title, body = escape(text(chance, 10)), escape(text(chance, 50))
    site = f"https://n{feed}.example"
    link = f"{site}/2026/01/08/{'-'.join(text(chance, 8).split())}-{number}/"
    at = format_datetime(datetime.fromtimestamp(NOW / 1000 - number * 600, UTC))
    picture = f'<img width="640" height="360" src="{site}/uploads/2026/01/{number}.jpg" alt="" />'
    more = f'The post <a href="{link}">{title}</a> appeared first on <a href="{site}">Feed {feed}</a>.'
    return (
        f"<item><title>{title}</title><link>{escape(link)}</link><dc:creator><![CDATA[Ada Writer]]></dc:creator>"
        f"<pubDate>{at}</pubDate><category><![CDATA[{text(chance, 3)}]]></category>"
        f'<category><![CDATA[News]]></category><guid isPermaLink="false">{site}/?p={number}</guid><description>'
        f'<![CDATA[<p><a href="{link}">{picture}</a></p><p>{body}</p><p>{more}</p>]]></description></item>'
    )


def _rss(feed: int, items: list[str]) -> str:
    head = f"<channel><title>Feed {feed}</title><link>https://n{feed}.example/</link>"
    names = "version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'"
    return f"<?xml version='1.0' encoding='utf-8'?><rss {names}>{head}{''.join(items)}</channel></rss>"


def by_reader(polls: Polls, folder: Path, search: bool) -> Taken:
    """`reader` over both polls; by itself it would leave out the second, for an hour has not gone by."""
    from reader import make_reader

    served = folder / f"served-{search}"
    served.mkdir()
    reader = make_reader(
        str(folder / f"reader-{search}.sqlite"), feed_root=str(served), search_enabled=search or "auto"
    )
    for number in range(FEEDS):
        reader.add_feed(f"feed{number}.xml")
    watch = Watch()
    for paths in polls:
        for path in paths:
            (served / path.name).write_bytes(path.read_bytes())
        with watch:
            for _ in reader.update_feeds_iter(scheduled=False):
                pass
            if search:
                reader.update_search()
    stored = reader.get_entry_counts().total
    assert stored == STORED, stored
    return watch.taken()


def by_tocsin(polls: Polls, folder: Path, pipeline: bool) -> Taken:
    """Tocsin over both polls: storing alone, or the whole pipeline."""
    return asyncio.run(_by_tocsin(polls, folder / f"tocsin-{pipeline}.db", pipeline))


async def _by_tocsin(polls: Polls, path: Path, whole: bool) -> Taken:
    store = open_store(str(path), clock=lambda: NOW)
    pipeline, lookback, watch, site = Pipeline(store, Rulebook()), Lookback(), Watch(), Site()
    source = FeedSource(site, site.parse)
    await store.add_feeds([FeedSpec(f"https://n{number}.example/feed") for number in range(FEEDS)], NOW)
    with watch:
        for turn, paths in enumerate(polls):
            now = NOW + turn * 3_600_000
            feeds = await store.due_feeds(now, FEEDS, 60_000, "bench")
            for feed, path in zip(feeds, paths, strict=True):
                site.body = path.read_bytes()
                polled = await source.poll(feed, now)
                settled = PollSettled(feed.id, feed.lease_no, now, "", body_hash=polled.body_hash)
                if whole:
                    await pipeline.ingest(feed, polled, settled, now)
                elif polled.parsed:
                    await _store(store, lookback, feed, polled.parsed.entries, settled, now)
    stored = (await store.stats())["entries"]
    await store.close()
    assert stored == STORED, stored
    return watch.taken()


async def _store(
    store: Store, lookback: Lookback, feed: Feed, items: tuple[ParsedEntry, ...], settled: PollSettled, now: int
) -> None:
    """What `Pipeline.ingest` does, without folding, matching and summaries."""
    rule = guid_rule([Entry(item.id, item.link, item.title) for item in items])
    look = lookback.look(feed.id, items, rule, now)
    unknown = look.unknown if feed.baselined else items

    def work(tx: IngestTx) -> None:
        entries = [adopt(item, feed, now) for item in reversed(unknown)]
        keys = [identity_keys(entry, rule) for entry in entries]
        fresh = tx.new_keys(feed.id, keys)
        tx.mark_seen(feed.id, keys, now)
        for entry, key, new in zip(entries, keys, fresh, strict=True):
            if new:
                tx.save(feed.id, Outcome(entry, key, Placement("new", None), ()))

    await store.commit_poll(settled, work)
    lookback.keep(feed.id, look, now)


def measured(way: Callable[[Polls, Path, bool], Taken], polls: Polls, folder: Path, option: bool) -> Taken:
    """One way, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        return child.submit(way, polls, folder, option).result()


def main() -> None:
    """Print the rates and ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        polls = corpus(folder)
        plain, searchable = (measured(by_reader, polls, folder, search) for search in (False, True))
        bare, whole = (measured(by_tocsin, polls, folder, pipeline) for pipeline in (False, True))
    for label, taken in (("reader", plain), ("reader with its full text", searchable)):
        print(f"{label}: {SEEN / taken.cpu:,.0f} items a CPU-second, {SEEN / taken.wall:,.0f} by the clock")
    _print("parse, find new, store", bare, plain, "by CPU time, target >= 15 x")
    _print("the same, full text on both sides", bare, searchable, "by CPU time")
    _print("the whole pipeline", whole, plain, "by CPU time")
    print(f"memory at its peak, the whole pipeline: {whole.memory:.0f} MB (target <= 150 MB)")


def _print(label: str, ours: Taken, theirs: Taken, by: str) -> None:
    ratio, wall = theirs.cpu / ours.cpu, theirs.wall / ours.wall
    print(f"{label}: {SEEN / ours.cpu:,.0f} items a CPU-second, {ratio:.1f} x reader ({by}; {wall:.1f} x by the clock)")


if __name__ == "__main__":
    main()
