"""The labelled stream: `stream.txt` read, every report of the press carried once more by another outlet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bot.core.language.entities import NOTHING, Lexicon
from bot.core.model import Entry, Placement
from bot.core.stories.cluster import document, place
from bot.store.similar.index import StoryIndex

FILE = Path(__file__).with_name("stream.txt")
_MINUTE = 60_000
_CARRIERS = {"en": ("Yahoo Finance", "Investing.com", "MSN"), "zh": ("新浪财经", "网易科技", "搜狐")}


class Labelled(NamedTuple):
    """A report and the event that it tells of; `alone` marks a round-up, which tells of none."""

    entry: Entry
    event: str
    alone: bool


def stream() -> list[Labelled]:
    """All reports in order of time, ids and links made from their place in the file."""
    told = list(_read())
    carried = [_carried(number, one) for number, one in enumerate(told) if one.entry.tier != "official"]
    return sorted([*told, *carried], key=lambda one: (one.entry.first_seen, one.entry.id))


def _read() -> Iterator[Labelled]:
    event, alone = "", False
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines()):
        if line.startswith(("= ", "! ")):
            event, alone = line[2:], line[0] == "!"
        elif line and not line.startswith("#"):
            yield Labelled(_entry(number, line), event, alone)


def _entry(number: int, line: str) -> Entry:
    when, outlet, marks, title, summary = line.split(" | ", 4)
    day, clock = when.split()
    hour, minute = clock.split(":")
    at = int(datetime(2026, 1, int(day), int(hour), int(minute), tzinfo=UTC).timestamp() * 1000)
    lang, *more = marks.split()
    form = next((mark.removeprefix("form:") for mark in more if mark.startswith("form:")), "")
    return Entry(
        id=f"item-{number}",
        url=f"https://news.example/{number}",
        title=title,
        summary=summary,
        source=outlet,
        lang=lang,
        form=form,
        tier="official" if "official" in more else "trade",
        published=at,
        first_seen=at,
    )


def _carried(number: int, one: Labelled) -> Labelled:
    """The same report at another outlet: its name behind the title, or UPDATE before it, the text cut short."""
    entry = one.entry
    outlet = _CARRIERS[entry.lang][number % 3]
    before, behind = (("UPDATE 1-", ""), ("", f" - {outlet}"))[number % 2] if entry.lang == "en" else ("", f"_{outlet}")
    keep = len(entry.summary) * 3 // 4 if number % 3 == 0 else len(entry.summary)
    at = entry.first_seen + (7 + number % 40) * _MINUTE
    again = replace(
        entry,
        id=f"{entry.id}-again",
        url=f"https://carrier.example/{number}",
        title=f"{before}{entry.title}{behind}",
        summary=entry.summary[:keep],
        source=outlet,
        published=at,
        first_seen=at,
    )
    return one._replace(entry=again)


@dataclass(slots=True)
class Run:
    """What became of a stream: each report's placement and the story that it ended in."""

    placements: list[Placement]
    stories: list[int]


def run(entries: list[Entry], index: StoryIndex, lexicon: Lexicon = NOTHING) -> Run:
    """Place reports one after the other, as the pipeline does."""
    placements: list[Placement] = []
    placed: list[int] = []
    merged: dict[int, int] = {}
    opened = 0
    for number, entry in enumerate(entries, 1):
        doc = document(entry, lexicon)
        placement = place(doc, index.candidates(doc))
        opened += placement.story is None
        story = opened if placement.story is None else placement.story
        index.add(doc, number, story, placement.merges)
        merged.update(dict.fromkeys(placement.merges, story))
        placements.append(placement)
        placed.append(story)
    return Run(placements, [_current(story, merged) for story in placed])


def _current(story: int, merged: dict[int, int]) -> int:
    while story in merged:
        story = merged[story]
    return story
