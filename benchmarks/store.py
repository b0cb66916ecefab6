"""The store's speed: storing in batches, and look-ups in a full store.

    python -m benchmarks.store           about half a minute: 20,000 entries stored, look-ups among 50,000
    python -m benchmarks.store --full    some minutes: look-ups among 1,000,000

Each line is one claim, `name: value (target …)`. Storing is given a CPU-second (user and system, all threads), which a
busy machine does not change; look-ups are given by the wall clock of one call from the event loop, 99th percentile.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.core.matching.query import parse
from bot.core.matching.search import to_fts
from bot.core.model import Entry, Hit, Placement
from bot.core.units import HOUR_MS
from bot.ports import IngestTx, Outcome, Store
from bot.store import open_store
from bot.store.ingest import Ingest

T0 = 1_764_000_000_000
WORDS = [
    f"{a}{b}{c}" for a in "bdfgklmnprst" for b in ("a", "e", "i", "or", "un") for c in ("", "ck", "ly", "tion", "x")
]
RARE = [f"{word}{a}{b}" for a in "aeiouy" for b in "bdfgklmnpr" for word in WORDS]
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 2_500)]
NAMES = ["中芯", "台积电", "人工智能", "出口管制", "开源模型", "nvidia", "h20", "tsmc", "licence", "earnings"]
OUTLETS = [f"Outlet {n}" for n in range(300)]


def text(chance: random.Random, words: int) -> str:
    """Words as a language has them: few very common, most rare; every tenth text is Chinese."""
    if chance.random() < 0.1:
        return "".join(HAN[min(int(chance.paretovariate(0.6)) - 1, 2_499)] for _ in range(words * 2))
    common = (WORDS[min(int(chance.paretovariate(0.8)) - 1, len(WORDS) - 1)] for _ in range(words - 2))
    return " ".join((*common, chance.choice(RARE), chance.choice(RARE)))


def outcomes(n: int, seed: int = 1, rules: int = 0, every_ms: int = 120_000) -> Iterator[Outcome]:
    """Entries of a title of 10 words and a body of 25, two minutes apart; one in fifty names what people look for."""
    chance = random.Random(seed)
    for number in range(n):
        title = text(chance, 10)
        if chance.random() < 0.02:
            title = f"{chance.choice(NAMES)} {title}"
        at = T0 + number * every_ms
        entry = Entry(
            f"g{number}", f"https://n{number % 300}.example/{number}", title, text(chance, 25),
            source=OUTLETS[number % 300], lang="en", published=at, first_seen=at,
        )  # fmt: skip
        hits = (Hit(f"topic:{number % rules}", (title[:5],)),) if rules and number % 5 == 0 else ()
        yield Outcome(entry, (number * 7_919, number * 104_729), Placement("new", None), hits, title)


def saving(chunk: list[Outcome]) -> Callable[[IngestTx], None]:
    """What a poll does with its entries, but for matching and folding."""

    def work(tx: IngestTx) -> None:
        tx.new_keys(1, [one.keys for one in chunk])
        for one in chunk:
            tx.save(0, one)

    return work


@asynccontextmanager
async def new_store() -> AsyncIterator[Store]:
    """A store on a file in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder, "bench.db")), clock=lambda: T0)
        yield store
        await store.close()


async def storing(n: int, batch: int) -> float:
    """Entries a CPU-second."""
    made = list(outcomes(n))
    async with new_store() as store:
        before = time.process_time()
        for start in range(0, n, batch):
            await store.transact(saving(made[start : start + batch]))
        return n / (time.process_time() - before)


def asked(*words: str) -> str:
    """The expression by which a query of these words is searched for."""
    return to_fts(parse(" ".join(words)))


async def hops(n: int) -> float:
    """Writes that share a transaction when many are asked for at once."""
    async with new_store() as store:
        writer: Any = store._writer  # type: ignore[attr-defined]
        before: int = writer.transactions
        await asyncio.gather(*(store.query(f"query {number}") for number in range(n)))
        return n / float(writer.transactions - before)


