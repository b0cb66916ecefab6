"""Parsing against feedparser, and how long it holds up the event loop: `python -m benchmarks.parse [--full]`.

Feeds are the recorded ones of the shared data where it is there, else generated. Both sides get the same bytes in the
same run; dates that we remember from feed to feed are forgotten before each round. CPU time, so that a busy machine
matters less. `--full` takes more rounds and bigger bodies.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import io
import os
import random
import statistics
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import feedparser
from lxml import etree

from benchmarks import feedserver
from bot.core.errors import NotAFeed
from bot.core.model import ParsedFeed
from bot.ports import Feed
from bot.sources.feed import Parser, parse
from bot.sources.feed_source import FeedSource
from bot.sources.parsing.dates import parse_date
from tests.fakes.site import Site

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[2] / "shared"))
_UNITS = (
    b"<",
    b"&",
    b"&#1;",
    b"<!--",
    b"<![CDATA[",
    b"<item>x</item>",
    b"<a b='",
    b"&lt;!--",
    b"\xe4\xb8",
    b"\xb0\xa1",
)


def feeds() -> list[bytes]:
    """Recorded feeds, or 60 generated ones of the usual kinds."""
    folder = SHARED / "samples"
    paths = sorted([*folder.glob("feeds/*/*"), *folder.glob("sec/*.atom")])
    return [path.read_bytes() for path in paths] or [generated(30, seed, 300) for seed in range(60)]


def generated(items: int, seed: int, words: int) -> bytes:
    """An RSS feed with escaped HTML in its descriptions, as WordPress writes it."""
    rng = random.Random(seed)
    text = ["chip", "export", "licence", "fab", "wafer", "model", "the", "of", "market", "R&amp;D", "said", "&lt;p&gt;"]
    body = "".join(
        f"<item><title>{' '.join(rng.choices(text, k=9))}</title><link>https://example.com/{seed}/{n}</link>"
        f'<guid isPermaLink="false">{seed}-{n}</guid><pubDate>Tue, 24 Nov 2026 10:{n % 60:02}:00 GMT</pubDate>'
        f"<category>chips</category><description>{' '.join(rng.choices(text, k=words))}</description></item>"
        for n in range(items)
    )
    return f'<rss version="2.0"><channel><title>Feed {seed}</title>{body}</channel></rss>'.encode()


def cpu(run: Callable[[], object]) -> float:
    """Seconds of CPU that a call takes."""
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def by_feedparser(bodies: Sequence[bytes]) -> None:
    """What a bot without our chain would do."""
    for body in bodies:
        feedparser.parse(io.BytesIO(body))


def by_us(bodies: Sequence[bytes]) -> int:
    """The whole chain on every body; returns how many came to the last resort."""
    parse_date.cache_clear()
    hopeless = 0

    def last(utf8: bytes, headers: Mapping[str, str]) -> ParsedFeed:
        nonlocal hopeless
        hopeless += 1
        raise NotAFeed("hopeless")

    for body in bodies:
        try:
            parse(body, {}, last)
        except NotAFeed:
            continue
    return hopeless


def by_libxml2(bodies: Sequence[bytes]) -> None:
    """What no reader over lxml can be quicker than: the tree, and tag and text of each item's children."""
    parser = etree.XMLParser(resolve_entities=False)
    for body in bodies:
        try:
            root = etree.fromstring(body, parser)
        except etree.XMLSyntaxError:
            continue
        for item in root.iter("{*}item", "{*}entry"):
            for child in item:
                _ = child.tag, child.text


