"""The labelled stream through the real index: one alert a story, no event unreported, look-alikes apart."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict

import pytest

from bot.store.similar.index import StoryIndex
from bot.store.sql.folding import DDL
from tests.shipped import lexicon
from tests.stories.stream import Labelled, Run, run, stream

pytestmark = pytest.mark.usefixtures("untraced")


@pytest.fixture(name="told", scope="module")
def _told() -> tuple[list[Labelled], Run]:
    conn = sqlite3.connect(":memory:")
    conn.executescript(DDL)
    labelled = stream()
    done = run([one.entry for one in labelled], StoryIndex(conn), lexicon())
    conn.close()
    return labelled, done


def test_the_stream_is_what_it_claims(told: tuple[list[Labelled], Run]) -> None:
    labelled, _ = told
    assert len(labelled) >= 290
    assert {one.entry.lang for one in labelled} == {"en", "zh"}
    times = [one.entry.first_seen for one in labelled]
    assert times == sorted(times)
    assert times[-1] - times[0] > 9 * 86_400_000


def test_one_alert_a_story_and_none_unreported(told: tuple[list[Labelled], Run]) -> None:
    """An event is reported when one of its reports opened a story or grew another."""
    labelled, done = told
    events = {one.event for one in labelled}
    opened = Counter(one.event for one, placed in zip(labelled, done.placements, strict=True) if placed.kind == "new")
    reported = {
        one.event for one, placed in zip(labelled, done.placements, strict=True) if placed.kind in ("new", "grown")
    }
    assert sum(opened.values()) / len(events) <= 1.05
    assert reported == events


def test_few_look_alikes_are_folded(told: tuple[list[Labelled], Run]) -> None:
    labelled, done = told
    stories: dict[int, Counter[str]] = defaultdict(Counter)
    for one, story in zip(labelled, done.stories, strict=True):
        stories[story][one.event] += 1
    strangers = sum(sum(events.values()) - max(events.values()) for events in stories.values())
    assert strangers / len(labelled) <= 0.06


def test_round_ups_are_joined_by_nothing_but_their_copies(told: tuple[list[Labelled], Run]) -> None:
    labelled, done = told
    alone = {story: one.event for one, story in zip(labelled, done.stories, strict=True) if one.alone}
    for one, story in zip(labelled, done.stories, strict=True):
        assert alone.get(story, one.event) == one.event


def test_carried_reports_are_copies(told: tuple[list[Labelled], Run]) -> None:
    labelled, done = told
    again = [placed for one, placed in zip(labelled, done.placements, strict=True) if one.entry.id.endswith("-again")]
    assert sum(placed.duplicate_of is not None for placed in again) / len(again) >= 0.97
