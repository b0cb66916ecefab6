"""The matching engine against a loop over all queries: `python -m benchmarks.match [--full] [--many 200000,1000000]`.

The loop evaluates each query's tree with `word in text.lower()`, the way feed bots filter. Texts are news articles cut
to 300 words where the shared data is there, else generated; queries are random boolean expressions over their words.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import psutil

from bot.core.language.text import tokens
from bot.core.matching.match import Engine
from bot.core.matching.query import canonical, parse, stored, unparse
from bot.core.matching.tree import And, Node, Not, Or, Phrase, children
from bot.core.model import Entry

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[2] / "shared"))
WORDS = 300


def articles(n: int) -> list[Entry]:
    """News articles of up to 300 words: a headline, and the text as summary."""
    path = SHARED / "data" / "dedup" / "ecb_dev.jsonl.gz"
    texts = _read(path) if path.is_file() else _made(n)
    return [Entry(str(i), "", title, " ".join(text.split()[:WORDS])) for i, (title, text) in enumerate(texts[:n])]


def _read(path: Path) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    random.Random(1).shuffle(rows)
    return [(row["title"], row["text"]) for row in rows if len(row["text"].split()) > WORDS / 2]


def _made(n: int) -> list[tuple[str, str]]:
    rng = random.Random(1)
    letters = "abcdefghiklmnoprstuvw"
    words = ["".join(rng.choices(letters, k=rng.randint(3, 9))) for _ in range(15_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    return [(" ".join(rng.choices(words, k=9)), " ".join(rng.choices(words, weights, k=WORDS))) for _ in range(n)]


def queries(entries: Sequence[Entry], n: int, seed: int = 2) -> list[str]:
    """Distinct boolean queries over the words of the texts: rare words mostly, common ones now and then."""
    rng = random.Random(seed)
    running = [word for entry in entries for word in tokens(entry.summary).texts if word.isalpha() and len(word) > 2]
    kinds = sorted(set(running))

    def word() -> str:
        return rng.choice(running) if rng.random() < 0.25 else rng.choice(kinds)

    def phrase() -> str:
        at = rng.randrange(len(running) - 1)
        return f'"{running[at]} {running[at + 1]}"'

    shapes: list[tuple[int, Callable[[], str]]] = [
        (30, lambda: f"{word()} AND {word()}"),
        (20, lambda: f"{word()} AND ({word()} OR {word()})"),
        (12, phrase),
        (10, lambda: f"{phrase()} AND {word()}"),
        (10, lambda: f"{word()} AND {word()} NOT {word()}"),
        (8, lambda: f"{word()} NEAR/5 {word()}"),
        (5, lambda: f"{word()[:5]}* {word()}"),
        (5, lambda: f"({word()} OR {phrase()}) AND ({word()} OR {word()})"),
    ]
    made: dict[str, None] = {}
    while len(made) < n:
        text = rng.choices([make for _, make in shapes], [weight for weight, _ in shapes])[0]()
        made[unparse(canonical(parse(text)))] = None
    return list(made)


def loop(rules: Sequence[tuple[str, Node]], entry: Entry) -> list[str]:
    """What is to be beaten."""
    text = f"{entry.title}\n{entry.summary}\n{entry.content}".lower()
    return [rule for rule, tree in rules if _naive(tree, text)]


def _naive(node: Node, text: str) -> bool:
    if isinstance(node, Phrase):
        return " ".join(node.words).rstrip("*") in text
    if isinstance(node, And):
        return all(_naive(part, text) for part in node.parts)
    if isinstance(node, Or):
        return any(_naive(part, text) for part in node.parts)
    if isinstance(node, Not):
        return not _naive(node.part, text)
    return all(_naive(part, text) for part in children(node))


def timed(work: Callable[[Entry], object], entries: Iterable[Entry]) -> float:
    """The median CPU time for one entry, in ms (the machine may be busy with other things)."""
    times = []
    for entry in entries:
        start = time.process_time()
        work(entry)
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def against_the_loop(n: int, texts: list[Entry], target: int) -> Engine:
    """Load n queries, compare, and measure memory and the time to subscribe."""
    rules = [(f"query:{number}", parse(text)) for number, text in enumerate(queries(texts, n))]
    gc.collect()
    before = psutil.Process().memory_info().rss
    engine = Engine()
    engine.learn(texts[-100:])
    start = time.process_time()
    for rule, tree in rules:
        engine.add(rule, tree)
    took = time.process_time() - start
    gc.collect()
    grown = psutil.Process().memory_info().rss - before
    gc.freeze()
    for entry in texts[:20]:
        engine.match(entry)
    ours = timed(engine.matching, texts[:100])
    reasons = timed(engine.match, texts[:100])
    theirs = timed(lambda entry: loop(rules, entry), texts[:10])
    hits = statistics.mean(len(engine.matching(entry)) for entry in texts[:50])
    print(f"{n:,} queries, faster than the loop: {theirs / ours:.0f} × (target ≥ {target})")
    print(f"{n:,} queries, an article: {ours:.2f} ms, the loop {theirs:.1f} ms")
    print(f"{n:,} queries, an article with the words of each of its {hits:.0f} hits: {reasons:.2f} ms")
    print(f"{n:,} queries, memory: {grown / n:.0f} bytes a query (target ≤ 600)")
    print(f"{n:,} queries, loading: {took / n * 1e6:.0f} µs a query")
    subscribing(engine, texts)
    return engine


def subscribing(engine: Engine, texts: list[Entry]) -> None:
    """From a query's text to its first match, with the others loaded."""
    times = []
    for number, text in enumerate(queries(texts, 200, seed=3)):
        start = time.process_time()
        engine.add(f"query:new{number}", parse(text))
        times.append((time.process_time() - start) * 1000)
    for number in range(200):
        engine.remove(f"query:new{number}")
    print(f"subscribe to effective, 99th of 100: {sorted(times)[-3]:.2f} ms (target ≤ 5)")


