"""Summaries: their time, and how much of other reports' leads they say: `python -m benchmarks.summaries [--full]`.

There are no human summaries among the shared data. As a stand-in, each event with at least eight reports is summarised
from all but three of them, and the words (ROUGE-1) and word pairs (ROUGE-2) of the three others' first hundred words
are looked for in it (recall, no stemming). The same is measured for simpler ways, in the same run; only the order of
the ways means something, not the figures. Needs the shared data; without it only the times are measured.

Who has the standard sets measures with them: `--articles FILE.csv` (columns `article`, `highlights`, as CNN/DailyMail
is published) prints ROUGE F1 of each article's summary, `--clusters FILE.jsonl` (`{"docs": [text, …], "references":
[text, …]}` a line, as of DUC 2004) prints ROUGE recall of a hundred words.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from bot.core.alerts.summary import Doc, entry_summary, summarise
from bot.core.language.sentences import clean, words
from bot.core.model import Entry

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


def _events(shuffles: int) -> list[tuple[list[str], list[str]]]:
    return [test for seed in range(shuffles) for test in events(seed)]


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


def f1(reference: str, summary: str, n: int) -> float:
    """ROUGE's F1: twice recall times precision by their sum."""
    found, precise = recall(reference, summary, n), recall(summary, reference, n)
    return 2 * found * precise / (found + precise) if found else 0.0


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


def by_lexrank(texts: list[str]) -> str:
    """The sentences that are likest to the others (Erkan and Radev, "LexRank", 2004: threshold 0.1, damping 0.85)."""
    sentences = [sentence for text in texts for sentence in clean(text) if len(words(sentence)) > 5]
    near = _likeness([Counter(words(sentence)) for sentence in sentences])
    links = [[at for at, score in enumerate(row) if score > 0.1] for row in near]
    ranks = [1.0] * len(sentences)
    for _ in range(40):
        ranks = [0.15 + 0.85 * sum(ranks[other] / len(links[other]) for other in row) for row in links]
    chosen: list[int] = []
    for at in sorted(range(len(sentences)), key=lambda at: -ranks[at]):
        if all(near[at][other] < 0.5 for other in chosen):
            chosen.append(at)
    return cut(" ".join(sentences[at] for at in chosen[:WORDS]))


def _likeness(counts: Sequence[Counter[str]]) -> list[list[float]]:
    """Cosines of term frequency times inverse document frequency, sentence by sentence."""
    spread = Counter(word for count in counts for word in count)
    weighed = [{word: n * math.log(len(counts) / spread[word]) for word, n in count.items()} for count in counts]
    norms = [math.hypot(*row.values()) or 1.0 for row in weighed]
    return [
        [
            1.0 if a is b else sum(x * b.get(word, 0.0) for word, x in a.items()) / na / nb
            for b, nb in zip(weighed, norms, strict=True)
        ]
        for a, na in zip(weighed, norms, strict=True)
    ]


WAYS: dict[str, Way] = {
    "coverage (ours)": by_coverage,
    "LexRank": by_lexrank,
    "first sentences": by_first_sentences,
    "first lead": by_first_lead,
}


def quality(tests: Sequence[tuple[list[str], list[str]]]) -> None:
    """One line a way."""
    for name, way in WAYS.items():
        pairs = [(reference, cut(way(texts))) for texts, references in tests for reference in references]
        one, two = (100 * statistics.mean(recall(a, b, n) for a, b in pairs) for n in (1, 2))
        print(f"summaries, {name}: ROUGE-1 recall {one:.1f}, ROUGE-2 recall {two:.1f} over {len(tests)} events")


def of_articles(path: Path) -> None:
    """One line: F1 of the summaries of single articles."""
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8", newline="") as lines:
        pairs = [(row["highlights"], summarise([Doc("", row["article"])])) for row in csv.DictReader(lines)]
    one, two = (100 * statistics.mean(f1(a, b, n) for a, b in pairs) for n in (1, 2))
    print(f"summaries, {len(pairs)} articles: ROUGE-1 F1 {one:.1f}, ROUGE-2 F1 {two:.1f}, no stemming (target >= 41.3)")


def clusters(path: Path) -> list[tuple[list[str], list[str]]]:
    """What `events` gives, of a file."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [(row["docs"], row["references"]) for row in rows]


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
    parser.add_argument("--articles", type=Path, help="measure with these articles instead")
    parser.add_argument("--clusters", type=Path, help="measure with these clusters instead")
    asked = parser.parse_args()
    if asked.articles:
        of_articles(asked.articles)
        return
    tests = clusters(asked.clusters) if asked.clusters else _events(5 if asked.full else 1)
    if tests:
        quality(tests)
    else:
        print("summaries: no shared data, so times only")
    times(made(10, 25, 22), 20)


if __name__ == "__main__":
    main()
