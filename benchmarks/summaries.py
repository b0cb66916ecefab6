"""Summaries: their time, and how much of other reports' leads they say: `python -m benchmarks.summaries [--full]`.

There are no human summaries among the shared data. As a stand-in, each event with at least eight reports is summarised
from all but three of them, and the words (ROUGE-1) and word pairs (ROUGE-2) of the three others' first hundred words
are looked for in it (recall, no stemming). The same is measured for simpler ways, in the same run; only the order of
the ways means something, not the figures. Needs the shared data; without it only the times are measured.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from bot.core.model import Entry
from bot.core.sentences import clean, words
from bot.core.summary import Doc, entry_summary, summarise

SHARED = Path(os.environ.get("TOCSIN_SHARED", Path(__file__).parents[2] / "shared"))
WORDS = 100
Way = Callable[[list[str]], str]


def events(seed: int) -> list[tuple[list[str], list[str]]]:
    """(reports to summarise, leads to find) of each event of the development set with eight reports or more."""
    path = SHARED / "data" / "dedup" / "ecb_dev.jsonl.gz"
    if not path.is_file():
        return []
    clusters: dict[str, list[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            clusters.setdefault(row["cluster"], []).append(row["text"])
    found = []
    for _, texts in sorted(clusters.items()):
        if len(texts) >= 8:
            random.Random(seed).shuffle(texts)
            found.append((texts[:-3][:10], [cut(" ".join(clean(text))) for text in texts[-3:]]))
    return found


def made(reports: int, sentences: int, length: int) -> list[str]:
    """Reports of random words, for times alone."""
    rng = random.Random(1)
    names = [f"w{n}" for n in range(800)]

    def sentence() -> str:
        return " ".join(rng.choices(names, range(800, 0, -1), k=length)).capitalize() + "."

    return [" ".join(sentence() for _ in range(sentences)) for _ in range(reports)]


def cut(text: str) -> str:
    """The first hundred words."""
    return " ".join(text.split()[:WORDS])


def recall(reference: str, summary: str, n: int) -> float:
    """The share of the reference's n-grams that the summary has too (Lin, "ROUGE", 2004)."""
    wanted, said = _grams(reference, n), _grams(summary, n)
    return sum((wanted & said).values()) / max(1, sum(wanted.values()))


def _grams(text: str, n: int) -> Counter[tuple[str, ...]]:
    found = words(text)
    return Counter(pairwise(found) if n == 2 else ((word,) for word in found))


def by_coverage(texts: list[str]) -> str:
    """Ours."""
    return summarise([Doc("", text) for text in texts], words=WORDS)


def by_first_lead(texts: list[str]) -> str:
    """The lead of the first report."""
    return cut(" ".join(clean(texts[0])))


def by_first_sentences(texts: list[str]) -> str:
    """The first sentence of each report."""
    return cut(" ".join(kept[0] for text in texts if (kept := clean(text))))


WAYS: dict[str, Way] = {
    "coverage (ours)": by_coverage,
    "first sentences": by_first_sentences,
    "first lead": by_first_lead,
}


def quality(tests: Sequence[tuple[list[str], list[str]]]) -> None:
    """One line a way."""
    for name, way in WAYS.items():
        pairs = [(reference, cut(way(texts))) for texts, references in tests for reference in references]
        one, two = (100 * statistics.mean(recall(a, b, n) for a, b in pairs) for n in (1, 2))
        print(f"summaries, {name}: ROUGE-1 recall {one:.1f}, ROUGE-2 recall {two:.1f} over {len(tests)} events")


def times(texts: list[str], rounds: int) -> None:
    """The time of a story with ten full reports, and of a feed item."""
    story = min(_cpu(lambda: by_coverage(texts)) for _ in range(rounds))
    print(f"summaries, a story of {len(texts)} reports: {story * 1e3:.1f} ms (target <= 10)")
    item = Entry(
        "1", "", "Chip maker widens its ban", "The chip maker said on Tuesday it would widen it. It fell 5.6%."
    )
    many = min(_cpu(lambda: [entry_summary(item) for _ in range(1000)]) for _ in range(rounds))
    print(f"summaries, a feed item: {many * 1e3:.1f} us (target <= 30)")


def _cpu(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """One line a claim."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="more shuffles of the reports")
    full = parser.parse_args().full
    tests = [test for seed in range(5 if full else 1) for test in events(seed)]
    if tests:
        quality(tests)
    else:
        print("summaries: no shared data, so times only")
    times(made(10, 25, 22), 20)


if __name__ == "__main__":
    main()