def a_million(texts: list[Entry]) -> None:
    """A million subscriptions of 200,000 channels to 18,700 distinct queries, and the channels reached."""
    rng = random.Random(4)
    engine = Engine()
    engine.learn(texts[-100:])
    names = []
    for number, text in enumerate(queries(texts, 18_700, seed=5)):
        names.append(f"query:{number}")
        engine.add(names[-1], parse(text))
    channels: dict[str, list[int]] = {name: [] for name in names}
    for _ in range(1_000_000):
        channels[rng.choice(names)].append(rng.randrange(200_000))
    gc.freeze()

    def deliver(entry: Entry) -> set[int]:
        reached: set[int] = set()
        for rule in engine.matching(entry):
            reached.update(channels[rule])
        return reached

    small = [Entry(entry.id, "", entry.title, " ".join(entry.summary.split()[:22])) for entry in texts]
    for entry in texts[:20]:
        deliver(entry)
    print(f"1,000,000 subscriptions, an article: {timed(deliver, texts[:150]):.2f} ms (target ≤ 1.3)")
    print(f"1,000,000 subscriptions, a feed-sized item: {timed(deliver, small[:300]):.2f} ms (target ≤ 0.3)")


def many(n: int, texts: list[Entry]) -> None:
    """So many distinct queries in one process, as `ingest` holds them: what they cost in memory, time, and a start."""
    found = queries(texts, n, seed=8)
    gc.collect()
    before = psutil.Process().memory_info().rss
    engine = Engine()
    engine.learn(texts[-100:])
    start = time.process_time()
    gc.disable()
    for number, text in enumerate(found):
        engine.add(f"query:{number}", stored(text))
    took = time.process_time() - start
    gc.enable()
    gc.freeze()
    grown = psutil.Process().memory_info().rss - before
    small = [Entry(entry.id, "", entry.title, " ".join(entry.summary.split()[:22])) for entry in texts]
    for entry in texts[:20]:
        engine.match(entry)
    hits = statistics.mean(len(engine.matching(entry)) for entry in small[:100])
    print(f"{n:,} distinct queries, memory: {grown / 1e6:,.0f} MB, {grown / n:.0f} bytes a query")
    print(f"{n:,} distinct queries, a start: {took:.1f} s")
    print(f"{n:,} distinct queries, a feed-sized item: {timed(engine.matching, small[:300]):.2f} ms")
    reasons = timed(engine.match, small[:300])
    print(f"{n:,} distinct queries, with the words of each of its {hits:.0f} hits: {reasons:.2f} ms")
    print(f"{n:,} distinct queries, an article: {timed(engine.matching, texts[:100]):.2f} ms")


def slowest(texts: list[Entry]) -> None:
    """Each query alone: none may cost much more than another."""
    nasty = [
        "the NEAR/20 of NEAR/20 to NEAR/20 in NEAR/20 and",
        "the AND of AND to AND in NOT zebra",
        " OR ".join(f"w{number}" for number in range(60)),
        '"of the" AND "in the" AND "to the"',
        "the /(a+)+b|[a-z]{3,9} (of|the){1,9}x/ and",
        "com* NEAR/20 (the OR of OR and) pro* con* res*",
    ]
    per_query = []
    for text in queries(texts, 60, seed=6) + nasty:
        engine = Engine()
        engine.add("query:1", parse(text))
        per_query.append((timed(engine.match, texts[:25]), text))
    median = statistics.median(cost for cost, _ in per_query)
    worst, text = max(per_query)
    print(f"slowest query against the median one: {worst / median:.1f} × (target ≤ 5): {text[:60]}")


def parsing(texts: list[Entry]) -> None:
    found = queries(texts, 2_000, seed=7)
    start = time.process_time()
    for text in found:
        parse(text)
    print(f"parsing: {(time.process_time() - start) / len(found) * 1e6:.0f} µs a query (target ≤ 22)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also 100,000 queries")
    parser.add_argument("--many", default="", help="so many distinct queries in one process, and nothing else")
    args = parser.parse_args()
    texts = articles(500)
    for n in filter(None, args.many.split(",")):
        many(int(n), texts)
    if args.many:
        return
    parsing(texts)
    slowest(texts)
    against_the_loop(10_000, texts, 40)
    a_million(texts)
    if args.full:
        against_the_loop(100_000, texts, 100)


if __name__ == "__main__":
    main()