async def filled(store: Store, n: int, every_ms: int = 120_000) -> None:
    """Fill a store with entries of twenty topics."""
    chunk: list[Outcome] = []
    for one in outcomes(n, rules=20, every_ms=every_ms):
        chunk.append(one)
        if len(chunk) == 2_000:
            await store.transact(saving(chunk))
            chunk = []
    await store.transact(saving(chunk))


async def p99(calls: list[Callable[[], Awaitable[object]]]) -> float:
    """The 99th percentile of calls, one after the other, in ms."""
    took = []
    for call in calls:
        before = time.perf_counter()
        await call()
        took.append((time.perf_counter() - before) * 1_000)
    return sorted(took)[int(len(took) * 0.99)]


def lookups(store: Store, n: int, times: int) -> dict[str, list[Callable[[], Awaitable[object]]]]:
    """Look-ups of each kind, each with other words and numbers."""
    chance = random.Random(5)
    end = T0 + n * 120_000

    def many(call: Callable[[], Awaitable[object]]) -> list[Callable[[], Awaitable[object]]]:
        return [call] * times

    return {
        "latest": many(lambda: store.latest(None, 25, end - chance.randrange(10**9))),
        "latest of a topic": many(lambda: store.latest(f"topic:{chance.randrange(20)}", 25)),
        "search, a name": many(lambda: store.search(asked(chance.choice(NAMES)), 25)),
        "search, common words": many(lambda: store.search(asked(*chance.sample(WORDS[:12], 2)), 25)),
        "search, a rare word": many(lambda: store.search(asked(chance.choice(RARE)), 25)),
        "search, one character": many(lambda: store.search(asked(chance.choice(HAN[:200])), 25)),
        "story and timeline": many(lambda: store.timeline(chance.randrange(1, n))),
        "trend of 90 days": many(lambda: store.trend(f"topic:{chance.randrange(20)}", end - 90 * 24 * HOUR_MS)),
        "scan of 7 days": many(lambda: store.scan(asked(chance.choice(NAMES)), end - 7 * 24 * HOUR_MS, 500)),
        "stats": many(store.stats),
    }


def completions(store: Store, times: int) -> list[Callable[[], Awaitable[object]]]:
    """What is asked for as a user types."""
    chance = random.Random(6)
    asked: list[Callable[[], Awaitable[object]]] = []
    for _ in range(times):
        word = chance.choice(RARE)[: chance.randrange(3, 6)]
        asked += [
            lambda word=word: store.spellings(word, 25),  # type: ignore[misc]
            lambda: store.outlets("outl", 25),
        ]
    return asked


async def run(n: int, times: int) -> None:
    """Print every claim."""
    print(f"stored with full text, batches of 50: {await storing(20_000, 50):,.0f} entries/CPU-s (target ≥ 10,000)")
    index_text, Ingest.index_text = Ingest.index_text, lambda *_: None  # type: ignore[method-assign]
    print(f"stored without it, batches of 1,000: {await storing(20_000, 1_000):,.0f} entries/CPU-s (target ≥ 50,000)")
    Ingest.index_text = index_text  # type: ignore[method-assign]
    print(f"writes asked for at once share a transaction: {await hops(1_000):,.0f} a transaction (target ≥ 20)")
    async with new_store() as store:
        before = time.perf_counter()
        await filled(store, n)
        print(f"filled with {n:,} entries in {time.perf_counter() - before:,.0f} s")
        for name, calls in lookups(store, n, times).items():
            print(f"{name}: {await p99(calls):.2f} ms p99 among {n:,} (target ≤ 25)")
        print(f"completion: {await p99(completions(store, times)):.2f} ms p99 among {n:,} (target ≤ 2)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="look-ups among 1,000,000 entries")
    full = parser.parse_args().full
    asyncio.run(run(1_000_000 if full else 50_000, 200 if full else 100))


if __name__ == "__main__":
    main()
