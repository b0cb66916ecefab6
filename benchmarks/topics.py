"""Topics against labelled headlines: `python -m benchmarks.topics [FILE] [--topics DIR] [--wrong TOPIC]`.

FILE holds one JSON a line: {"title", "lang", "topics": [ids], "ambiguous"}. `--wrong any` or a topic's id lists the
headlines that it got wrong. Only topics that the labels know are scored.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from bot.core.matching.match import Engine
from bot.core.model import Entry
from bot.rules.topicfiles import read_topic_files

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))


class Score(NamedTuple):
    """Counts of right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def __str__(self) -> str:
        return f"{self.f1:.3f} (precision {self.precision:.3f}, recall {self.recall:.3f}, {self.right + self.missed})"


class Judged(NamedTuple):
    title: str
    lang: str
    gold: frozenset[str]
    found: frozenset[str]


def judge(path: Path, topics: Path) -> list[Judged]:
    """Every headline that is not ambiguous, with what it should be and what it was found to be."""
    loaded = read_topic_files(topics, ROOT / "config" / "entities.toml")
    for error in loaded.errors:
        print(f"! {error}")
    engine = Engine()
    for topic in loaded.topics:
        engine.add(f"topic:{topic.id}", topic.tree)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    known = {topic for row in rows for topic in row["topics"]}
    judged = []
    for row in rows:
        if not row.get("ambiguous"):
            entry = Entry(row.get("id", ""), "", row["title"], row.get("summary", ""), lang=row.get("lang", ""))
            found = {rule.removeprefix("topic:") for rule in engine.matching(entry)} & known
            judged.append(Judged(row["title"], row.get("lang", ""), frozenset(row["topics"]), frozenset(found)))
    return judged


def per_topic(judged: list[Judged]) -> dict[str, Score]:
    """One score a topic."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in judged:
        for topic in row.gold | row.found:
            kind = "right" if topic in row.gold & row.found else "wrong" if topic in row.found else "missed"
            counts[topic, kind] += 1
    names = sorted({topic for topic, _ in counts})
    return {name: Score(*(counts[name, kind] for kind in Score._fields)) for name in names}


def on_any(judged: list[Judged]) -> Score:
    """On any topic at all, yes or no."""
    pairs = Counter((bool(row.gold), bool(row.found)) for row in judged)
    return Score(pairs[True, True], pairs[False, True], pairs[True, False])


def total(scores: dict[str, Score]) -> Score:
    """All topics together (micro average)."""
    return Score(*(sum(column) for column in zip(*scores.values(), strict=True)))


def report(judged: list[Judged]) -> None:
    """One line a claim."""
    print(f"any topic, precision: {on_any(judged).precision:.3f} (target ≥ 0.92)")
    print(f"any topic, recall: {on_any(judged).recall:.3f} (target ≥ 0.92)")
    print(f"per topic, micro F1: {total(per_topic(judged))} (target ≥ 0.82)")
    off = [row for row in judged if not row.gold]
    false = sum(bool(row.found) for row in off)
    print(f"off-topic headlines that set a topic off: {100 * false / max(1, len(off)):.1f} % (target ≤ 4 %)")
    for lang in sorted({row.lang for row in judged}):
        mine = [row for row in judged if row.lang == lang]
        print(f"{lang}: any {on_any(mine)}, micro F1 {total(per_topic(mine))}")
    for name, score in per_topic(judged).items():
        print(f"  {name}: {score}")


def show(judged: list[Judged], topic: str) -> None:
    """The headlines that a topic (or "any") got wrong."""
    for row in judged:
        wanted, got = (bool(row.gold), bool(row.found)) if topic == "any" else (topic in row.gold, topic in row.found)
        if wanted != got:
            print(f"{'missed' if wanted else 'WRONG '} {row.title}  | {', '.join(sorted(row.gold)) or '-'} "
                  f"→ {', '.join(sorted(row.found)) or '-'}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=SHARED / "data" / "topics" / "dev.jsonl")
    parser.add_argument("--topics", type=Path, default=ROOT / "config" / "topics")
    parser.add_argument("--wrong", default="", metavar="TOPIC")
    args = parser.parse_args()
    judged = judge(args.file, args.topics)
    report(judged)
    if args.wrong:
        show(judged, args.wrong)


if __name__ == "__main__":
    main()
