"""The demo's working day, through the real pipeline, against what its stories are: no event lost in another."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.model import Entry
from bot.demo.recording import LENGTH, START
from bot.demo.server import DemoServer, load_recordings
from bot.ingest.adopt import adopt
from bot.pipeline import Pipeline, Placed
from bot.ports import Feed
from bot.rules.rulebook import Rulebook
from bot.sources.edgar_rows import filings
from bot.sources.feed import parse
from bot.store import open_store
from tests.guard import aside
from tests.shipped import lexicon

LATE_MS = 2_400_000
EVENTS = {
    "h200-rule": [
        "H200 exports",
        "Nvidia H200 chip exports",
        "License Review Policy",
        "H200 export rule",
        "H200对华",
        "H200芯片对华",
        "H200晶片",
        "moves H200",
    ],
    "h200-customs": ["Chinese customs told", "海关被告知"],
    "malaysia": ["Malaysia to require permits"],
    "zhipu": ["智譜", "智谱登陆", "智谱上市首日", "Zhipu rises", "Zhipu climbs", "Zhipu is public"],
    "minimax": ["MiniMax"],
    "northgate": ["Northgate"],
    "bluewater": ["Bluewater"],
    "deepseek": ["DeepSeek"],
    "qwen": ["Qwen3-Next"],
    "smic": ["SMIC", "中芯"],
    "hua-hong": ["Hua Hong", "華虹"],
    "smuggling": ["smuggling", "走私", "Relabelled boxes"],
    "orion": ["Orion"],
    "ai-act": ["high-risk", "AI Act"],
    "anthropic": ["Anthropic"],
    "nvidia-charge": ["charge for H20", "write-down on H20", "NVIDIA CORP"],
    "biren": ["壁仞", "Biren"],
    "transformers": ["transformers: v5", "Transformers 5"],
}
MAY_MEET = {frozenset(("h200-rule", "h200-customs"))}
"""Looked at apart, but a reader would not mind one alert for both."""


MAY_STAND_ALONE = ("License Review Policy", "NVIDIA CORP filed", "Transformers 5 release candidate")
"""Official papers whose titles say nothing of their event, and a column on one that lists no name in common."""


def event_of(title: str) -> str:
    """The event that a headline tells of; a headline of its own is its own event."""
    if any(word in title for word in ("briefs", "brief:", "早报")):
        return f"digest {title}"
    return next((name for name, marks in EVENTS.items() if any(mark in title for mark in marks)), title)


def entries() -> list[Entry]:
    """The whole recording in order of time."""
    found = []
    sources = {spec.url.rpartition("/")[2]: spec for spec in DemoServer().specs()}
    for name, recording in load_recordings().items():
        parsed = parse(recording.at(START + LENGTH, timedelta()), {"content-location": f"https://demo.example/{name}"})
        feed = Feed(1, f"https://demo.example/{name}", source=sources[name].source, tier=sources[name].tier)
        now = int((START + LENGTH + timedelta(minutes=1)).timestamp() * 1000)
        items = filings(parsed.entries) if any(item.form for item in parsed.entries) else parsed.entries
        adopted = (adopt(item, feed, now) for item in items)
        found += [_seen_when_published(entry) for entry in adopted]
    return sorted(found, key=lambda entry: entry.first_seen)


def _seen_when_published(entry: Entry) -> Entry:
    assert entry.published is not None
    return replace(entry, first_seen=entry.published)


@pytest.fixture(scope="module", params=(0, 1, 4, 6, 9, 14, 19))
def stories(request: pytest.FixtureRequest) -> dict[int, list[str]]:
    """Titles by story, as the pipeline put them together: in order of time, and as feeds may be seen that are late."""
    return asyncio.run(_stories(late(entries(), request.param)))


def late(entries: list[Entry], seed: int) -> list[Entry]:
    """Each seen up to 40 minutes after it was published; at once for the seed 0."""
    chance = random.Random(seed)
    seen = (replace(entry, first_seen=entry.first_seen + chance.randrange(LATE_MS if seed else 1)) for entry in entries)
    return sorted(seen, key=lambda entry: entry.first_seen)


async def _placed(entries: list[Entry]) -> list[Placed]:
    store = open_store("memory:", clock=lambda: int(datetime.now(UTC).timestamp() * 1000))
    with aside():
        known = lexicon()
    report = await Pipeline(store, Rulebook(), lexicon=known).replay(entries)
    await store.close()
    return report.placed


async def _stories(entries: list[Entry]) -> dict[int, list[str]]:
    found = defaultdict(list)
    for placed in await _placed(entries):
        for merged in placed.placement.merges:
            found[placed.story_id] += found.pop(merged)
        found[placed.story_id].append(placed.entry.title)
    return found


@pytest.mark.usefixtures("untraced")
def test_no_story_holds_two_events(stories: dict[int, list[str]]) -> None:
    mixed = []
    for titles in stories.values():
        events = {event_of(title) for title in titles}
        if len(events) > 1 and frozenset(events) not in MAY_MEET:
            mixed.append(" + ".join(sorted(events)))
    assert not mixed, "\n".join(mixed)


def test_every_big_event_is_one_story(stories: dict[int, list[str]]) -> None:
    pieces = defaultdict(list)
    for titles in stories.values():
        told = [title for title in titles if not any(mark in title for mark in MAY_STAND_ALONE)]
        for event in {event_of(title) for title in told} & EVENTS.keys():
            pieces[event].append([title for title in told if event_of(title) == event])
    torn = {event: parts for event, parts in pieces.items() if len(parts) > 1}
    assert not torn, torn


@pytest.mark.usefixtures("untraced")
def test_a_correction_is_told_as_one() -> None:
    placed = asyncio.run(_placed(entries()))
    (corrected,) = [one.placement for one in placed if one.entry.title.startswith("CORRECTED-Orion")]
    assert (corrected.kind, corrected.news) == ("grown", "correction")
