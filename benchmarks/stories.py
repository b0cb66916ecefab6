"""Folding measured: `python -m benchmarks.stories`.

Quality on the development sets (skipped where they are not there), fed as streams in file order one minute apart, and
the labelled stream and pairs of the tests (`--vectors`: with the extra). Then the cost of an item beside 10,000
and 100,000 stored rows (`--full`: also 1,000,000 and 10,000,000; `--rows N …` for others), a minute apart; `--dense`:
all in the 17 days in which a story can be open. `--rows` alone skips the quality. `--orders N` reads ECB+ alone, in N
other orders. `--pairs FILE` judges pairs of texts alone: JSON lines {"a", "b", "same"}.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import random
import sqlite3
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.storymeaning import made_up, reading
from benchmarks.storyrows import WINDOW, fill, item
from bot.core.language.entities import Lexicon
from bot.core.model import Entry
from bot.core.stories.cluster import document, place, same
from bot.core.stories.weights import DEFAULT
from bot.ingest.apart import two_in
from bot.ports import Report
from bot.rules.embedding import embedder
from bot.rules.lexicons import read_lexicon
from bot.store.similar.index import StoryIndex
from bot.store.similar.rows import member_of
from bot.store.sql.folding import DDL
from tests.shared import SHARED
from tests.stories.pairs import Pair, pairs
from tests.stories.stream import Run, run, stream

CONFIG = Path(__file__).parents[1] / "config"
DATA = SHARED / "data" / "dedup"
MINUTE = 60_000
START = 1_767_225_600_000
_PASSES = 3  # over the same items, taken back in between; an item's least counts: other jobs share the machine's caches
_WARM = 500  # items before the measured ones: a program that runs has read what is told again and again


def main() -> None:
    """Print one line a claim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also beside 1,000,000 and 10,000,000 stored rows")
    parser.add_argument("--rows", type=int, nargs="+", help="only the cost, beside so many stored rows")
    parser.add_argument("--orders", type=int, metavar="N", help="only ECB+ with its reports in N other orders")
    parser.add_argument(
        "--pairs", type=Path, metavar="FILE", help="only pairs of texts, with whether they are one event"
    )
    parser.add_argument("--worst", action="store_true", help="show the ten worst false merges of each set")
    parser.add_argument("--dense", action="store_true", help="the stored rows all within the window of open stories")
    parser.add_argument("--vectors", action="store_true", help="with the extra: by what titles mean too")
    given = parser.parse_args()
    lexicon = read_lexicon(CONFIG / "entities.toml", CONFIG / "glossary.toml")
    lexicon = replace(lexicon, embed=embedder("on" if given.vectors else "off"))
    if lexicon.embed:
        reading(lexicon.embed)
    if given.pairs is not None:
        in_file(given.pairs, lexicon)
        return
    if given.orders is not None:
        in_other_orders(lexicon, given.orders)
        return
    if given.rows is None:
        quality(lexicon, worst=given.worst)
    lexicon = replace(lexicon, embed=made_up if lexicon.embed else None)
    sizes = given.rows or [10_000, 100_000, *([1_000_000, 10_000_000] if given.full else [])]
    for rows in sizes:
        cost(rows, lexicon, min(MINUTE, WINDOW // rows) if given.dense else MINUTE)


def quality(lexicon: Lexicon, *, worst: bool) -> None:
    """The sets of the table in issue order, then the labelled stream."""
    if not DATA.is_dir():
        print(f"quality: no development sets at {DATA} (set TOCSIN_SHARED)")
    else:
        copies(lexicon)
        for name, label, words, target in (
            ("ecb_dev", "ECB+ title + lead", 60, "≥ .90, precision ≥ .88"),
            ("ecb_dev", "ECB+ full text", None, "≥ .93"),
            ("uci_dev", "UCI headlines", 0, "≥ .72"),
        ):
            rows = read(name)
            entries = [entry_of(row, number, words) for number, row in enumerate(rows)]
            done, gold = folded(entries, lexicon), [row["cluster"] for row in rows]
            precision, recall, f1 = bcubed(done.stories, gold)
            print(f"{label}: B-cubed F1 {f1:.3f} (target {target}), precision {precision:.3f}, recall {recall:.3f}")
            if worst:
                show_worst(entries, done, gold)
    in_pairs(lexicon)
    pairs_in_a_stream(lexicon)
    in_stream(lexicon)


def in_other_orders(lexicon: Lexicon, many: int) -> None:
    """ECB+ shuffled, at five lengths: rules and thresholds were chosen with the order of the file in view."""
    for words in (30, 60, 90, 150, None):
        found = []
        for seed in range(1, many + 1):
            rows = read("ecb_dev")
            random.Random(seed).shuffle(rows)
            done = folded([entry_of(row, number, words) for number, row in enumerate(rows)], lexicon)
            found.append(bcubed(done.stories, [row["cluster"] for row in rows])[2])
        print(
            f"ECB+, {words or 'all'} words, in {many} other orders: mean F1 {fmean(found):.3f}",
            *map("{:.3f}".format, found),
        )


def in_file(path: Path, lexicon: Lexicon) -> None:
    """Pairs of anybody's, two at a time."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    chosen = [Pair("", row["a"], row["b"], bool(row["same"]), kept=True) for row in rows]
    precision, recall, f1 = pairwise(chosen, lexicon)
    print(f"{path.name}: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}, {len(chosen)} pairs")


def in_pairs(lexicon: Lexicon) -> None:
    """The second half of the labelled pairs: no model was fitted to it, the choice of those with vectors saw it."""
    kept = [one for one in pairs() if one.kept]
    for label, kinds in (("Chinese pairs", ("zh", "script")), ("English-Chinese pairs", ("cross",))):
        chosen = [one for one in kept if one.kind in kinds]
        precision, recall, f1 = pairwise(chosen, lexicon)
        print(f"{label}: F1 {f1:.3f}, precision {precision:.3f}, recall {recall:.3f}, {len(chosen)} pairs")


def pairs_in_a_stream(lexicon: Lexicon) -> None:
    """The texts of the English-Chinese pairs as titles in one stream: which two end in one story? Pairwise F1."""
    events: dict[str, str] = {}
    for one in pairs():
        if one.kept and one.kind == "cross":
            events.setdefault(one.a, one.a)
            events.setdefault(one.b, one.a if one.same else one.b)
    rows = [{"id": title, "title": title, "cluster": event} for title, event in events.items()]
    random.Random(1).shuffle(rows)
    done = folded([entry_of(row, number, 0) for number, row in enumerate(rows)], lexicon)
    told = Counter(zip(done.stories, (row["cluster"] for row in rows), strict=True))
    right, called, true = _twos(told), _twos(Counter(done.stories)), _twos(Counter(events.values()))
    print(f"English-Chinese pairs in a stream: pairwise F1 {2 * right / (called + true):.3f},", end=" ")
    print(f"precision {right / max(1, called):.3f}, recall {right / true:.3f}, {len(rows)} titles")


def _twos(counted: Counter[Any]) -> int:
    return sum(n * (n - 1) // 2 for n in counted.values())


def pairwise(chosen: Sequence[Pair], lexicon: Lexicon) -> tuple[float, float, float]:
    """Precision, recall and F1 of "one event"."""
    said = [(same(one.a, one.b, "", lexicon).same, one.same) for one in chosen]
    right, called, true = said.count((True, True)), sum(s for s, _ in said), sum(t for _, t in said)
    return right / max(1, called), right / true, 2 * right / (called + true)


def in_stream(lexicon: Lexicon) -> None:
    """The labelled stream: how often an event is alerted, and which never is."""
    labelled = stream()
    done = folded([one.entry for one in labelled], lexicon)
    opened = Counter(one.event for one, placed in zip(labelled, done.placements, strict=True) if placed.kind == "new")
    told = {one.event for one, placed in zip(labelled, done.placements, strict=True) if placed.kind in ("new", "grown")}
    events = {one.event for one in labelled}
    print(f"stream: alerts per story {sum(opened.values()) / len(events):.3f} (target ≤ 1.05)")
    print(f"stream: events unreported {len(events - told)} (target 0)")


def copies(lexicon: Lexicon) -> None:
    """Edited copies: found as such beside any earlier text of their event; never beside another event's."""
    rows = read("near_dev")
    done = folded([entry_of(row, number, None) for number, row in enumerate(rows)], lexicon)
    seen: set[str] = set()
    due = found = across = 0
    for row, placed in zip(rows, done.placements, strict=True):
        original = rows[placed.duplicate_of - 1] if placed.duplicate_of else None
        due += row["base"] in seen
        found += row["base"] in seen and original is not None
        across += original is not None and original["event"] != row["event"]
        seen.add(row["base"])
    print(f"copies: recall {found / due:.4f} (target ≥ .995), {due} copies")
    print(f"copies: merges across events {across} (target 0)")
    pairs = random.Random(1)
    strangers = [(a, b) for a, b in (pairs.sample(rows, 2) for _ in range(800)) if a["event"] != b["event"]]
    wrong = sum(same(a["text"], b["text"], "en", lexicon).same for a, b in strangers)
    print(f"copies: strangers taken for one event {wrong} of {len(strangers)} pairs")


def folded(entries: Sequence[Entry], lexicon: Lexicon) -> Run:
    """A stream through a fresh index, its stories looked at again at the end."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.executescript(DDL)
    conn.execute("begin")
    done = run(list(entries), StoryIndex(conn), lexicon)
    done.stories = _looked_again(conn, entries, done, lexicon)
    conn.close()
    return done


def _looked_again(conn: sqlite3.Connection, entries: Sequence[Entry], done: Run, lexicon: Lexicon) -> list[int]:
    """The stories of a stream's reports after those that turned out to be two were taken apart, as `replay` does."""
    held: defaultdict[int, list[Report]] = defaultdict(list)
    for number, body in conn.execute("select item, body from fold_item order by item"):
        copied = done.placements[number - 1].duplicate_of
        held[done.stories[number - 1]].append(Report(number, entries[number - 1], member_of(body), copied))
    ended = list(done.stories)
    waiting = list(held.values())
    while waiting:
        reports = waiting.pop()
        if two := two_in(0, reports, lexicon, DEFAULT):
            new = max(ended) + 1
            for report in two.moved:
                ended[report.entry_id - 1] = new
            waiting += [[*two.moved], [report for report in reports if report not in two.moved]]
    return ended


def entry_of(row: dict[str, Any], number: int, words: int | None) -> Entry:
    """A row as an entry, its text cut to so many words."""
    text = row.get("text", "")
    cut = text if words is None else " ".join(text.split()[:words])
    at = START + number * MINUTE
    return Entry(row["id"], "", row.get("title", ""), "", cut, lang=row.get("lang", ""), published=at, first_seen=at)


def read(name: str) -> list[dict[str, Any]]:
    """A development set."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def bcubed(stories: Sequence[int], gold: Sequence[str]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga and Baldwin 1998)."""
    both, one, other = Counter(zip(stories, gold, strict=True)), Counter(stories), Counter(gold)
    precision = sum(n * n / one[story] for (story, _), n in both.items()) / len(gold)
    recall = sum(n * n / other[event] for (_, event), n in both.items()) / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)


def show_worst(entries: Sequence[Entry], done: Run, gold: Sequence[str]) -> None:
    """The joins to a story of another event that were surest of themselves."""
    main_event = {
        story: Counter(g for g, s in zip(gold, done.stories, strict=True) if s == story).most_common(1)[0][0]
        for story in set(done.stories)
    }
    rows = zip(entries, done.placements, done.stories, gold, strict=True)
    wrong = [
        (placed.score, entry.title, placed.why) for entry, placed, story, event in rows if main_event[story] != event
    ]
    for score, title, why in islice(sorted(wrong, key=lambda one: -one[0]), 10):
        print(f"    {score:.2f} {title[:70]!r}: {'; '.join(why)}")


def cost(rows: int, lexicon: Lexicon, step: int) -> None:
    """Time for one feed-sized item beside so many stored rows of a generated corpus."""
    with tempfile.TemporaryDirectory() as folder:
        conn = sqlite3.connect(Path(folder) / "fold.db", isolation_level=None)
        conn.execute("pragma journal_mode = off")
        conn.execute("pragma cache_size = -65536")
        conn.executescript(DDL)
        fill(conn, rows, START, step, lexicon.embed)
        conn.execute("pragma journal_mode = wal")
        conn.execute("pragma synchronous = normal")
        passes = [list(_timed(conn, rows, lexicon, step)) for _ in range(_PASSES)]
        took = sorted(map(min, zip(*passes, strict=True)))
        conn.close()
    median, late = took[len(took) // 2] * 1e6, took[int(len(took) * 0.99)] * 1e3
    print(f"cost beside {rows:,} rows, {min(rows, WINDOW // step):,} of them in the window:", end=" ")
    print(f"median {median:.0f} µs of CPU, p99 {late:.2f} ms (target ≤ {'5 with the model' if lexicon.embed else 2})")


def _timed(conn: sqlite3.Connection, rows: int, lexicon: Lexicon, step: int, items: int = 1_500) -> Iterator[float]:
    index = StoryIndex(conn)
    conn.execute("begin")
    index.candidates(document(item(rows, START + rows * step)))
    gc.collect()
    gc.freeze()  # what filling left in memory is no part of a running program's
    for number in range(rows + 1, rows + _WARM + items + 1):
        entry = item(number, START + number * step)
        made_up([entry.title])
        start = time.process_time()
        doc = document(entry, lexicon)
        placed = place(doc, index.candidates(doc))
        index.add(doc, number, placed.story or number, placed.merges)
        if number > rows + _WARM:
            yield time.process_time() - start
    conn.execute("rollback")


if __name__ == "__main__":
    main()
