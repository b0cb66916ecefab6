"""`tocsin replay`: runs a file of entries through the real pipeline, with each entry's own time as the clock."""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import click

from bot.cli.ahead import ahead, can_fork
from bot.cli.common import keep_loaded, load_lexicon, load_rules, now_ms, progress
from bot.cli.entryline import entry_of
from bot.cli.from_settings import pipeline_options
from bot.cli.jsonl import FILE, placed_jsonl, whole_file, write_line
from bot.configure import load_settings
from bot.core.language.entities import Lexicon
from bot.core.matching.match import topic_of
from bot.core.model import Entry
from bot.core.stories.splitting import enough
from bot.core.units import MINUTE_MS
from bot.ingest.apart import looked_again
from bot.ingest.readings import Read, read
from bot.pipeline import Pipeline, Placed
from bot.ports import Found
from bot.rules.rulebook import Rulebook
from bot.store import open_store

_FIRST_MS = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
_BATCH = 256  # entries a transaction: what two of them share (the pages of a term) is written once
_LONG = 200_000  # bytes from which on a file is read by another process
_Batch = Sequence[tuple[Any, Read]]
"""Entries that were read, each with its id in the file."""


class _Lines:
    """The results for the entries, in order: the output lines of the contract."""

    def __init__(self) -> None:
        self._made: list[dict[str, Any]] = []
        self._ids: list[int] = []
        self._names: dict[int, Any] = {}
        self._merged: dict[int, int] = {}

    def add(self, given: Any, placed: Placed) -> None:
        """An entry that the file calls `given`."""
        self._names[placed.entry_id] = given
        self._merged.update(dict.fromkeys(placed.placement.merges, placed.story_id))
        self._made.append(_line(given, placed, self._names))
        self._ids.append(placed.entry_id)

    def stories(self) -> list[int]:
        """The present story of each entry, after merges."""
        return [_current(int(line["story"]), self._merged) for line in self._made]

    def all(self, moved: Mapping[int, int]) -> Iterator[dict[str, Any]]:
        """All lines, made at the end so that they name the final stories; `moved`: entries that a split moved."""
        for line, entry, story in zip(self._made, self._ids, self.stories(), strict=True):
            yield line | {"story": str(moved.get(entry, story))}


async def replay_file(source: str, out: str | None, db: str | None, topics: str | None) -> None:
    """Read entries, place them in batches (one transaction each), and write the results, in order.

    For a long file, another process reads the next entries while this one places those before.
    """
    settings = load_settings()
    with whole_file(out) as target, _database(db) as path:
        rules, lexicon, options = load_rules(settings, topics), load_lexicon(settings), pipeline_options(settings)
        keep_loaded()
        batches = _batches(source, rules, lexicon)
        apart = _is_long(source) and lexicon.embed is None and can_fork()  # what titles mean is asked where it is known
        with ahead(batches) if apart else nullcontext(batches) as made:
            store = open_store(path, clock=now_ms, upgrade=False)
            try:
                pipeline = Pipeline(store, rules, options, lexicon=lexicon)
                with progress("replay", source) as step:
                    lines = await _placed(made, pipeline, step)
                grown = [story for story, reports in Counter(lines.stories()).items() if enough(reports)]
                moved = await looked_again(store, grown, lexicon, options.weights)
                for line in lines.all(moved):
                    write_line(target, line)
            finally:
                await store.close()


def _is_long(source: str) -> bool:
    return source != "-" and Path(source).is_file() and Path(source).stat().st_size >= _LONG


def _batches(source: str, rules: Rulebook, lexicon: Lexicon) -> Iterator[_Batch]:
    rows = _timed(placed_jsonl(source))
    while batch := list(islice(rows, _BATCH)):
        yield [(given, read(0, Found(entry, (), push=True), rules, lexicon)) for given, entry in batch]


async def _placed(batches: Iterator[_Batch], pipeline: Pipeline, step: Callable[[int], None]) -> _Lines:
    lines = _Lines()
    for batch in batches:
        done = await pipeline.place([one for _, one in batch])
        for (given, _), placed in zip(batch, done.placed, strict=True):
            lines.add(given, placed)
        step(len(batch))
    return lines


def _current(story: int, merged: Mapping[int, int]) -> int:
    """The story that a merged one became part of."""
    while story in merged:
        story = merged[story]
    return story


@contextmanager
def _database(db: str | None) -> Iterator[str]:
    if db is not None:
        yield db
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
        yield str(Path(folder) / "replay.db")


def _timed(rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[tuple[Any, Entry]]:
    last = _FIRST_MS - MINUTE_MS
    for where, row in rows:
        entry = entry_of(row, last + MINUTE_MS, where)
        last = entry.first_seen
        yield row.get("id"), entry


def _line(given: Any, placed: Placed, names: dict[int, Any]) -> dict[str, Any]:
    original = placed.placement.duplicate_of
    topics = [{"id": topic, "why": list(hit.why)} for hit in placed.hits if (topic := topic_of(hit.rule))]
    return {
        "id": given,
        "story": str(placed.story_id),
        "duplicate_of": None if original is None else names.get(original, str(original)),
        "kind": placed.placement.kind,
        "topics": topics,
        "summary": placed.summary,
    }


@click.command()
@click.argument("source", metavar="IN.jsonl", type=FILE)
@click.option("--out", type=FILE, help="A file to write to; by default standard output.")
@click.option("--db", type=click.Path(dir_okay=False), help="Keep the database there; by default a temporary one.")
@click.option("--topics", type=click.Path(file_okay=False), help="A folder of topic files instead of the shipped ones.")
def replay(source: str, out: str | None, db: str | None, topics: str | None) -> None:
    """Play entries through the real pipeline, with their own dates as the clock.

    \b
    in:  {"id","url","title","summary"?,"content"?,"published"?,"source","lang"?,"form"?}
    out: {"id","story","duplicate_of","kind","topics":[{"id","why"}],"summary"}

    Example: tocsin replay news.jsonl --out stories.jsonl
    """
    asyncio.run(replay_file(source, out, db, topics))


COMMANDS = (replay,)
