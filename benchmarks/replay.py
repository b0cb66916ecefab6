"""Entries a second through the whole pipeline (match, fold, summarise, full text) into SQLite on disk.

python -m benchmarks.replay               5,000 generated items through `tocsin replay`
python -m benchmarks.replay --vectors     the same, read for their meaning too
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.store import text


def rows(n: int) -> list[dict[str, str]]:
    """Feed-sized items, a minute apart; a third report again what an earlier one said."""
    chance = random.Random(3)
    made: list[dict[str, str]] = []
    for number in range(n):
        title, body = text(chance, 10), text(chance, 30)
        if made and chance.random() < 0.33:
            earlier = made[-chance.randint(1, min(40, len(made)))]
            title = " ".join(sorted(earlier["title"].split(), key=lambda _: chance.random()))
            body = earlier["summary"]
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_767_225_600 + number * 60))
        made.append(
            {"id": str(number), "url": f"https://n{number % 40}.example/{number}", "title": title, "summary": body,
             "published": at, "source": f"Outlet {number % 40}"}
        )  # fmt: skip
    return made


class Taken(NamedTuple):
    """What a run took, in seconds: of its processes' CPU, and from its start to its end."""

    cpu: float
    wall: float


def main() -> None:
    """Print the rates of a run less an empty one: by the clock, which two processors share, and by CPU time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--vectors", action="store_true", help="with the extra's sentence vectors")
    given = parser.parse_args()
    items = given.items
    if given.vectors:
        os.environ["TOCSIN_STORIES_VECTORS"] = "on"
    with tempfile.TemporaryDirectory() as name:
        source, empty = Path(name) / "in.jsonl", Path(name) / "empty.jsonl"
        source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows(items)), encoding="utf-8")
        empty.write_text("")
        start = _took(empty, Path(name) / "e.db")
        taken = _took(source, Path(name) / "r.db")
    target = "with vectors" if given.vectors else "target >= 1,500"
    wall, cpu = items / (taken.wall - start.wall), items / (taken.cpu - start.cpu)
    print(f"replay: {wall:,.0f} entries a second on {os.cpu_count()} processors, {cpu:,.0f} a CPU-second ({target});")
    print(f"the start takes {start.cpu:.1f} s of CPU")


def _took(source: Path, db: Path) -> Taken:
    before, since = os.times(), time.perf_counter()
    command = [sys.executable, "-m", "bot", "replay", str(source), "--db", str(db), "--out", os.devnull]
    subprocess.run(command, check=True)
    after, wall = os.times(), time.perf_counter() - since
    return Taken(after.children_user + after.children_system - before.children_user - before.children_system, wall)


if __name__ == "__main__":
    main()
