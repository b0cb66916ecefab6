"""The model of leads fitted anew: `python -m benchmarks.storyfit` (minutes). With `--pairs FILE`, JSON lines {"a", "b",
"same"}, that of Chinese.

Reports of the development set at 30 words, 60 and full length go through the index as they do live, once with the
stories as folded and once with the labelled ones; each is compared with every candidate story. Prints what a logistic
regression makes of it, and its mean log loss on topics that it saw and on those that it did not (five folds). The
numbers in `bot.core.stories.weights` are these after two moves by hand (docs/stories-measured.md).
"""

from __future__ import annotations

import argparse
import json
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean, pstdev
from typing import NamedTuple

from benchmarks.stories import CONFIG, entry_of, read
from bot.core.language.entities import Lexicon
from bot.core.stories.cluster import document, document_of, lone_story, place
from bot.core.stories.commonness import Commonness
from bot.core.stories.score import probability, signals
from bot.core.stories.side import member
from bot.core.stories.weights import SIGNALS, Model
from bot.rules.lexicons import read_lexicon
from bot.store.similar.index import StoryIndex
from bot.store.sql.folding import DDL

_LENGTHS = (30, 60, None)
_PULL = 2.0  # towards zero, of coefficients of signals scaled to one deviation
_STEPS = 12
_FOLDS = 5
_OURS, _OTHER = 0.5, 0.2  # share of a story's reports from which on it is the report's, and under which it is not


class Row(NamedTuple):
    """A report against a candidate story: its topic, whether they tell of one event, their signals."""

    topic: str
    same: bool
    signals: tuple[float, ...]


def main() -> None:
    """Fit, and try the fit on topics left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pairs", type=Path, metavar="FILE", help="fit to pairs of texts, with whether they are one event"
    )
    given = parser.parse_args()
    lexicon = read_lexicon(CONFIG / "entities.toml", CONFIG / "glossary.toml")
    if given.pairs is not None:
        rows = list(paired(given.pairs, lexicon))
    else:
        rows = [
            row for words in _LENGTHS for taught in (False, True) for row in compared(words, lexicon, taught=taught)
        ]
    model = fit(rows)
    print(f"{len(rows):,} comparisons, bias {model.bias:.2f}")
    for name, weight in zip(SIGNALS, model.weights, strict=True):
        print(f"  {name:14} {weight:6.2f}")
    topics = sorted({row.topic for row in rows})
    unseen = []
    for fold in range(_FOLDS):
        out = set(topics[fold::_FOLDS])
        part = fit([row for row in rows if row.topic not in out])
        unseen += [loss(part, row) for row in rows if row.topic in out]
    print(f"log loss {fmean(loss(model, row) for row in rows):.3f}, on topics left out {fmean(unseen):.3f}")


def compared(words: int | None, lexicon: Lexicon, *, taught: bool) -> Iterator[Row]:
    """The stream, each report against its candidates; `taught`: placed by its label instead of by the program."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.executescript(DDL)
    conn.execute("begin")
    index = StoryIndex(conn)
    held: defaultdict[int, Counter[str]] = defaultdict(Counter)
    labelled: dict[str, int] = {}
    for number, given in enumerate(read("ecb_dev"), 1):
        entry, event = entry_of(given, number, words), given["cluster"]
        doc = document(entry, lexicon)
        found = index.candidates(doc)
        for view in found.stories:
            share = held[view.id][event] / held[view.id].total()
            side = view.sides.get(doc.features.script)
            if side and found.member and not _OTHER <= share <= _OURS:
                yield Row(event.split("_")[0], share > _OURS, signals(found.member, side))
        placed = place(doc, found)
        story = labelled.setdefault(event, number) if taught else placed.story or number
        index.add(doc, number, story, () if taught else placed.merges)
        held[story][event] += 1
        for old in () if taught else placed.merges:
            held[story] += held.pop(old, Counter())
    conn.close()


def paired(path: Path, lexicon: Lexicon) -> Iterator[Row]:
    """Two lone texts at a time; every thousandth is a topic."""
    common = Commonness()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        given = json.loads(line)
        one, other = (document_of(given[name], "", lexicon) for name in ("a", "b"))
        side = lone_story([other], common).sides.get(one.features.script)
        if side:
            yield Row(str(number // 1000), bool(given["same"]), signals(member(one.features, common), side))


def fit(rows: Sequence[Row]) -> Model:
    """A logistic regression by Newton's method, on signals scaled to mean 0 and deviation 1."""
    columns = list(zip(*(row.signals for row in rows), strict=True))
    means, spreads = [fmean(one) for one in columns], [pstdev(one) or 1.0 for one in columns]
    scaled = [[1.0, *((x - m) / s for x, m, s in zip(row.signals, means, spreads, strict=True))] for row in rows]
    at = [0.0] * (len(means) + 1)
    for _ in range(_STEPS):
        at = [x - step for x, step in zip(at, _step(at, scaled, rows), strict=True)]
    weights = tuple(x / spread for x, spread in zip(at[1:], spreads, strict=True))
    bias = at[0] - sum(x * mean for x, mean in zip(weights, means, strict=True))
    return Model(bias, weights, 0.5)


def _step(at: Sequence[float], scaled: Sequence[Sequence[float]], rows: Sequence[Row]) -> list[float]:
    size = len(at)
    slope = [_PULL * x if place else 0.0 for place, x in enumerate(at)]
    bend = [[_PULL if one == other and one else 0.0 for other in range(size)] for one in range(size)]
    flat = Model(0.0, tuple(at), 0.5)
    for values, row in zip(scaled, rows, strict=True):
        said = probability(flat, values)
        for one, x in enumerate(values):
            slope[one] += (said - row.same) * x
            bent, share = bend[one], said * (1.0 - said) * x
            for other in range(one + 1):
                bent[other] += share * values[other]
    for one in range(size):
        for other in range(one):
            bend[other][one] = bend[one][other]
    return _solved(bend, slope)


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix · x = right, by elimination; the matrix is positive definite."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot in range(size):
        for below in range(pivot + 1, size):
            share = rows[below][pivot] / rows[pivot][pivot]
            rows[below] = [x - share * y for x, y in zip(rows[below], rows[pivot], strict=True)]
    out = [0.0] * size
    for at in reversed(range(size)):
        out[at] = (rows[at][size] - sum(rows[at][k] * out[k] for k in range(at + 1, size))) / rows[at][at]
    return out


def loss(model: Model, row: Row) -> float:
    """How far a judgement is off: minus the log of the probability that it gave to what is so."""
    said = probability(model, row.signals)
    return -math.log(said if row.same else 1.0 - said)


if __name__ == "__main__":
    main()
