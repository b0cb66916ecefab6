"""The judgement on partings fitted anew: `python -m benchmarks.partfit` (minutes).

Reports of the development set at six lengths go through the index as they do live. Of each event and of each pair of
look-alike events made one, all reports and twice a part of them chosen by chance are parted in all the ways that the
program tries: of two events the parting that is theirs, of one the one that the program would take first. Each counts
once as written on one day, as the set has it, and once as if each report was written on a day of its own. Prints what a
logistic regression makes of it, and the share of stories parted rightly and wrongly on topics that it did not see (six
folds).
"""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import eq
from typing import NamedTuple

from benchmarks.stories import CONFIG, entry_of, read
from benchmarks.storyfit import Row, fit
from bot.core.language.entities import Lexicon
from bot.core.stories.agreement import agreement, halves
from bot.core.stories.score import probability
from bot.core.stories.side import Member
from bot.core.stories.splitting import PARTING, apart, enough, partings
from bot.core.stories.twomeans import FEWEST, Split
from bot.core.stories.weekdays import weekdays_apart
from bot.core.stories.weights import DEFAULT, Model
from bot.rules.lexicons import read_lexicon
from bot.store.similar.index import StoryIndex
from bot.store.similar.rows import member_of
from bot.store.sql.folding import DDL
from tests.stories.stream import run

_LENGTHS = (30, 45, 60, 90, 150, None)
_DRAWS = 2
_FOLDS = 6
_THEIRS = 0.9  # of the reports in the part of their event: the parting is that of the events


class Story(NamedTuple):
    """Reports of one event, or (`two`) of two, each with whether it tells of the first."""

    topic: str
    two: bool
    told: list[tuple[Member, bool]]


def main() -> None:
    """Fit, and try the fit on topics left out."""
    lexicon = read_lexicon(CONFIG / "entities.toml", CONFIG / "glossary.toml")
    rows = [row for words in _LENGTHS for story in stories(words, lexicon) if (row := row_of(story))]
    model = _fitted(rows)
    apart_by, agreed, weekdays = model.weights
    print(f"{len(rows):,} stories, bias {model.bias:.2f}", end=", ")
    print(f"apart {apart_by:.2f}, agreed {agreed:.2f}, weekdays {weekdays:.2f}")
    topics = sorted({row.topic for row in rows})
    said: list[tuple[bool, bool]] = []
    for fold in range(_FOLDS):
        out = set(topics[fold::_FOLDS])
        part = _fitted([row for row in rows if row.topic not in out])
        unseen = [row for row in rows if row.topic in out]
        said += [(row.same, probability(part, row.signals) >= PARTING.threshold) for row in unseen]
    for two, word in ((True, "two events"), (False, "one event")):
        parted = [taken for of_two, taken in said if of_two == two]
        print(f"on topics left out, of stories of {word} {sum(parted)} of {len(parted)} would be parted")


def _fitted(rows: Sequence[Row]) -> Model:
    return fit([*rows, *(row._replace(signals=(*row.signals[:-1], 0.0)) for row in rows)])


def stories(words: int | None, lexicon: Lexicon) -> Iterator[Story]:
    """Events and pairs of look-alikes, whole and in part, copies left out."""
    events: defaultdict[str, list[tuple[Member, bool]]] = defaultdict(list)
    for one, event in _reports(words, lexicon):
        events[event].append((one, event.endswith("_ecb")))
    chance = random.Random(5)
    for event, told in events.items():
        topic = event.split("_")[0]
        yield Story(topic, two=False, told=told)
        for _ in range(_DRAWS):
            yield Story(topic, two=False, told=_some(told, 2 * FEWEST, chance))
    for topic in sorted({event.split("_")[0] for event in events}):
        these, those = events[f"{topic}_ecb"], events[f"{topic}_ecbplus"]
        yield Story(topic, two=True, told=[*these, *those])
        for _ in range(_DRAWS):
            yield Story(topic, two=True, told=[*_some(these, FEWEST, chance), *_some(those, FEWEST, chance)])


def _some(told: list[tuple[Member, bool]], least: int, chance: random.Random) -> list[tuple[Member, bool]]:
    if len(told) <= least:
        return told
    kept = set(chance.sample(range(len(told)), chance.randint(least, len(told))))
    return [one for at, one in enumerate(told) if at in kept]


def _reports(words: int | None, lexicon: Lexicon) -> Iterator[tuple[Member, str]]:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.executescript(DDL)
    conn.execute("begin")
    given = read("ecb_dev")
    done = run([entry_of(row, number, words) for number, row in enumerate(given)], StoryIndex(conn), lexicon)
    bodies = [body for (body,) in conn.execute("select body from fold_item order by item")]
    conn.close()
    for body, placed, row in zip(bodies, done.placements, given, strict=True):
        if placed.duplicate_of is None:
            yield member_of(body), row["cluster"]


def row_of(story: Story) -> Row | None:
    """The signals of the parting of a story that counts; None where there is none."""
    told = [one for one, _ in story.told]
    if not enough(len(told)):
        return None
    dealt = halves(told)
    one_day = [0] * len(told)
    found = {
        split: (apart(told, split, DEFAULT), agreement(split, dealt), weekdays_apart(told, split, one_day))
        for split in partings(told, DEFAULT)
    }
    if story.two:
        first = [of_first for _, of_first in story.told]
        found = {split: signals for split, signals in found.items() if _likeness(split, first) >= _THEIRS}
    if not found:
        return None
    signals = max(found.items(), key=lambda one: (_likeness(one[0], first) if story.two else 0, _sure(one[1])))[1]
    return Row(story.topic, story.two, signals)


def _sure(signals: tuple[float, float, float]) -> float:
    return probability(PARTING, signals)


def _likeness(split: Split, first: Sequence[bool]) -> float:
    share: float = sum(map(eq, split, first)) / len(split)
    return max(share, 1.0 - share)


if __name__ == "__main__":
    main()