def speed(bodies: Sequence[bytes], rounds: int) -> None:
    """The ratio over all bodies, and over the half of their bytes that lies in the fullest items."""
    theirs = min(cpu(lambda: by_feedparser(bodies)) for _ in range(rounds))
    ours = min(cpu(lambda: by_us(bodies)) for _ in range(rounds * 5))
    items = sum(len(feedparser.parse(io.BytesIO(body)).entries) for body in bodies)
    print(f"parse: {theirs / ours:.1f} x feedparser over {len(bodies)} feeds (target >= 40)")
    print(f"parse rate: {items / ours:,.0f} entries/s, feedparser {items / theirs:,.0f}")
    tree = min(cpu(lambda: by_libxml2(bodies)) for _ in range(rounds * 5))
    print(f"parse, libxml2 and a look at each field alone: {theirs / tree:.0f} x feedparser, {tree / ours:.0%} of ours")
    full = sorted(bodies, key=lambda body: len(body) / (body.count(b"<item") + body.count(b"<entry") + 1))[-20:]
    ratio = cpu(lambda: by_feedparser(full)) / min(cpu(lambda: by_us(full)) for _ in range(5))
    print(f"parse, the 20 feeds with the fullest items: {ratio:.1f} x feedparser")
    print(f"parse, last resort: {by_us(bodies)} of {len(bodies)} feeds (target 0)")


async def polls(versions: Sequence[bytes], *, remember: bool) -> None:
    """Poll every version of a feed, with a source that knows what the one before held, or that takes each whole."""
    site, feed = Site(), Feed(1, "https://news.example/feed")
    source = FeedSource(site, site.parse)
    for site.body in versions:
        polled = await (source if remember else FeedSource(site, site.parse)).poll(feed, 0)
        feed = replace(feed, body_hash=polled.body_hash, baselined=True)


def growth(rounds: int) -> None:
    """What a body costs of which the most stood in the one before."""
    versions = [feedserver.body(1, version) for version in range(12)]  # each has five new items of fifty

    def spent(*, remember: bool) -> float:
        return cpu(lambda: asyncio.run(polls(versions, remember=remember)))

    ratios = [spent(remember=True) / spent(remember=False) for _ in range(rounds)]
    print(f"parse, five new items of fifty, hashes and all: {statistics.median(ratios):.0%} of the whole body's time")


async def stall(bodies: Sequence[bytes], parser: Parser) -> float:
    """The longest CPU time in s between two turns of the loop while bodies are parsed one after another."""
    longest = 0.0
    running = True

    async def tick() -> None:
        nonlocal longest
        last = time.process_time()
        while running:
            await asyncio.sleep(0)
            now = time.process_time()
            longest, last = max(longest, now - last), now

    ticker = asyncio.create_task(tick())
    await asyncio.sleep(0)
    for body in bodies:
        try:
            await parser.parse(body, {})
        except NotAFeed:
            continue
    running = False
    await ticker
    return longest


async def stalls(bodies: Sequence[bytes], sizes: Sequence[int]) -> None:
    """Real feeds, big ones, and bodies made to be slow, at sizes parsed inline, in a thread and in a process."""
    hostile = [
        b"<rss><channel><item><title>a & b</title>" + unit * (size // len(unit)) for unit in _UNITS for size in sizes
    ]
    big = [generated(size // 400, 1, 40) for size in (*sizes, sizes[-1] * 12)]
    async with Parser() as parser:
        await parser.parse(big[-1], {})  # the process is up
        gc.collect()
        gc.freeze()  # what the runs above left is not to be looked through now
        for name, some, times in (("real feeds", bodies, 3), ("big feeds", big, 3), ("hostile bodies", hostile, 1)):
            longest = min([await stall(some, parser) for _ in range(times)])
            print(f"parse stall, {name}: {longest * 1e3:.1f} ms of CPU (target <= 25)")


def main() -> None:
    """One line a claim."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="more rounds, bigger bodies")
    full = parser.parse_args().full
    warnings.simplefilter("ignore", DeprecationWarning)
    bodies = feeds()
    speed(bodies, 5 if full else 2)
    growth(15)
    asyncio.run(stalls(bodies, (60_000, 900_000) if full else (60_000, 300_000)))


if __name__ == "__main__":
    main()
